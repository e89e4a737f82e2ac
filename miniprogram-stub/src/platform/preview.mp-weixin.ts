/** Pages and products that are not published are looked at in a browser alone. */
export const preview: { value: { of: string; token: string } | undefined } = { value: undefined };

export function onDraft(_act: () => void) {}
