import { getTelemetry, ownerOf, pageState } from '@sluice/resolver/report';
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
import { kindOf } from './failure-kind.js';
import { watchStylesheets } from './late-stylesheets.js';

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
 * canary fails to load, throws while it renders, or lacks its stylesheet.
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
    useFallback(app, () => {
      if (round.version !== undefined && round.version !== pageState().loaded.get(app)?.version) setIndex(index + 1);
    });
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
  const { id, app, options } = input;
  const round: Round<P> = {
    version: undefined,
    component: lazy(async () => {
      let module = await options.loadRemote(id);
      const loaded = pageState().loaded.get(app);
      // A stylesheet may have taken the app to stable in the meantime; then this is the canary's module, or a second look.
      if (loaded && loaded.version !== loaded.first) module = await options.loadRemote(id);
      round.version = loaded?.version;
      if (typeof module !== 'object' || module === null) throw new Error(`${id} is empty`);
      const { default: component } = module as { default?: ComponentType<P> };
      return { default: component ?? (module as ComponentType<P>) };
    }),
  };
  return round;
}

/** Whether there is another version to show. Nothing was loaded: the plugin has tried both already. */
function recover(app: string, version: string | undefined, error: unknown): boolean {
  const owner = ownerOf(String((error as Partial<Error> | null)?.stack));
  if (owner !== undefined && owner !== app) {
    // A library that others render: what has it among its imports keeps it for this page; the next one has stable.
    const fellBack = pageState().loaded.get(owner)?.fallBack();
    getTelemetry().failed(owner, { kind: 'render', error, fellBack });
    return false;
  }
  const loaded = pageState().loaded.get(app);
  const fellBack = loaded !== undefined && version !== undefined && version !== loaded.stable && loaded.fallBack();
  getTelemetry().failed(app, { kind: kindOf('render', error), error, fellBack });
  return fellBack;
}

/** Calls back when the app has fallen back for a reason that its component does not see. */
function useFallback(app: string, onFallback: () => void): void {
  useEffect(() => {
    const listeners = pageState().loaded.get(app)?.listeners;
    listeners?.add(onFallback);
    return () => {
      listeners?.delete(onFallback);
    };
  });
}

/** Its effect runs when what it stands beside is on screen. */
function OnScreen({ app }: { readonly app: string }): null {
  useEffect(() => {
    getTelemetry().ready(app);
    return watchStylesheets(app);
  }, [app]);
  return null;
}
