import type { Schemas } from '@/api/call';
import { count, day, money } from '@/parts/format';
import { t } from '@/words';

export type Rule = Schemas['CustomerRule'];

/** The ways by which a consumer may have come, as the API has them. */
export const channels = ['search', 'share', 'qrcode', 'message', 'article', 'ad', 'live', 'chat', 'web', 'other'] as const;

/** said is what a rule asks for, in words. */
export function said(r: Rule, level: (rank: number) => string) {
  const at = 'customers.rule';
  const words: (string | false | undefined | 0)[] = [
    r.level_from && t(`${at}.levelFrom`, { name: level(r.level_from) }),
    r.level_to && t(`${at}.levelTo`, { name: level(r.level_to) }),
    r.paid_from && t(`${at}.paidFrom`, { n: count(r.paid_from) }),
    r.paid_to === 0 ? t(`${at}.never`) : r.paid_to && t(`${at}.paidTo`, { n: count(r.paid_to) }),
    r.spent_from_fen && t(`${at}.spentFrom`, { n: money(r.spent_from_fen) }),
    r.spent_to_fen && t(`${at}.spentTo`, { n: money(r.spent_to_fen) }),
    r.last_paid_from && t(`${at}.lastFrom`, { day: day(r.last_paid_from) }),
    r.last_paid_before && t(`${at}.lastBefore`, { day: day(r.last_paid_before) }),
    r.paid_within_days && t(`${at}.within`, { n: count(r.paid_within_days) }),
    r.quiet_days && t(`${at}.quiet`, { n: count(r.quiet_days) }),
    r.came_from && t(`${at}.cameFrom`, { day: day(r.came_from) }),
    r.came_before && t(`${at}.cameBefore`, { day: day(r.came_before) }),
    r.first_channels?.length && t(`${at}.channels`, { names: r.first_channels.map((c) => t(`customers.channel.${c}`)).join(t('customers.comma')) }),
    r.reachable && t(`${at}.reachable`),
  ];
  return words.filter((w): w is string => !!w);
}

/** clean is a rule without what asks for nothing: the server takes no null. */
export function clean(r: Rule): Rule {
  const asks = (name: string, v: unknown) => (name === 'paid_to' ? typeof v === 'number' : Array.isArray(v) ? v.length > 0 : !!v);
  return Object.fromEntries(Object.entries(r).filter(([name, v]) => asks(name, v)));
}
