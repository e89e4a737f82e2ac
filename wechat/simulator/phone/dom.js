// el makes an element: el('p.note', {title: 'x'}, 'text', child…).
export function el(kind, attributes = {}, ...children) {
  const [tag, ...classes] = kind.split('.');
  const e = document.createElement(tag);
  if (classes.length) e.className = classes.join(' ');
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) e.addEventListener(name.slice(2), value);
    else e.setAttribute(name, value);
  }
  e.append(...children.filter((c) => c !== null && c !== undefined));
  return e;
}

// icon is a line drawing of one path.
export function icon(path, size = 20, box = 20) {
  const ns = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(ns, 'svg');
  svg.setAttribute('viewBox', `0 0 ${box} ${box}`);
  svg.setAttribute('width', size);
  svg.setAttribute('height', size);
  svg.setAttribute('aria-hidden', 'true');
  const p = document.createElementNS(ns, 'path');
  p.setAttribute('d', path);
  svg.append(p);
  return svg;
}

// money writes fen as ¥ small, yuan large, fen small.
export function money(fen, kind = 'span.money') {
  const [yuan, cents] = (fen / 100).toFixed(2).split('.');
  return el(kind, {}, el('small', {}, '¥'), yuan.replace(/\B(?=(\d{3})+$)/g, ','), el('small', {}, '.' + cents));
}

// call makes a call of the simulator's API. It throws an Error with the HTTP status (0: no answer).
export async function call(method, path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method, headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw Object.assign(new Error('no answer'), { status: 0 });
  }
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(said.error ?? answer.statusText), { status: answer.status });
  return said;
}
