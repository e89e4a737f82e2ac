/** How well white can be read on a colour #RRGGBB, as WCAG 2 measures it; undefined for what is no colour. */
export function contrast(hex: string) {
  const found = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex);
  if (!found) return undefined;
  const [r, g, b] = found.slice(1).map((two) => {
    const v = parseInt(two, 16) / 255;
    return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05);
}

/** White has to be this well to be read. */
export const legible = 4.5;
