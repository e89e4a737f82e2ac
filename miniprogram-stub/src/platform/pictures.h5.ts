import type { Taken } from '@/api/upload';

/** Has the person choose pictures, so many at most; none when they would rather not. */
export function choosePictures(count: number) {
  return new Promise<Taken[]>((resolve) => {
    uni.chooseImage({
      count, fail: () => resolve([]),
      success: ({ tempFilePaths, tempFiles }) => {
        const sizes = tempFiles as { size: number }[];
        resolve((tempFilePaths as string[]).map((path, i) => ({ path, size: sizes[i].size })));
      },
    });
  });
}
