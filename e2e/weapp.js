// As much of WeChat's runtime as it takes to boot the weapp build: modules, App, Component, and a wx that signs in at
// the simulator and asks the shop. It draws nothing: what a page would draw is what it hands to setData.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';

export const folder = fileURLToPath(new URL('../miniprogram-stub/dist/build/mp-weixin/', import.meta.url));

// Methods that wx.request knows.
const methods = ['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE', 'CONNECT'];

// What the program calls besides.
const quiet = [
  'onNetworkStatusChange', 'onNeedPrivacyAuthorization', 'onAppShow', 'onAppHide', 'setNavigationBarTitle', 'setTabBarItem', 'setTabBarBadge',
  'removeTabBarBadge', 'showToast', 'showModal', 'stopPullDownRefresh', 'navigateTo', 'redirectTo', 'switchTab', 'navigateBack', 'previewImage',
  'setClipboardData', 'requestPayment', 'openPrivacyContract', 'chooseMedia', 'uploadFile',
];

export class Weapp {
  constructor(demo, user) {
    this.demo = demo;
    this.user = user;
    this.storage = new Map();
    this.asked = [];
    this.pages = [];
    this.modules = new Map();
    const sandbox = {
      global: {}, console, setTimeout, clearTimeout, clearInterval, setInterval: (...args) => setInterval(...args).unref(), Promise, URL, wx: this.wx(),
      App: (options) => { this.app = options; },
      Component: (options) => { this.defined = options; },
      Page: (options) => { this.defined = options; },
      Behavior: (options) => options,
      getApp: () => this.app,
      getCurrentPages: () => this.pages,
      requirePlugin: () => ({}),
    };
    this.context = vm.createContext(sandbox);
  }

  require(file) {
    const known = this.modules.get(file);
    if (known) return known.exports;
    const module = { exports: {} };
    this.modules.set(file, module);
    const code = readFileSync(path.join(folder, file), 'utf8');
    const load = vm.runInContext(`(function (require, module, exports) {${code}\n})`, this.context, { filename: file });
    load((name) => this.require(path.join(path.dirname(file), name)), module, module.exports);
    return module.exports;
  }

  // launch starts the program as WeChat does.
  launch() {
    this.require('app.js');
    const options = { path: 'pages/home/home', query: {}, scene: 1001, referrerInfo: {} };
    this.app.onLaunch?.(options);
    this.app.onShow?.(options);
  }

  // open shows a page; the page is what came of it.
  open(route, query = {}) {
    this.defined = undefined;
    this.require(`${route}.js`);
    const { defined } = this;
    if (!defined) throw new Error(`${route} defines no page`);
    const page = { is: route, route, options: query, data: structuredClone(defined.data ?? {}), properties: {}, ...defined.methods };
    for (const name of ['onLoad', 'onShow', 'onReady', 'onPullDownRefresh', 'onReachBottom', 'onShareAppMessage']) {
      page[name] ??= defined[name];
    }
    Object.assign(page, {
      setData(data, done) {
        for (const [at, value] of Object.entries(data)) set(page.data, at, value);
        done?.();
      },
      triggerEvent() {}, selectAllComponents: () => [], selectComponent: () => null, createSelectorQuery: () => ({}),
      __wxWebviewId__: this.pages.length + 1, getOpenerEventChannel: () => ({ on() {}, emit() {} }),
    });
    this.pages.push(page);
    for (const life of ['created', 'attached', 'ready']) (defined.lifetimes?.[life] ?? defined[life])?.call(page);
    page.onLoad?.(query);
    page.onShow?.();
    page.onReady?.();
    return page;
  }

  wx() {
    const info = { language: 'zh_CN', platform: 'devtools', SDKVersion: '3.8.0', windowWidth: 390, windowHeight: 844, pixelRatio: 3, safeArea: {}, version: '8.0.50' };
    const known = {
      getExtConfigSync: () => ({ server: new URL(this.demo.shop).origin, brand: this.demo.shop.split('/').at(-1) }),
      getSystemInfoSync: () => info, getAppBaseInfo: () => info, getWindowInfo: () => info, getDeviceInfo: () => info, getSystemSetting: () => info, getAppAuthorizeSetting: () => info,
      getAccountInfoSync: () => ({ miniProgram: { appId: 'wx', envVersion: 'develop' } }),
      getLaunchOptionsSync: () => ({ path: '', query: {}, scene: 1001 }), getEnterOptionsSync: () => ({ path: '', query: {}, scene: 1001 }),
      getStorageSync: (key) => this.storage.get(key) ?? '', setStorageSync: (key, value) => { this.storage.set(key, value); }, removeStorageSync: (key) => { this.storage.delete(key); },
      getNetworkType: ({ success }) => success?.({ networkType: 'wifi' }),
      login: ({ success, fail }) => { this.code().then((code) => success({ code, errMsg: 'login:ok' }), fail); },
      request: (r) => { this.request(r).then(r.success, r.fail); },
      canIUse: () => true,
    };
    // What changes nothing here only succeeds.
    for (const name of quiet) known[name] = (options) => { if (!name.startsWith('on')) options?.success?.({}); };
    return known;
  }

  async code() {
    const [merchant] = await (await fetch(`${this.demo.weChat}/_sim/merchants`)).json();
    const answer = await fetch(`${this.demo.weChat}/_sim/login-codes`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ appid: merchant.appid, user: this.user }),
    });
    return (await answer.json()).code;
  }

  async request({ url, method = 'GET', header, data }) {
    if (!methods.includes(method)) throw new Error(`wx.request knows no ${method}`);
    const answer = await fetch(url, { method, headers: header, body: data === undefined || method === 'GET' ? undefined : JSON.stringify(data) });
    this.asked.push(`${header['X-HTTP-Method-Override'] ?? method} ${new URL(url).pathname} ${answer.status}`);
    const text = await answer.text();
    return { statusCode: answer.status, header: Object.fromEntries(answer.headers), data: text && JSON.parse(text), errMsg: 'request:ok' };
  }
}

// set does what setData does with a path such as a.b[0].c.
function set(data, at, value) {
  const steps = at.replace(/\[(\d+)\]/g, '.$1').split('.');
  const last = steps.pop();
  let into = data;
  for (const step of steps) into = into[step] ??= {};
  into[last] = value;
}
