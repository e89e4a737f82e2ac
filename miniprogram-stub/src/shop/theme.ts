/** Colours of a shop, made of its accent so that what is written in or on them can be read. */
export interface Palette {
  /** Filled buttons. */
  accent: string;
  /** What is written on accent. */
  onAccent: string;
  /** Prices and other text in the brand's colour, on white, on the page and on tint. */
  accentText: string;
  /** A light ground. */
  tint: string;
}

type Colour = [red: number, green: number, blue: number];

const white: Colour = [255, 255, 255];
const ink: Colour = [0x1f, 0x1d, 0x1a];

/** WCAG's contrast for text of any size. */
const legible = 4.5;

/** The colours for an accent, #RRGGBB; anything else is taken for ink. */
export function paletteOf(accent: string): Palette {
  const colour = parse(accent) ?? ink;
  const tint = mix(colour, white, 0.9);
  let text = colour;
  for (let share = 0.1; contrast(text, tint) < legible && share <= 1; share += 0.1) text = mix(colour, ink, share);
  return {
    accent: format(colour),
    onAccent: format(contrast(white, colour) >= legible ? white : ink),
    accentText: format(text),
    tint: format(tint),
  };
}

function parse(hex: string): Colour | undefined {
  if (!/^#[0-9a-f]{6}$/i.test(hex)) return undefined;
  return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)) as Colour;
}

function format(colour: Colour) {
  return `#${colour.map((c) => Math.round(c).toString(16).padStart(2, '0')).join('')}`;
}

function mix(a: Colour, b: Colour, share: number) {
  return a.map((c, i) => c + (b[i] - c) * share) as Colour;
}

function luminance(colour: Colour) {
  const [r, g, b] = colour.map((c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The contrast of two colours, 1 to 21. */
export function contrastOf(a: string, b: string) {
  return contrast(parse(a) ?? ink, parse(b) ?? ink);
}

function contrast(a: Colour, b: Colour) {
  const [darker, lighter] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (lighter + 0.05) / (darker + 0.05);
}
