import { getResolver, pageState } from '@sluice/resolver';
import {
  lazy,
  Suspense,
  useEffect,
  useState,
  type ComponentType,
  type LazyExoticComponent,
  type ReactNode,
} from 'react';
import { createMfeErrorBoundary } from './boundary.js';

export interface MfeOptions {
  /** `loadRemote` of the federation instance. */
  readonly loadRemote: (id: string) => Promise<unknown>;
  readonly loading?: ReactNode;
  /** Shown when no version of the app can be shown. */
  readonly fallback?: ReactNode;
}

/** One try to show an app; a new one after a fallback, because a module that threw stays cached. */
interface Round<P> {
  readonly component: LazyExoticComponent<ComponentType<P>>;
  version: string | undefined;
}

/**
 * A component that shows `mfe1/App`: loaded lazily, reported when on screen, on stable in the same page load when the
 * canary fails to load or throws while it renders.
 */
export function createMfe<P extends object>(id: string, options: MfeOptions): ComponentType<P> {
  const app = id.split('/')[0] ?? id;
  pageState().rendered.add(app);
  const Boundary = createMfeErrorBoundary(app);
  const rounds: Round<P>[] = [];
  const roundAt = (index: number): Round<P> => (rounds[index] ??= createRound<P>({ id, app, options }));

  return function Mfe(props: P) {
    const [index, setIndex] = useState(0);
    const [dead, setDead] = useState(false);
    const round = roundAt(index);
    const onCaught = (error: unknown): void => {
      if (recover(app, round.version, error)) setIndex(index + 1);
      else setDead(true);
    };
    if (dead) return options.fallback;
    const Shown = round.component as ComponentType<P>;
    return (
      <Boundary key={index} fallback={options.loading} onCaught={onCaught}>
        <Suspense fallback={options.loading}>
          <Shown {...props} />
          <OnScreen app={app} />
        </Suspense>
      </Boundary>
    );
  };
}

function createRound<P>(input: { id: string; app: string; options: MfeOptions }): Round<P> {
  const round: Round<P> = {
    version: undefined,
    component: lazy(async () => {
      const module = (await input.options.loadRemote(input.id)) as { default?: ComponentType<P> } | null;
      round.version = pageState().loaded.get(input.app)?.version();
      if (module === null) throw new Error(`${input.id} is empty`);
      return { default: module.default ?? (module as unknown as ComponentType<P>) };
    }),
  };
  return round;
}

/** Whether there is another version to show. Nothing was loaded: the plugin has tried both already. */
function recover(app: string, version: string | undefined, error: unknown): boolean {
  const loaded = pageState().loaded.get(app);
  const fellBack = loaded !== undefined && version !== undefined && version !== loaded.stable;
  getResolver().failed(app, { kind: 'render', error, fellBack });
  if (fellBack) loaded.fallBack();
  return fellBack;
}

/** Its effect runs when what it stands beside is on screen. */
function OnScreen({ app }: { readonly app: string }): null {
  useEffect(() => {
    getResolver().ready(app, { cold: wasCold(app) });
  }, [app]);
  return null;
}

/** Something of the app came over the network on this page load. */
function wasCold(app: string): boolean {
  const prefix = `/${app}/${pageState().loaded.get(app)?.version() ?? ''}/`;
  return (performance.getEntriesByType('resource') as PerformanceResourceTiming[]).some(
    (entry) => entry.name.includes(prefix) && entry.transferSize > 0,
  );
}
