// The payment sheet: it shows a payment, takes the consumer's yes or no, and resolves as
// wx.requestPayment does: {ok, errMsg}.
import { call, el, icon, money } from './dom.js';
import { t } from './words.js';

const cross = 'm5 5 10 10M15 5 5 15';
const tick = 'm6 14 6 6L22 8';
const bang = 'M14 7v8M14 20v.1';

const said = {
  ok: { ok: true, errMsg: 'requestPayment:ok' },
  cancel: { ok: false, errMsg: 'requestPayment:fail cancel' },
};

const troubles = {
  paid: ['alreadyPaid', 'alreadyPaidText'], closed: ['closed', 'closedText'], expired: ['expired', 'expiredText'],
  404: ['unknown', 'unknownText'], 400: ['badSign', 'badSignText'], 0: ['offline', 'offlineText'],
};

export function openSheet(place, behind, request) {
  return new Promise((resolve) => {
    const before = document.activeElement;
    const body = el('div.sheet', { role: 'dialog', 'aria-modal': 'true', 'aria-label': t('payTitle'), tabindex: '-1' });
    const overlay = el('div.overlay', {}, body);
    place.replaceChildren(overlay);
    if (behind) behind.inert = true;
    const title = el('h2', {}, t('payTitle'));
    let result = said.cancel;

    function close() {
      place.replaceChildren();
      if (behind) behind.inert = false;
      before?.focus?.();
      resolve(result);
    }
    overlay.addEventListener('keydown', (e) => {
      if (e.key === 'Escape') close();
      if (e.key === 'Tab') keepFocus(e, body);
    });

    function show(heading, ...content) {
      body.replaceChildren(
        el('header', {}, el('button.x', { 'aria-label': t('close'), onclick: close }, icon(cross)), heading),
        ...content);
      (body.querySelector('.pay') ?? body).focus();
    }

    function trouble(kind, reason) {
      const [words, text] = troubles[kind] ?? troubles[0];
      result = { ok: false, errMsg: 'requestPayment:fail ' + reason };
      const retry = kind === 0;
      show(null,
        el('div.result', { role: 'alert' }, el('div.mark.bad', {}, icon(bang, 28, 28)), el('h2', {}, t(words)), el('p', {}, t(text))),
        el('button.filled.pay', { onclick: retry ? load : close }, t(retry ? 'retry' : 'back')));
    }

    function done(s) {
      result = said.ok;
      show(null,
        el('div.result', { role: 'status' }, el('div.mark', {}, icon(tick, 28, 28)), el('h2', {}, t('paid')),
          el('p', {}, s.merchant), money(s.total, 'p.money.amount')),
        el('button.filled.pay', { onclick: close }, t('done')));
    }

    function ask(s) {
      result = said.cancel;
      const pay = el('button.filled.pay', { onclick: async () => {
        body.focus(); // keys go on reaching the sheet while the button is off
        pay.disabled = true;
        pay.textContent = t('paying');
        try {
          done(await call('POST', '/phone/api/pay', request));
        } catch (err) {
          if (err.status === 409) load(); // it was paid, closed or expired meanwhile
          else trouble(err.status, err.message);
        }
      } }, t('pay'));
      const line = (name, value, kind = 'dd') => el('div', {}, el('dt', {}, t(name)), el(kind, {}, value));
      show(title,
        el('p.payee', {}, s.merchant), money(s.total, 'p.money.amount'),
        el('dl', {}, line('goods', s.description), line('number', s.out_trade_no, 'dd.number'), line('method', t('change'))),
        pay, el('p.note', {}, t('simulated')));
    }

    async function load() {
      try {
        const s = await call('POST', '/phone/api/sheet', request);
        if (s.state === 'payable') ask(s);
        else trouble(s.state, s.state);
      } catch (err) {
        trouble(err.status, err.message);
      }
    }

    show(title);
    load();
  });
}

// keepFocus keeps the tab key inside the sheet.
function keepFocus(e, body) {
  const stops = [...body.querySelectorAll('button:not(:disabled)')];
  const first = stops[0];
  const last = stops[stops.length - 1];
  if (e.shiftKey && (document.activeElement === first || document.activeElement === body)) {
    e.preventDefault();
    last?.focus();
  } else if (!e.shiftKey && document.activeElement === last) {
    e.preventDefault();
    first?.focus();
  }
}
