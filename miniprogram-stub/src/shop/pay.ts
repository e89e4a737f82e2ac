import { pay as sheet } from '@platform/wechat';
import { call, type Answer } from '@/api/call';

/** How often, and how long apart in milliseconds, the shop is asked whether WeChat has told it. */
const times = 5;
const pause = 800;

/**
 * Has an order paid on WeChat's sheet, and returns it as it then is; undefined when the person closed the sheet.
 * WeChat tells the shop by itself: the order may still be pending for a moment.
 */
export async function payOrder(no: string): Promise<Answer<'/orders/{no}'> | undefined> {
  const params = { no };
  if (!await sheet(await call('put', '/orders/{no}/payment', { params }))) return undefined;
  for (let i = 1; ; i++) {
    const order = await call('post', '/orders/{no}/payment/refresh', { params });
    if (order.status !== 'pending' || i === times) return order;
    await new Promise((next) => { setTimeout(next, pause); });
  }
}
