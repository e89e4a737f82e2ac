/** ink is how charts are drawn: in the colours and letters of the page. */
export function ink() {
  const color = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const text = { color: color('--second'), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 };
  return {
    color, text,
    tooltip: {
      renderMode: 'richText', confine: true, padding: [6, 10], backgroundColor: color('--card'), borderColor: color('--line-strong'),
      textStyle: { ...text, color: color('--text') },
    } as const,
  };
}
