// The sheet of wx.requestSubscribeMessage: it names the messages and takes the consumer's yes or no. It
// resolves to the templates that were allowed.
import { el } from './dom.js';
import { t } from './words.js';

export function askLeave(place, behind, templates) {
  return new Promise((resolve) => {
    const before = document.activeElement;
    const close = (allowed) => {
      place.replaceChildren();
      if (behind) behind.inert = false;
      before?.focus?.();
      resolve(allowed ? templates.map((m) => m.id) : []);
    };
    const allow = el('button.filled.pay', { onclick: () => close(true) }, t('allow'));
    const body = el('div.sheet.leave', { role: 'dialog', 'aria-modal': 'true', 'aria-label': t('leaveTitle'), tabindex: '-1' },
      el('header', {}, el('span'), el('h2', {}, t('leaveTitle'))),
      el('ul', {}, ...templates.map((m) => el('li', {}, m.title))),
      allow, el('button.quiet.no', { onclick: () => close(false) }, t('refuse')));
    body.addEventListener('keydown', (e) => {
      if (e.key === 'Escape') close(false);
      if (e.key !== 'Tab') return;
      e.preventDefault(); // two buttons: the other one
      (document.activeElement === allow ? body.querySelector('.no') : allow).focus();
    });
    place.replaceChildren(el('div.overlay', {}, body));
    if (behind) behind.inert = true;
    allow.focus();
  });
}
