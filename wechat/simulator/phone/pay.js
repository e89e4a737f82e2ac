// The payment sheet by itself, opened by a mini program in a frame or a window. The parameters of the
// address are those of wx.requestPayment (or prepay_id alone), and origin, to which the answer goes.
import { openSheet } from './sheet.js';
import { t, translate } from './words.js';

translate();
document.title = t('payTitle');
const query = new URLSearchParams(location.search);
const request = {};
for (const name of ['prepay_id', 'appId', 'timeStamp', 'nonceStr', 'package', 'signType', 'paySign']) {
  if (query.get(name)) request[name] = query.get(name);
}
const answer = await openSheet(document.getElementById('sheet'), null, request);
const asker = window.opener ?? (window.parent !== window ? window.parent : null);
const origin = query.get('origin') ?? (document.referrer ? new URL(document.referrer).origin : null);
if (asker && origin) {
  asker.postMessage({ type: 'wx.requestPayment', id: query.get('id'), prepay_id: request.prepay_id ?? null, ...answer }, origin);
}
if (window.opener) window.close();
