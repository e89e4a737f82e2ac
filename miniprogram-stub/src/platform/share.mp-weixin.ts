/** Whether a button can open WeChat's list of chats by itself. */
export const opensChats = true;

/** What one would send somebody. In WeChat it is a card. */
export const linkOf = (path: string) => path;
