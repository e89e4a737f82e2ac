import { beforeAll, expect, test } from 'vitest';
import { changesOf } from '@/pages/operations/changes';
import { speak } from '@/words';

beforeAll(() => speak('en'));

const said = (before?: unknown, after?: unknown) => changesOf(before === undefined ? undefined : JSON.stringify(before), after === undefined ? undefined : JSON.stringify(after))
  .map((c) => [c.name, c.before, c.after, c.differs]);

test('an entry of the audit log is read thing by thing', () => {
  expect(said({ role: 'viewer', status: 'active' }, { role: 'service', status: 'active' })).toEqual([['role', 'Viewer', 'Customer service', true], ['status', 'active', 'active', false]]);
  expect(said(undefined, { amount_fen: -100, words: '' })).toEqual([['amount_fen', undefined, '-¥1.00', true], ['words', undefined, 'None', true]]);
  expect(said({ theme: { accent: '#111', on: true } }, { theme: { accent: '#222', on: false } })).toEqual([['theme.accent', '#111', '#222', true], ['theme.on', 'yes', 'no', true]]);
  expect(said({ languages: ['en', 'it'] }, { languages: [] })).toEqual([['languages', 'en, it', 'None', true]]);
  expect(said({ deadline_at: Date.parse('2026-03-01T04:00:00Z') })[0]![1]).toContain('Mar 1, 2026');
  expect(said({ lines: [{ sku: 'A' }, { sku: 'B' }] })).toEqual([['lines.0.sku', 'A', undefined, true], ['lines.1.sku', 'B', undefined, true]]);
});

test('what is no JSON, or nothing, is shown as it is', () => {
  expect(changesOf('half {', undefined)).toEqual([{ name: '', before: 'half {', after: undefined, differs: true }]);
  expect(changesOf('', undefined)).toEqual([]);
  expect(changesOf('[1,2]', 'null').map((c) => [c.before, c.after])).toEqual([['1, 2', 'None']]);
});
