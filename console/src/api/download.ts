import { api, got } from './call';

/** download gets a file and hands it to the browser, under the name that the server gives it. Throws a Failure. */
export async function download(path: string, query: Record<string, unknown> = {}, params: Record<string, string> = {}) {
  let named = '';
  const answer = (api.GET as (p: string, o: unknown) => Promise<{ data?: Blob; error?: unknown; response: Response }>)(path, { params: { path: params, query }, parseAs: 'blob' });
  const file = await got(answer.then((a) => {
    named = /filename="?([^";]+)"?/.exec(a.response.headers.get('Content-Disposition') ?? '')?.[1] ?? '';
    return a;
  }));
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = named;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
