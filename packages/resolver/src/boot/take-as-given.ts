import type { PageDecision } from '../decide.js';
import { grants } from '../grants.js';
import type { PageState } from '../page-state.js';
import type { Resolver } from '../resolver.js';

/**
 * What the edge has decided before this page began: the shell that runs, which is what it is, and counted only if it is
 * what is decided now; and the versions that a signed link opens. The first to ask is the first to know: who asks later
 * finds them as they are.
 */
export function takeAsGiven(resolver: Resolver, { app, version }: NonNullable<PageState['shell']>): void {
  void resolver.decisions().then((decisions) => {
    const given = (app: string, version: string, reason: 'error' | 'override'): void => {
      const decided = decisions.get(app);
      if (!decided || decided.version === version) return;
      const { bucket: _, ...rest } = decided;
      const arm = version === decided.stable ? 'stable' : 'canary';
      (decisions as Map<string, PageDecision>).set(app, { ...rest, version, arm, reason } as PageDecision);
    };
    for (const grant of grants()) {
      const [previewed = '', preview] = grant.split('@');
      if (preview && /^[\w.-]+$/.test(preview)) given(previewed, preview, 'override');
    }
    given(app, version, 'error');
  });
}
