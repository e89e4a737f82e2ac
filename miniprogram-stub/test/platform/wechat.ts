import { vi } from 'vitest';

export const login = vi.fn(async () => 'code');
export const pay = vi.fn(async (_params: object) => true);
export const subscribe = vi.fn(async (ids: string[]) => ids);
