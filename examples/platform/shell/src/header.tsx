import { Suspense } from 'react';
import { Badge } from './badge.js';
import type { AppDecision } from './decisions.js';
import { useDecision } from './decisions.js';
import { reasonOf } from './reason.js';
import * as css from './shell.module.css';
import { useShown } from './shown.js';

const places = [
  { href: '/', name: 'Desk' },
  { href: '/orders', name: 'Orders' },
  { href: '/dispatch', name: 'Dispatch' },
  { href: '/releases', name: 'Releases' },
];

const isCurrent = (href: string, path: string): boolean =>
  path === href || (href !== '/' && path.startsWith(`${href}/`));

export function Header({ path }: { readonly path: string }) {
  return (
    <header className={css.header}>
      <a className={css.brand} href="/">
        <Mark />
        <span>
          Kiln &amp; Quay <small>wholesale coffee</small>
        </span>
      </a>
      <Suspense>
        <Self />
      </Suspense>
      <nav className={css.nav} aria-label="Main">
        {places.map(({ href, name }) => (
          <a key={href} href={href} aria-current={isCurrent(href, path) ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
    </header>
  );
}

function Self() {
  const decision = useDecision('shell');
  return decision === undefined ? undefined : <SelfLabel decision={decision} />;
}

function SelfLabel({ decision }: { readonly decision: AppDecision }) {
  const shown = useShown(decision);
  return (
    <a className={css.self} href="/releases" title={reasonOf(decision, shown)}>
      shell {shown.version} <Badge kind={shown.kind} />
    </a>
  );
}

function Mark() {
  return (
    <svg className={css.mark} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" />
      <g>
        <ellipse cx="16" cy="16" rx="6.4" ry="9.4" transform="rotate(32 16 16)" />
        <path d="M20.6 8.4c-6 3.2-3.4 11.6-9.2 15.2" />
      </g>
    </svg>
  );
}
