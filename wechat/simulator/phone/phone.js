import { call, el, money } from './dom.js';
import { openSheet } from './sheet.js';
import { askLeave } from './subscribe.js';
import { clockTime, dayTime, lang, setLang, shortTime, t, translate } from './words.js';

const $ = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const user = query.get('user') || 'demo';
let app = address(query.get('app'));
let state = { merchants: [], waiting: [], inbox: [], faults: [], operations: [], deliveries: [] };

function address(text) {
  try {
    const u = new URL(text);
    return /^https?:$/.test(u.protocol) ? u : null;
  } catch {
    return null;
  }
}

// Which addresses may be framed the simulator decides, by the policy it sends with this page.
document.addEventListener('securitypolicyviolation', (e) => {
  if (!e.effectiveDirective.startsWith('frame-src')) return;
  app = null;
  leave();
  draw();
  $('app-wrong').hidden = false;
});

// The mini program.

// merchant is whose mini program is open: the one of the address, or the only one there is.
function merchant() {
  const appid = query.get('appid');
  return appid ? state.merchants.find((m) => m.appid === appid) : state.merchants.length === 1 ? state.merchants[0] : undefined;
}

function enter() {
  $('app').src = app.href;
  $('app').hidden = false;
  $('home').hidden = true;
  $('leave').hidden = false;
  $('title').textContent = merchant()?.name ?? t('app');
}

// head is what the bar shows while the mini program is open: the title of its page, and the way back if there
// is one.
function head({ title, deep }) {
  if ($('app').hidden) return;
  $('title').textContent = String(title || merchant()?.name || t('app'));
  $('back').hidden = !deep;
}

function leave() {
  $('back').hidden = true;
  $('app').hidden = true;
  $('home').hidden = false;
  $('leave').hidden = !app;
  $('title').textContent = t('title');
}

// The bridge: what wx.login, the phone button, wx.requestPayment, wx.requestSubscribeMessage and WeChat's own bar are
// to the mini program in the frame.
window.addEventListener('message', async (e) => {
  if (!app || e.source !== $('app').contentWindow || e.origin !== app.origin) return;
  const { type, id, params, tmplIds } = e.data ?? {};
  if (type === 'wx.setNavigationBarTitle') head(params ?? {});
  const appid = e.data?.appid ?? merchant()?.appid ?? '';
  const reply = (answer) => e.source.postMessage({ type, id, ...answer }, e.origin);
  try {
    if (type === 'wx.login') reply({ ok: true, errMsg: 'login:ok', ...(await call('POST', '/_sim/login-codes', { appid, user })) });
    if (type === 'wx.getPhoneNumber') reply({ ok: true, errMsg: 'getPhoneNumber:ok', ...(await call('POST', '/_sim/phone-codes', { appid, user })) });
    if (type === 'wx.requestPayment') reply(await pay(params));
    if (type === 'wx.requestSubscribeMessage') reply(await subscribe(appid, tmplIds));
  } catch (err) {
    reply({ ok: false, errMsg: `${String(type).slice(3)}:fail ${err.message}` });
  }
});

// subscribe asks for leave to send messages, and tells of each template whether it was given.
async function subscribe(appid, ids) {
  const known = await call('GET', '/_sim/templates/' + encodeURIComponent(appid));
  const asked = known.filter((m) => Array.isArray(ids) && ids.includes(m.id));
  if (!asked.length) return { ok: false, errMsg: 'requestSubscribeMessage:fail No template data return, verify the template id exist' };
  const templates = await askLeave($('sheet'), $('behind'), asked);
  if (templates.length) await call('POST', '/_sim/grants', { appid, user, templates });
  return { ok: true, errMsg: 'requestSubscribeMessage:ok', ...Object.fromEntries(asked.map((m) => [m.id, templates.includes(m.id) ? 'accept' : 'reject'])) };
}

async function pay(request) {
  const names = ['prepay_id', 'appId', 'timeStamp', 'nonceStr', 'package', 'signType', 'paySign'];
  const clean = Object.fromEntries(names.filter((n) => typeof request?.[n] === 'string').map((n) => [n, request[n]]));
  const answer = await openSheet($('sheet'), $('behind'), clean);
  await refresh();
  // The card that opened the sheet may be gone, and the focus with it.
  if (document.activeElement === document.body) document.querySelector('[role=tab][aria-selected=true]').focus();
  return answer;
}

// The phone's own screens.

function showTab(name) {
  for (const tab of ['waiting', 'inbox']) {
    const on = tab === name;
    $('tab-' + tab).setAttribute('aria-selected', on);
    $('tab-' + tab).tabIndex = on ? 0 : -1;
    $('view-' + tab).hidden = !on;
  }
}

function waitingCard(s) {
  return el('li.card', {},
    el('div.top', {}, el('span', {}, s.merchant), el('span', {}, t('until', { t: shortTime(s.expire_at) }))),
    el('h3', {}, s.description),
    el('div.foot', {}, money(s.total), el('button.filled', { onclick: () => pay({ prepay_id: s.prepay_id }), 'aria-label': `${t('pay')} ${s.description}` }, t('pay'))));
}

function messageCard(m) {
  return el('li.card.letter', {},
    el('div.top', {}, el('span.kind', {}, m.merchant), el('time', { datetime: m.at }, dayTime(m.at))),
    el('h3', {}, m.text),
    el('dl', {}, ...m.rows.map((row) => el('div', {}, el('dt', {}, row.name), el('dd', {}, row.value)))));
}

function letterCard(m) {
  if (m.kind === 'message') return messageCard(m);
  const line = (name, value, kind = 'dd') => value ? el('div', {}, el('dt', {}, t(name)), el(kind, {}, value)) : null;
  const paid = m.kind === 'paid';
  return el('li.card.letter' + (m.kind === 'refund_abnormal' ? '.bad' : ''), {},
    el('div.top', {}, el('span.kind', {}, t(paid ? 'voucher' : m.kind)), el('time', { datetime: m.at }, dayTime(m.at))),
    money(m.amount, 'div.money'),
    el('dl', {}, line(paid ? 'payee' : 'shop', m.merchant), line(paid ? 'goods' : 'reason', m.text), line('number', m.number, 'dd.number')));
}

function faultChip(f) {
  const left = f.times < 0 ? t('always') : t('left', { n: f.times });
  return el('li', {}, `${t('ops.' + f.op)} · ${t('kinds.' + f.kind)}`, el('span', {}, left));
}

function deliveryLine(d) {
  const outcome = d.accepted ? ['ok', t('accepted')]
    : d.status ? ['bad', `${t('refused')} ${d.status}`]
    : d.error ? ['bad', t('noAnswer')] : ['', t('notPosted')];
  const why = [d.number, t('attempt', { n: d.attempt }), d.fault ? t('kinds.' + d.fault) : null, d.error ?? d.body].filter(Boolean).join(' · ');
  return el('li', {}, el('time', { datetime: d.at }, clockTime(d.at)), el('span.what', {}, d.event),
    el('span.state.' + outcome[0], {}, outcome[1]), el('span.why', {}, why));
}

// list redraws a list only when it has changed, so that focus and scroll stay.
const drawn = {};
function list(id, items, card) {
  const now = JSON.stringify(items);
  if (drawn[id] === now) return;
  drawn[id] = now;
  $(id).replaceChildren(...items.map(card));
  const none = $(id + '-empty');
  if (none) none.hidden = items.length > 0;
}

function draw() {
  list('waiting', state.waiting, waitingCard);
  list('inbox', state.inbox, letterCard);
  list('faults', state.faults, faultChip);
  list('deliveries', state.deliveries, deliveryLine);
  $('faults-clear').hidden = state.faults.length === 0;
  $('calm').hidden = Boolean(app);
  $('waiting-count').textContent = state.waiting.length;
  $('waiting-count').hidden = state.waiting.length === 0;
  if (!$('fault-op').options.length && state.operations.length) {
    $('fault-op').replaceChildren(...state.operations.map((o) => new Option(t('ops.' + o.op), o.op)));
    $('fault-op').value = 'notify_payment';
    chooseKinds();
  }
}

let newest;
function announce() {
  const latest = state.inbox[0];
  const before = newest;
  newest = latest?.id ?? '';
  if (before === undefined || !latest || latest.id === before) return;
  if (latest.kind === 'message') return showBanner(el('div', {}, el('b', {}, latest.text), el('br'), el('span', {}, latest.merchant)));
  const what = latest.kind === 'paid' ? 'bannerPaid' : latest.kind === 'refund_success' ? 'bannerRefund' : latest.kind;
  showBanner(el('div', {}, el('b', {}, t(what)), el('br'), el('span', {}, latest.merchant)), money(latest.amount));
}

function showBanner(...content) {
  $('banner').replaceChildren(...content);
  $('banner').hidden = false;
  setTimeout(() => { $('banner').hidden = true; }, 3500);
}

async function refresh() {
  try {
    state = await call('GET', '/phone/api/state');
  } catch {
    return; // the next time will tell; what is drawn stays
  }
  draw();
  announce();
}

// The panel.

function chooseKinds() {
  const op = state.operations.find((o) => o.op === $('fault-op').value);
  $('fault-kind').replaceChildren(...(op?.kinds ?? []).map((k) => new Option(t('kinds.' + k), k)));
  explain();
}

function explain() {
  const kind = $('fault-kind').value;
  $('fault-about').textContent = kind ? t('abouts.' + kind) : '';
}

function togglePanel(open) {
  $('panel').classList.toggle('open', open);
  $('scrim').hidden = !open;
  $('screen').inert = open;
  $('more').setAttribute('aria-expanded', open);
  (open ? $('panel') : $('more')).focus();
}

$('more').addEventListener('click', () => togglePanel(true));
$('scrim').addEventListener('click', () => togglePanel(false));
$('panel-close').addEventListener('click', () => togglePanel(false));
$('panel').addEventListener('keydown', (e) => { if (e.key === 'Escape') togglePanel(false); });
$('back').addEventListener('click', () => $('app').contentWindow.postMessage({ type: 'wx.navigateBack' }, app.origin));
$('leave').addEventListener('click', () => ($('app').hidden ? enter() : leave()));
for (const tab of ['waiting', 'inbox']) $('tab-' + tab).addEventListener('click', () => showTab(tab));
document.querySelector('.tabs').addEventListener('keydown', (e) => {
  if (e.key !== 'ArrowLeft' && e.key !== 'ArrowRight') return;
  const other = $('tab-waiting').getAttribute('aria-selected') === 'true' ? 'inbox' : 'waiting';
  showTab(other);
  $('tab-' + other).focus();
});

$('open').addEventListener('submit', (e) => {
  e.preventDefault();
  const url = $('app-url').value.trim();
  $('app-wrong').hidden = !url || address(url) !== null;
  if (!$('app-wrong').hidden) return;
  const next = new URLSearchParams({ user: $('user').value.trim() || 'demo' });
  if (url) next.set('app', url);
  location.search = next;
});
$('lang').addEventListener('change', () => {
  setLang($('lang').value);
  query.delete('lang');
  if (query.size) location.search = query;
  else location.reload();
});
$('fault-op').addEventListener('change', chooseKinds);
$('fault-kind').addEventListener('change', explain);
$('fault').addEventListener('submit', async (e) => {
  e.preventDefault();
  try {
    await call('POST', '/_sim/faults', {
      op: $('fault-op').value, kind: $('fault-kind').value, times: Number($('fault-times').value),
    });
    $('fault-wrong').hidden = true;
  } catch {
    $('fault-wrong').hidden = false;
  }
  await refresh();
});
$('faults-clear').addEventListener('click', async () => {
  await call('DELETE', '/_sim/faults').catch(() => {});
  await refresh();
});

function tick() {
  $('clock').textContent = shortTime(Date.now());
}

translate();
document.title = t('title');
$('lang').value = lang;
$('user').value = user;
$('app-url').value = query.get('app') ?? '';
$('app-wrong').hidden = !query.get('app') || app !== null;
tick();
await refresh();
if (app) enter();
else leave();
setInterval(() => { if (!document.hidden) { tick(); refresh(); } }, 1500);
