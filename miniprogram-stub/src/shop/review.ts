import type { Answer } from '@/api/call';
import type { Word } from '@/words';

type Status = Answer<'/reviews'>['items'][number]['status'];

/** What of a product's reviews is listed. */
export interface Filter { word: Word; query: { rating?: number; pictures?: boolean } }

export const filters: Filter[] = [
  { word: 'reviews.all', query: {} }, { word: 'reviews.pictures', query: { pictures: true } },
  { word: 'reviews.five', query: { rating: 5 } }, { word: 'reviews.three', query: { rating: 3 } }, { word: 'reviews.one', query: { rating: 1 } },
];

export const statusOfReview = (status: Status): Word => `review.is.${status}`;

/** An average in hundredths, as it is read: 4.7. */
export const average = (hundredths: number) => (hundredths / 100).toFixed(1);
