import { onDecision } from '@sluice/resolver/report';

/** The page's versions for an analytics script, which reads what is pushed here: as a dimension of every visit. */
export function tellAnalytics(): void {
  const page = globalThis as { dataLayer?: unknown[] };
  onDecision((versions) => (page.dataLayer ??= []).push({ event: 'versions', versions }));
}
