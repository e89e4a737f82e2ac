import { brand, server } from '@platform/place';
import { language, t } from '@/words';
import { signedIn, type Answer } from './call';
import { Failure } from './failure';

/** A picture that the shop has. */
export type Photo = Answer<'/pictures', 'post'>;

/** The most that the shop takes, in bytes. */
const most = 5 << 20;

/** A picture of the person's, on their device. */
export interface Taken { path: string; size: number }

/** Sends a picture to the shop, and tells how far it is, in hundredths. It throws a Failure. */
export async function upload({ path, size }: Taken, tell: (progress: number) => void): Promise<Photo> {
  // What is too large is cut off in the middle of being sent, which looks like a lost connection.
  if (size > most) throw new Failure(413, 'too_large', t('photo.tooLarge'));
  return signedIn((bearer) => new Promise((resolve, reject) => {
    uni.uploadFile({
      url: `${server}/v1/${encodeURIComponent(brand)}/pictures`, filePath: path, name: 'file', timeout: 60_000,
      header: { 'Accept-Language': language.value, Authorization: `Bearer ${bearer}` },
      success: ({ statusCode, data }) => {
        const body = read(data);
        if (statusCode === 201 && body) resolve(body as Photo);
        else reject(Failure.answered(statusCode, body));
      },
      fail: () => reject(Failure.unreachable()),
    }).onProgressUpdate?.(({ progress }) => tell(progress));
  }));
}

// read is what was answered: an upload's answer comes as text.
function read(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
