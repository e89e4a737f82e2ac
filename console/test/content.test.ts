import { describe, expect, test } from 'vitest';
import { filled, fresh, said, sent, wordsOf } from '@/pages/content/blocks';
import { contrast, legible } from '@/pages/settings/colour';
import { kindOf } from '@/pages/settings/messages';

describe('a block', () => {
  test('is sent with the fields of its kind alone', () => {
    const b = { ...fresh('notice'), text: { en: 'Open late', it: ' ', fr: 'Tard' }, picture: '/media/left-over.jpg', link: 'page:gone', products: ['ring'] };
    expect(sent(b, ['en', 'it'])).toEqual({ kind: 'notice', text: { en: 'Open late' } });
    expect(sent({ ...b, kind: 'banner' }, ['en'])).toEqual({ kind: 'banner', picture: '/media/left-over.jpg', link: 'page:gone' });
  });

  test('is a shelf of chosen products, or of a category', () => {
    const b = { ...fresh('product_shelf'), products: ['ring'], limit: 4 };
    expect(sent(b, ['en'])).toEqual({ kind: 'product_shelf', products: ['ring'], limit: 4 });
    expect(sent({ ...b, category: 'rings' }, ['en'])).toEqual({ kind: 'product_shelf', category: 'rings', limit: 4 });
  });

  test('shows all that runs, or one', () => {
    const b = { ...fresh('group_shelf'), promotion: 'left-over', products: ['ring'] };
    expect(sent(b, ['en'])).toEqual({ kind: 'group_shelf' });
    expect(sent({ ...b, campaign: '01' }, ['en'])).toEqual({ kind: 'group_shelf', campaign: '01' });
    expect(sent({ ...b, kind: 'flash_shelf' }, ['en'])).toEqual({ kind: 'flash_shelf', promotion: 'left-over' });
  });

  test('comes back as it was sent', () => {
    const b = { kind: 'rich_text', title: { en: 'A' }, text: { en: '<p>B</p>' } };
    expect(sent(filled(b as never), ['en'])).toEqual(b);
  });

  test('is called by its words, without what is HTML alone', () => {
    expect(wordsOf({ it: '<h2>Fatto</h2><p>a&nbsp;mano &amp; bene</p>' }, ['it'], true)).toBe('Fatto a mano & bene');
    expect(wordsOf({ it: '5 < 6' }, ['it'])).toBe('5 < 6');
    expect(said({ it: 'x', de: 'y', en: '' }, ['it', 'en'])).toEqual({ it: 'x' });
  });
});

test('white is measured as the server does', () => {
  expect(contrast('#FFFFFF')).toBeCloseTo(1);
  expect(contrast('#000000')).toBeCloseTo(21);
  expect(contrast('#B4532A')! >= legible).toBe(true);
  expect(contrast('#F4C7B0')! < legible).toBe(true);
  for (const none of ['', 'red', '#12', '#12345G']) expect(contrast(none)).toBeUndefined();
});

test('the kind of a field is in its name', () => {
  expect(['thing1', ' character_string12 ', 'time', 'x1y'].map(kindOf)).toEqual(['thing', 'character_string', '', '']);
});
