// What a version of this app looks like and can do: see mfe1's.
const minor = Number(/^v\d+\.(\d+)\./.exec(import.meta.env.SLUICE_VERSION)?.[1] ?? 0);
const accents = ['moss', 'indigo', 'clay', 'ocean'] as const;

export const release = {
  version: import.meta.env.SLUICE_VERSION,
  accent: accents[minor % accents.length],
  news: minor >= 1 ? 'CO₂ for each way, and the greenest marked.' : undefined,
  hasCo2: minor >= 1,
} as const;
