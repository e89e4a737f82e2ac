import { language } from '@/words';
import { tellSession, type Schemas } from './call';
import { Failure } from './failure';

/**
 * upload sends a file in the form's field file and tells how much has gone, from 0 to 1. fetch cannot tell that. key is
 * that of something that is done once. Throws a Failure, or an AbortError.
 */
export function upload<T>(path: string, file: Blob, { name = 'file', key, progress, signal }: { name?: string; key?: string; progress?: (share: number) => void; signal?: AbortSignal } = {}) {
  return new Promise<T>((resolve, reject) => {
    const sent = new XMLHttpRequest();
    sent.open('POST', path);
    sent.setRequestHeader('Accept-Language', language());
    sent.setRequestHeader('X-Hutong-Upload', '1');
    if (key) sent.setRequestHeader('Idempotency-Key', key);
    sent.responseType = 'json';
    sent.upload.onprogress = (e) => { if (e.lengthComputable) progress?.(e.loaded / e.total); };
    sent.onload = () => {
      if (sent.status < 300) return resolve(sent.response as T);
      const failure = Failure.answered(sent.status, sent.response);
      tellSession(failure);
      reject(failure);
    };
    sent.onerror = sent.ontimeout = () => reject(Failure.unreachable());
    sent.onabort = () => reject(new DOMException('aborted', 'AbortError'));
    signal?.addEventListener('abort', () => sent.abort());
    const form = new FormData();
    form.append('file', file, name);
    sent.send(form);
  });
}

export type ShopPicture = Schemas['PictureShopPicture'];

/** What send-picture takes; what a file is, its content says, and the server looks. */
export const pictureTypes = ['image/jpeg', 'image/png', 'image/webp'];
export const pictureBytes = 10 << 20;

/** sendPicture sends a picture of the shop's own. */
export function sendPicture(file: File, options: { progress?: (share: number) => void; signal?: AbortSignal } = {}) {
  return upload<ShopPicture>('/console/v1/pictures', file, { ...options, name: file.name });
}
