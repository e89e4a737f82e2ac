import { choosePictures } from '@platform/pictures';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { forget } from '@/api/session';
import { upload } from '@/api/upload';
import { mostPictures, usePictures, type Pictures } from '@/shop/pictures';
import { consent } from '@/shop/privacy';
import { server, uploads } from './uni';

vi.mock('@/shop/privacy', () => ({ consent: vi.fn(async () => true) }));

const taken = (...names: string[]) => names.map((path) => ({ path, size: 1000 }));
const session = () => ({ statusCode: 200, data: { token: `token ${++signed}`, expires_at: Date.now() + 3_600_000 } });
const sent = (no: string) => ({ statusCode: 201, data: JSON.stringify({ no, url: `/media/${no}.jpg`, width: 1, height: 1 }) });
const refused = (code: string, detail: string, status = 422) => ({ statusCode: status, data: JSON.stringify({ code, detail, status }) });
const settled = (of: Pictures) => vi.waitFor(() => expect(of.pictures.value.every((p) => p.no || p.wrong)).toBe(true));

let signed = 0;

beforeEach(() => {
  forget();
  signed = 0;
  server.answer = session;
  uploads.answer = (u) => sent(u.filePath.toUpperCase());
  uploads.asked.length = 0;
});

describe('upload', () => {
  it('sends the file as whoever is signed in', async () => {
    await expect(upload(taken('a')[0], () => {})).resolves.toMatchObject({ no: 'A' });
    expect(uploads.asked).toMatchObject([{
      url: 'https://shop.test/v1/casa-lido/pictures', name: 'file', filePath: 'a', header: { Authorization: 'Bearer token 1' },
    }]);
  });

  it('signs in again when the session has ended', async () => {
    uploads.answer = (u) => (u.header.Authorization === 'Bearer token 2' ? sent('A') : refused('session_expired', 'D', 401));
    await expect(upload(taken('a')[0], () => {})).resolves.toMatchObject({ no: 'A' });
    expect(uploads.asked.length).toBe(2);
  });

  it('sends nothing that the shop would cut off', async () => {
    await expect(upload({ path: 'a', size: (5 << 20) + 1 }, () => {})).rejects.toMatchObject({ code: 'too_large' });
    expect(uploads.asked).toEqual([]);
  });

  it('says what the shop says, and that nothing was answered', async () => {
    uploads.answer = () => refused('not_a_picture', 'This is no picture.');
    await expect(upload(taken('a')[0], () => {})).rejects.toMatchObject({ code: 'not_a_picture', message: 'This is no picture.' });
    uploads.answer = () => ({ statusCode: 502, data: '<html>' });
    await expect(upload(taken('a')[0], () => {})).rejects.toMatchObject({ code: 'unavailable' });
    uploads.answer = () => undefined;
    await expect(upload(taken('a')[0], () => {})).rejects.toMatchObject({ code: 'offline' });
  });
});

describe('pictures', () => {
  it('go one after the other, in their order', async () => {
    vi.mocked(choosePictures).mockResolvedValueOnce(taken('a', 'b', 'c'));
    const of = usePictures();
    await of.add();
    expect(of.waiting.value).toBe(true);
    await settled(of);
    expect([of.waiting.value, of.nos.value, uploads.together]).toEqual([false, ['A', 'B', 'C'], 1]);
  });

  it('are never more than may be', async () => {
    vi.mocked(choosePictures).mockResolvedValue(taken(...'abcdef'));
    const of = usePictures();
    await of.add();
    await of.add();
    expect(choosePictures).toHaveBeenLastCalledWith(mostPictures - 6);
    expect(of.pictures.value.length).toBe(mostPictures);
    await settled(of);
  });

  it('can be sent again, or removed, when they did not arrive', async () => {
    vi.mocked(choosePictures).mockResolvedValue(taken('a', 'b'));
    uploads.answer = () => undefined;
    const of = usePictures();
    await of.add();
    await settled(of);
    expect([of.waiting.value, of.pictures.value[0].wrong]).toEqual([true, 'No connection. Please check it and try again.']);
    uploads.answer = () => sent('A');
    of.retry(of.pictures.value[0]);
    await settled(of);
    of.remove(of.pictures.value[1].key);
    expect([of.waiting.value, of.nos.value]).toEqual([false, ['A']]);
  });

  it('are not sent once they were removed, and do not come back', async () => {
    vi.mocked(choosePictures).mockResolvedValue(taken('a', 'b'));
    const of = usePictures();
    await of.add();
    of.remove(of.pictures.value[1].key);
    await settled(of);
    expect([of.nos.value, uploads.asked.length]).toEqual([['A'], 1]);
  });

  it('are not chosen without consent', async () => {
    vi.mocked(consent).mockResolvedValueOnce(false);
    vi.mocked(choosePictures).mockClear();
    await usePictures().add();
    expect(choosePictures).not.toHaveBeenCalled();
  });
});
