import type { Answer } from '@/api/call';
import { t, type Word } from '@/words';

type Status = Answer<'/reviews'>['items'][number]['status'];

/** What of a product's reviews is listed. */
export interface Filter { rating?: number; pictures?: boolean }

export const filters: Filter[] = [{}, { pictures: true }, ...[5, 4, 3, 2, 1].map((rating) => ({ rating }))];

export function filterName(f: Filter) {
  if (f.rating) return t('stars', { n: f.rating });
  return t(f.pictures ? 'reviews.pictures' : 'reviews.all');
}

export const statusOfReview = (status: Status): Word => `review.is.${status}`;

/** An average in hundredths, as it is read: 4.7. */
export const average = (hundredths: number) => (hundredths / 100).toFixed(1);
