import type { Area } from '@/shell/area';

const meta = (title: string) => ({ permission: 'money.read' as const, title });

export default {
  routes: [
    { path: 'money/statements', name: 'statements', component: () => import('./StatementsPage.vue'), meta: meta('money.statements.title') },
    { path: 'money/reconciliations', name: 'reconciliations', component: () => import('./ReconciliationsPage.vue'), meta: meta('money.reconciliation.title') },
    { path: 'money/reconciliations/:day', name: 'reconciliations-day', component: () => import('./ReconciliationPage.vue'), meta: meta('money.reconciliation.one') },
    { path: 'money/differences', name: 'differences', component: () => import('./DifferencesPage.vue'), meta: meta('money.difference.title') },
    { path: 'money/balance', name: 'balance', component: () => import('./BalancePage.vue'), meta: meta('money.balance.title') },
    { path: 'money/journal', name: 'journal', component: () => import('./JournalPage.vue'), meta: meta('money.journal.title') },
  ],
  nav: [
    { section: 'money', order: 1, route: 'statements', words: 'money.statements.title' },
    { section: 'money', order: 2, route: 'reconciliations', words: 'money.reconciliation.title' },
    { section: 'money', order: 3, route: 'differences', words: 'money.difference.title' },
    { section: 'money', order: 4, route: 'balance', words: 'money.balance.title' },
    { section: 'money', order: 5, route: 'journal', words: 'money.journal.title' },
  ],
} satisfies Area;
