// What a version of the shell looks like: its minor number chooses the colour of the head.
const minor = Number(/^v\d+\.(\d+)\./.exec(import.meta.env.SLUICE_VERSION)?.[1] ?? 0);
const accents = ['pine', 'plum', 'ink', 'oak'] as const;

export const release = { accent: accents[minor % accents.length] } as const;
