export const preview: { value: { slug: string; token: string } | undefined } = { value: undefined };
export function onDraft() {}
