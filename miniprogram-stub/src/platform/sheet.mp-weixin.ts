/** WeChat keeps what is behind a sheet still by the sheet's own catch of touches. */
export function holdPage(_close: () => void) {
  return () => {};
}
