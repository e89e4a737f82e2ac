/** The code in the event of WeChat's button; undefined for the mere tap, or when the person would rather not. */
export async function phoneCode(e: unknown) {
  return (e as { detail?: { code?: string } }).detail?.code;
}
