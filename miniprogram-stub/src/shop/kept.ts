import { brand } from '@platform/place';
import { shallowRef, watch, type ShallowRef } from 'vue';

/** A value that is still there when the program is opened again, apart for each shop. Replace it, do not change it. */
export function kept<T>(name: string, otherwise: T): ShallowRef<T> {
  const key = `${brand}/${name}`;
  const found = uni.getStorageSync(key) as T | '';
  const value = shallowRef<T>(found === '' ? otherwise : found);
  watch(value, (now) => {
    if (now === null) uni.removeStorageSync(key);
    else uni.setStorageSync(key, now);
  }, { flush: 'sync' });
  return value;
}
