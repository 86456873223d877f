// What a version of this app looks like and can do. In a real app this would be the difference between two commits;
// here one source makes them all, so that versions are told apart at a glance.
const minor = Number(/^v\d+\.(\d+)\./.exec(__APP_VERSION__)?.[1] ?? 0);
const accents = ['ocean', 'plum', 'rust', 'moss'] as const;

export const release = {
  version: __APP_VERSION__,
  accent: accents[minor % accents.length],
  news:
    minor === 1
      ? 'See how far along each order is.'
      : minor >= 2
        ? 'What each order is worth, in the list.'
        : undefined,
  hasProgress: minor >= 1,
  hasValue: minor >= 2,
} as const;
