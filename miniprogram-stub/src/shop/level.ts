import { call, type Answer } from '@/api/call';

export type Level = NonNullable<Answer<'/me/level'>['level']>;

/** The level that I have as a member; undefined for none, and for who is not signed in. */
export const readLevel = (): Promise<Level | undefined> => call('get', '/me/level').then((a) => a.level).catch(() => undefined);

/** The rank of my level; 0 is none. */
export const readRank = async () => (await readLevel())?.rank ?? 0;
