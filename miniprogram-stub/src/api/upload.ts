import { brand, server } from '@platform/place';
import { language } from '@/words';
import { Failure, failureOf } from './failure';
import type { components } from './schema';
import { forget, token } from './session';

/** A picture that the shop has. */
export type Photo = components['schemas']['PictureView'];

/** Sends a picture of the phone's. It throws a Failure, never anything else. */
export async function sendPicture(path: string): Promise<Photo> {
  for (let again = false; ; again = true) {
    try {
      return await post(path, await token());
    } catch (err) {
      const failure = failureOf(err);
      if (failure.status !== 401 || again) throw failure;
      forget();
    }
  }
}

function post(filePath: string, bearer: string) {
  return new Promise<Photo>((resolve, reject) => {
    uni.uploadFile({
      url: `${server}/v1/${encodeURIComponent(brand)}/pictures`, filePath, name: 'file', timeout: 60_000,
      header: { 'Accept-Language': language.value, Authorization: `Bearer ${bearer}` },
      success: ({ statusCode, data }) => {
        const answer = parsed(data);
        if (statusCode < 300 && answer) resolve(answer as Photo);
        else reject(Failure.answered(statusCode, answer));
      },
      fail: () => reject(Failure.unreachable()),
    });
  });
}

// Unlike a request's, the answer to an upload is always text.
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
