/** Traffic from which slots are short. */
const busySessionsPerSecond = 100;

/** Base slot of a plan that says `auto`, by the traffic at the start: 2 s at 100 sessions/s or more, else 10 s. */
export function autoSlotMs(sessionsPerSecond: number): number {
  return sessionsPerSecond >= busySessionsPerSecond ? 2000 : 10_000;
}
