// WeChat, for the H5: the phone of the simulator, in whose frame the page is. It answers what a page posts.
// Elsewhere there is no WeChat: one can look round, and buys in the mini program.
import { Failure } from '@/api/failure';
import { preview } from './preview.h5';
import { t } from '@/words';

interface Reply { ok: boolean; errMsg: string; code?: string; [template: string]: unknown }

// Whoever looks at a page that is not published yet is in the console, not in WeChat.
const phone = window.parent === window || preview.value ? undefined : window.parent;
let last = 0;

function ask(type: string, message: object = {}): Promise<Reply> {
  if (!phone) return Promise.reject(new Failure(0, 'not_in_wechat', t('failure.notInWeChat')));
  const id = ++last;
  return new Promise((resolve) => {
    const listen = (e: MessageEvent) => {
      if (e.source !== phone || e.data?.type !== type || e.data?.id !== id) return;
      window.removeEventListener('message', listen);
      resolve(e.data);
    };
    window.addEventListener('message', listen);
    // Who may frame the page says the server's policy.
    phone.postMessage({ type, id, ...message }, '*');
  });
}

async function code(type: string) {
  const reply = await ask(type);
  if (!reply.ok || !reply.code) throw new Failure(0, 'wechat_failed', t('failure.wechat'));
  return reply.code;
}

/** A code to sign in with. */
export const login = () => code('wx.login');

/** A code for the phone number. */
export const phoneCode = (_e: unknown) => code('wx.getPhoneNumber');

/** WeChat's payment sheet. It tells whether the person paid; false is that they closed it. */
export async function pay(params: object) {
  const reply = await ask('wx.requestPayment', { params });
  if (!reply.ok && !/cancel/.test(reply.errMsg)) throw new Failure(0, 'wechat_failed', t('failure.wechat'));
  return reply.ok;
}

/** Asks for leave to send messages, and tells the templates that were accepted. */
export async function subscribe(ids: string[]) {
  const reply = await ask('wx.requestSubscribeMessage', { tmplIds: ids });
  return ids.filter((id) => reply[id] === 'accept');
}
