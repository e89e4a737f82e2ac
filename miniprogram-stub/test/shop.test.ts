import { describe, expect, it } from 'vitest';
import { lineOf } from '@/shop/address';
import { amountOf, yuan } from '@/shop/money';
import { rowsOf } from '@/shop/order';
import { provinces, regionOf, type Node } from '@/shop/regions';
import { richTextOf } from '@/shop/richtext';
import { contrastOf, paletteOf } from '@/shop/theme';
import { average, filterName, filters } from '@/shop/review';
import { byDay, left, when } from '@/shop/time';
import { speak } from '@/words';

describe('money', () => {
  it.each([[0, '¥0'], [5, '¥0.05'], [198000, '¥1,980'], [123456789, '¥1,234,567.89'], [-990, '−¥9.90']])('%i is %s', (fen, text) => {
    expect(yuan(fen)).toBe(text);
  });
  it('keeps the cents of sums', () => expect(amountOf(11800, true)).toEqual({ sign: '', whole: '118', cents: '.00' }));
});

describe('reviews', () => {
  it.each([[467, '4.7'], [500, '5.0'], [100, '1.0']])('%i hundredths are %s', (hundredths, text) => expect(average(hundredths)).toBe(text));
  it('are chosen by any number of stars', () => {
    speak('en');
    expect(filters.map(filterName)).toEqual(['All', 'With pictures', '5 stars', '4 stars', '3 stars', '2 stars', '1 star']);
  });
});

describe('theme', () => {
  // Terracotta, yellow, white, black, a pale pink, and what is no colour.
  it.each(['#B4532A', '#FFD400', '#FFFFFF', '#000000', '#F4C2C2', 'red'])('%s leaves everything legible', (accent) => {
    const p = paletteOf(accent);
    for (const ground of ['#FFFFFF', '#F6F5F2', p.tint]) expect(contrastOf(p.accentText, ground)).toBeGreaterThanOrEqual(4.5);
    expect(contrastOf(p.onAccent, p.accent)).toBeGreaterThanOrEqual(4.5);
  });
});

describe('time', () => {
  it('counts down to nothing', () => {
    expect([left(845_000, 0), left(3_723_000, 0), left(0, 5)]).toEqual(['14:05', '1:02:03', '00:00']);
  });
  it('is cut at the ends of days', () => {
    speak('en');
    const year = new Date().getFullYear();
    const at = (month: number, day: number, hour: number) => new Date(year, month, day, hour).getTime();
    const seen = [at(2, 1, 0), at(1, 28, 23), at(1, 28, 1), at(1, 27, 5)];
    expect(byDay(seen, (s) => s).map((d) => [d.day, d.items.length])).toEqual([['1 Mar', 1], ['28 Feb', 2], ['27 Feb', 1]]);
    expect(byDay([], () => 0)).toEqual([]);
  });
  it('is written as each language does', () => {
    const at = new Date(2026, 5, 3, 9, 5).getTime();
    const now = new Date(2026, 8, 1).getTime();
    speak('zh-CN');
    expect(when(at, now)).toBe('6月3日 09:05');
    speak('it');
    expect(when(at, now)).toBe('3 giu, 09:05');
    speak('en');
    expect(when(at, new Date(2027, 0, 1).getTime())).toBe('3 Jun 2026, 09:05');
  });
});

describe('regions', () => {
  const path = (...labels: string[]) => labels.reduce<Node[]>((p, label) => [...p, (p.at(-1)?.children ?? provinces).find((n) => n.label === label)!], []);
  it.each([
    [['上海市', '市辖区', '静安区'], ['31', '上海市', '静安区']],
    [['重庆市', '县', '城口县'], ['50', '重庆市', '城口县']],
    [['广东省', '深圳市', '南山区'], ['44', '深圳市', '南山区']],
    [['海南省', '省直辖县级行政区划', '琼海市'], ['46', '琼海市', '']],
    [['新疆维吾尔自治区', '自治区直辖县级行政区划', '石河子市'], ['65', '石河子市', '']],
  ])('%j', (labels, [code, city, district]) => {
    expect(regionOf(path(...labels))).toMatchObject({ province_code: code, city, district });
  });
  it('leads every path to a region that a waybill can name', () => {
    const walk = (nodes: Node[], above: Node[]): void => nodes.forEach((n) => {
      if (n.children?.length) return walk(n.children, [...above, n]);
      const r = regionOf([...above, n]);
      expect(r.province_code).toMatch(/^\d\d$/);
      expect(r.city).not.toMatch(/^(市辖区|县)$|直辖/);
      expect(r.city.length).toBeGreaterThan(1);
    });
    walk(provinces, []);
  });
  it('are named once', () => {
    expect(lineOf({ province: '上海市', city: '上海市', district: '静安区', detail: '南京西路 1 号' })).toBe('上海市 静安区 南京西路 1 号');
  });
});

describe('rich text', () => {
  it('takes the links out, for they are tapped beside it', () => {
    const { html, links } = richTextOf('<p>One</p><p><a href="page:story">Read &amp; <b>see</b></a></p>');
    expect(links).toEqual([{ text: 'Read & see', to: 'page:story' }]);
    expect(html).toContain('One');
    expect(html).not.toContain('<a');
  });
  it('brings its own style, and the server of its pictures', () => {
    const { html } = richTextOf('<ul><li>a</li></ul><img src="/media/x.jpg" alt="x">');
    expect(html).toMatch(/<ul style="[^"]+"><li style="[^"]+">a<\/li><\/ul>/);
    expect(html).toContain('src="https://shop.test/media/x.jpg"');
  });
  it('asks no other site for a picture in a browser', () => {
    expect(richTextOf('<img src="https://elsewhere.example/x.jpg" alt="x">').html).not.toContain('elsewhere');
  });
});

describe('the rows of a sum', () => {
  it('name the price of a group', () => {
    const of = (label: string) => ({ kind: 'model' as const, amount_fen: -300, label });
    expect(rowsOf([of('group_price'), of('group_leader_price'), of('live')])).toEqual([{ word: 'adjust.group', fen: -600 }, { word: 'adjust.model', fen: -300 }]);
  });
  it('are one for each kind', () => {
    const of = (kind: 'coupon' | 'freight', amount_fen: number) => ({ kind, amount_fen, label: kind });
    expect(rowsOf([of('coupon', -300), of('freight', 1000), of('coupon', -200)]))
      .toEqual([{ word: 'adjust.coupon', fen: -500 }, { word: 'adjust.freight', fen: 1000 }]);
  });
});
