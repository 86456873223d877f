const seconds = { s: 1, min: 60, h: 3600, day: 86_400 } as const;
const written = /^(\d{1,12}(?:\.\d{1,6})?)(?:\/(s|min|h|day))?$/;

/** `10`, `10/s`, `600/min`, `50000/day` as sessions per second; undefined where it is none of these or not above 0. */
export function parseTraffic(text: string): number | undefined {
  const [, amount, unit = 's'] = written.exec(text) ?? [];
  const rate = Number(amount) / seconds[unit as keyof typeof seconds];
  return rate > 0 ? rate : undefined;
}

/** `0.5%` or `0.5`, both in percent, as a share from 0 up to, and without, 1; undefined where it is neither. */
export function parseShare(text: string): number | undefined {
  const [, percent] = /^(\d{1,3}(?:\.\d{1,6})?) ?%?$/.exec(text) ?? [];
  const share = Number(percent) / 100;
  return share >= 0 && share < 1 ? share : undefined;
}
