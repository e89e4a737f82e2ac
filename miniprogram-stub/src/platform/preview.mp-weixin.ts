/** Pages that are not published are looked at in a browser alone. */
export const preview: { value: { slug: string; token: string } | undefined } = { value: undefined };

export function onDraft(_act: () => void) {}
