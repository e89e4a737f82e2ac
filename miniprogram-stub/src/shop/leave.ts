import { subscribe } from '@platform/wechat';
import { call, type Answer } from '@/api/call';
import { newKey } from '@/api/key';

type Template = Answer<'/me/message-templates'>['items'][number];

/** WeChat asks for so many templates at once. */
const most = 3;

let templates: Template[] = [];

/**
 * Reads what may be asked for. It is done before it is needed, because WeChat asks only in answer to a tap. Not
 * knowing is no trouble: nothing is asked then.
 */
export async function prepareLeave() {
  templates = (await call('get', '/me/message-templates').catch(() => ({ items: [] }))).items;
}

/** Asks for leave to send the messages of a moment, where none is left. Whatever comes of it, the purchase goes on. */
export async function askLeave(moment: Template['moment']) {
  const ids = templates.filter((m) => m.moment === moment && m.remaining <= 0).slice(0, most).map((m) => m.template);
  if (!ids.length) return;
  try {
    const accepted = await subscribe(ids);
    if (accepted.length) templates = (await call('post', '/me/message-grants', { body: { templates: accepted }, key: newKey() })).items;
  } catch {
    // There is no message then, and the order is where it always is.
  }
}
