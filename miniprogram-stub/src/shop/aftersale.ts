import type { Answer } from '@/api/call';
import type { Word } from '@/words';

export type Case = Answer<'/after-sales/{no}'>;
export type Kind = Case['kind'];
type Options = Answer<'/orders/{no}/after-sale'>;
type Line = Options['lines'][number];
type Reason = Options['reasons'][number];

export const kinds: Kind[] = ['refund', 'return', 'exchange'];

/** How many pieces of each line are asked for. */
export type Wanted = Record<number, number>;

/** The most pieces of a line that anything can be asked for. */
export const mostOf = (l: Line) => Math.max(l.refund, l.return, l.exchange);

const wantedLines = (lines: Line[], wanted: Wanted) => lines.filter((l) => wanted[l.line] > 0);

/** What can be asked for of the pieces that were chosen. */
export function kindsOf(lines: Line[], wanted: Wanted): Kind[] {
  const of = wantedLines(lines, wanted);
  return of.length ? kinds.filter((k) => of.every((l) => l[k] >= wanted[l.line])) : [];
}

/** The reasons that can be given for it. */
export function reasonsOf({ lines, reasons }: Options, wanted: Wanted, kind: Kind | undefined): Reason[] {
  const of = wantedLines(lines, wanted);
  return reasons.filter((r) => kind && r.kinds.includes(kind)
    && of.every((l) => (l.unsent && kind === 'refund' ? r.unsent : r.sent))
    && (r.fault || kind === 'refund' || !of.some((l) => l.no_return)));
}

export const kindWord = (kind: Kind): Word => `case.${kind}`;
export const reasonWord = (code: string) => `reason.${code}` as Word;
export const caseWord = (status: Case['status']): Word => `case.is.${status}`;

/** Whether the consumer can have it decided again. */
export const appealable = (c: Case) => c.status === 'refused' && (c.deadline_at ?? 0) > Date.now();

export const caseNote = (c: Case): Word => (c.status === 'refused' && !appealable(c) ? 'case.note.final' : `case.note.${c.status}`);

/** Whether the consumer can still take it back. */
export const withdrawable = (c: Case) => ['applied', 'agreed', 'escalated'].includes(c.status);

/** Carriers with which goods are sent back, by WeChat's codes. */
export const carriers = ['SF', 'ZTO', 'YTO', 'STO', 'YD', 'JTSD', 'JD', 'EMS', 'DBL'] as const;

export const carrierWord = (code: string) => `carrier.${code}` as Word;
