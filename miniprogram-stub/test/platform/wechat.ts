import { vi } from 'vitest';

export const login = vi.fn(async () => 'code');
export const pay = vi.fn(async (_params: object) => true);
