import { beforeEach, vi } from 'vitest';

/** What uni-app does, as far as the logic needs it: a store, and requests that a test answers. */
export const store = new Map<string, unknown>();

interface Request {
  url: string;
  method: string;
  header: Record<string, string>;
  data?: unknown;
  success: (answer: { statusCode: number; data: unknown }) => void;
  fail: (err: unknown) => void;
}

export const requests: Request[] = [];

/** answer decides what a request gets; undefined is no answer at all. */
export const server: { answer: (r: Request) => { statusCode: number; data: unknown } | undefined } = { answer: () => undefined };

interface Upload {
  url: string;
  name: string;
  filePath: string;
  header: Record<string, string>;
  success: (answer: { statusCode: number; data: string }) => void;
  fail: (err: unknown) => void;
}

/** Files that are sent; together is how many were on their way at once, at most. */
export const uploads = {
  answer: (_: Upload): { statusCode: number; data: string } | undefined => undefined,
  asked: [] as Upload[],
  together: 0,
};

let under = 0;

function uploadFile(u: Upload) {
  uploads.asked.push(u);
  uploads.together = Math.max(uploads.together, ++under);
  setTimeout(() => {
    under--;
    const a = uploads.answer(u);
    if (a) u.success(a);
    else u.fail(new Error('uploadFile:fail'));
  }, 0);
  return { onProgressUpdate: () => {} };
}

vi.stubGlobal('uni', {
  uploadFile,
  getStorageSync: (key: string) => structuredClone(store.get(key)) ?? '',
  setStorageSync: (key: string, value: unknown) => store.set(key, structuredClone(value)),
  removeStorageSync: (key: string) => store.delete(key),
  request: (r: Request) => {
    requests.push(r);
    const a = server.answer(r);
    setTimeout(() => (a ? r.success(a) : r.fail(new Error('request:fail'))), 0);
  },
});

beforeEach(() => {
  store.clear();
  requests.length = 0;
});
