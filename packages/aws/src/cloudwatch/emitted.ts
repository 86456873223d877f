/** A metric that we emit, with every dimension set that it is emitted under: CloudWatch adds nothing up by itself. */
export interface EmittedMetric {
  readonly namespace: string;
  readonly metric: string;
  readonly unit: 'Count' | 'Milliseconds';
  /** Each set is a metric of its own; a set is emitted only where all its dimensions have a value. */
  readonly dimensionSets: readonly (readonly DimensionName[])[];
}

export type DimensionName = 'MFE' | 'Version' | 'ErrorType' | 'Platform';

const perApp = [['MFE'], ['MFE', 'Version']] as const;

/** What the brief's pages report, and what only we know. Namespaces and names of the first two are the brief's. */
export const emitted = {
  errors: {
    namespace: 'MFE/ClientErrors',
    metric: 'ErrorCount',
    unit: 'Count',
    dimensionSets: [...perApp, ['MFE', 'ErrorType']],
  },
  loadTime: { namespace: 'MFE/Performance', metric: 'LoadTime', unit: 'Milliseconds', dimensionSets: perApp },
  sessions: { namespace: 'MFE/Sessions', metric: 'Sessions', unit: 'Count', dimensionSets: perApp },
  failedSessions: { namespace: 'MFE/Sessions', metric: 'FailedSessions', unit: 'Count', dimensionSets: perApp },
  heartbeat: { namespace: 'MFE/Controller', metric: 'Heartbeat', unit: 'Count', dimensionSets: [['Platform']] },
} as const satisfies Record<string, EmittedMetric>;
