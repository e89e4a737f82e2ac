import { ref } from 'vue';
import type { components } from '@/api/schema';

type Place = Pick<components['schemas']['AddressView'], 'province' | 'city' | 'district' | 'detail'>;

/** The number of the address that was chosen for what is being bought. */
export const chosenAddress = ref('');

/** An address in one line. A municipality is its own city, and named once. */
export function lineOf({ province, city, district, detail }: Place) {
  return [province === city ? '' : province, city, district, detail].filter(Boolean).join(' ');
}
