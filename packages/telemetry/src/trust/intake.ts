/** What ingestion took in and what it refused since it started, by cause. */
export interface Intake {
  taken(events: number): void;
  refused(cause: string): void;
  counts(): IntakeCounts;
}

export interface IntakeCounts {
  /** Events that were counted. */
  readonly taken: number;
  /** Bodies and events that were not, by cause. */
  readonly refused: Readonly<Record<string, number>>;
}

export function createIntake(): Intake {
  let taken = 0;
  const refused = new Map<string, number>();
  return {
    taken: (events) => {
      taken += events;
    },
    refused: (cause) => {
      refused.set(cause, (refused.get(cause) ?? 0) + 1);
    },
    counts: () => ({ taken, refused: Object.fromEntries([...refused].toSorted(([a], [b]) => (a < b ? -1 : 1))) }),
  };
}
