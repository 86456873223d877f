import { getResolver } from '../resolver.js';

/** Tells the versions of this page once they are decided, for the application's own analytics. */
export function onDecision(listener: (versions: Readonly<Record<string, string>>) => void): void {
  void getResolver()
    .decisions()
    .then((decisions) => {
      listener(Object.fromEntries([...decisions].map(([app, { version }]) => [app, version])));
    });
}
