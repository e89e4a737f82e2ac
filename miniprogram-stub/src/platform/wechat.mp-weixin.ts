import { Failure } from '@/api/failure';
import { t } from '@/words';

const failed = () => new Failure(0, 'wechat_failed', t('failure.wechat'));

/** A code to sign in with. */
export function login() {
  return new Promise<string>((resolve, reject) => {
    wx.login({ success: ({ code }) => resolve(code), fail: () => reject(failed()) });
  });
}

/** WeChat's payment sheet. It tells whether the person paid; false is that they closed it. */
export function pay(params: object) {
  return new Promise<boolean>((resolve, reject) => {
    wx.requestPayment({
      ...params as WechatMiniprogram.RequestPaymentOption,
      success: () => resolve(true),
      fail: ({ errMsg }) => (/cancel/.test(errMsg) ? resolve(false) : reject(failed())),
    });
  });
}

/** Asks for leave to send messages, and tells the templates that were accepted. */
export function subscribe(ids: string[]) {
  return new Promise<string[]>((resolve, reject) => {
    wx.requestSubscribeMessage({
      tmplIds: ids, fail: () => reject(failed()),
      success: (answer) => resolve(ids.filter((id) => (answer as unknown as Record<string, string>)[id] === 'accept')),
    });
  });
}
