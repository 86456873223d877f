// What a version of this app looks like and can do. In a real app this would be the difference between two commits;
// here one source makes them all, so that versions are told apart at a glance.
const minor = Number(/^v\d+\.(\d+)\./.exec(import.meta.env.SLUICE_VERSION)?.[1] ?? 0);
const accents = ['ocean', 'plum', 'rust', 'moss'] as const;

export const release = {
  version: import.meta.env.SLUICE_VERSION,
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
