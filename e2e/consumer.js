// A consumer, as the mini program of the shop would send what they do: by the public API alone.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

// Refused is an answer that is no success: its message is the problem's code.
export class Refused extends Error {
  constructor(status, problem) {
    super(problem.code ?? problem.error ?? `status ${status}`);
    this.status = status;
    this.problem = problem;
  }
}

async function ask(method, url, headers, body) {
  const answer = await fetch(url, {
    method,
    headers: body === undefined ? headers : { ...headers, 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Refused(answer.status, said);
  return said;
}

// weChat calls the simulator.
export function weChat(demo, method, path, body) {
  return ask(method, demo.weChat + path, {}, body);
}

// staff calls the console's API as the owner.
export function staff(demo, method, path, body) {
  const headers = { Authorization: `Bearer ${demo.staff}`, 'Idempotency-Key': randomUUID() };
  return ask(method, `${new URL(demo.shop).origin}/console/v1${path}`, headers, body);
}

// until asks until the answer is as wished, and returns it.
export async function until(what, question, wished) {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const answer = await question();
    if (wished(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`waited for ${what}: ${JSON.stringify(answer)}`);
    await pause(200); // a consumer may ask ten times a second, the page that they look at included
  }
}

export const address = {
  name: '王小明', phone: '13800138000', province_code: '31', city: '上海市', district: '静安区', detail: '南京西路 1 号',
};

export class Consumer {
  constructor(demo, language = 'zh-CN') {
    this.demo = demo;
    this.headers = { 'Accept-Language': language };
  }

  // signIn signs in with a code of wx.login; WeChat knows people by any name.
  async signIn(user) {
    const [merchant] = await weChat(this.demo, 'GET', '/_sim/merchants');
    const { code } = await weChat(this.demo, 'POST', '/_sim/login-codes', { appid: merchant.appid, user });
    return this.signInWith(code);
  }

  async signInWith(code) {
    const session = await this.post('/session', { code });
    this.headers.Authorization = `Bearer ${session.token}`;
    return this;
  }

  get(path) { return ask('GET', this.demo.shop + path, this.headers); }

  put(path, body) { return ask('PUT', this.demo.shop + path, this.headers, body); }

  // post sends a key of its own unless one is given.
  post(path, body, key = randomUUID()) {
    return ask('POST', this.demo.shop + path, { ...this.headers, 'Idempotency-Key': key }, body);
  }

  // order buys one piece of a product and returns the order, not paid yet.
  async order(handle) {
    const { skus } = await this.get(`/products/${handle}`);
    const basket = {
      lines: [{ sku: skus.find((s) => s.available > 0).no, quantity: 1 }],
      address: (await this.post('/addresses', address)).no,
    };
    const { total_fen } = await this.post('/quote', basket);
    return this.post('/orders', { ...basket, expected_total_fen: total_fen });
  }

  // received is an order of one piece that was paid, sent with a waybill, and has come.
  async received(handle, waybill) {
    const order = await this.pay(await this.order(handle));
    await staff(this.demo, 'POST', `/orders/${order.no}/shipments`, { delivery: 'express', parcels: [{ carrier: 'SF', waybill }] });
    await this.post(`/orders/${order.no}/receipt`);
    return order;
  }

  // payment has the parameters of wx.requestPayment.
  payment(order) { return this.put(`/orders/${order.no}/payment`); }

  read(order) { return this.get(`/orders/${order.no}`); }

  // pay has an order paid at WeChat, without a sheet, and waits until the shop knows.
  async pay(order) {
    await this.payment(order);
    const payments = await weChat(this.demo, 'GET', '/_sim/payments');
    const { prepay_id } = payments.find((p) => p.out_trade_no === order.no);
    await weChat(this.demo, 'POST', `/_sim/payments/${prepay_id}/pay`, {});
    return this.paid(order);
  }

  // paid waits until WeChat has told the shop.
  paid(order) {
    return until('the order to be paid', () => this.read(order), (o) => o.status === 'paid');
  }
}

// yuan is an amount as the page shows it.
export const yuan = (fen) => '¥' + (fen / 100).toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ',');
