import type { Taken } from '@/api/upload';

/** Has the person choose pictures, so many at most; none when they would rather not. WeChat makes them smaller. */
export function choosePictures(count: number) {
  return new Promise<Taken[]>((resolve) => {
    wx.chooseMedia({
      count, mediaType: ['image'], sizeType: ['compressed'], fail: () => resolve([]),
      success: ({ tempFiles }) => resolve(tempFiles.map((f) => ({ path: f.tempFilePath, size: f.size }))),
    });
  });
}
