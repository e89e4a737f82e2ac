import { vi } from 'vitest';
import type { Taken } from '@/api/upload';

export const choosePictures = vi.fn(async (_count: number): Promise<Taken[]> => []);
