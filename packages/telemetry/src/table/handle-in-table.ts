import { admit, answerTo, type AdmissionOptions, type MetricsAnswer, type MetricsRequest } from '../handle-metrics.js';
import type { TableIngest } from './table-ingest.js';

export interface TableHandlerOptions extends AdmissionOptions {
  readonly ingest: TableIngest['ingest'];
  /** Told of what kept a beacon from being counted. */
  readonly onProblem: (error: unknown) => void;
}

/** The same decisions as where one process counts; 503 where the table cannot be written. Never rejects. */
export function createTableHandler(options: TableHandlerOptions): (request: MetricsRequest) => Promise<MetricsAnswer> {
  return async (request) => {
    const admitted = admit(options, request);
    if (!('beacon' in admitted)) return admitted;
    try {
      return answerTo(options, request, { ...admitted, ...(await options.ingest(admitted.beacon, admitted.from)) });
    } catch (error) {
      options.onProblem(error);
      options.intake?.refused('table-unreachable');
      return { status: 503, problems: ['telemetry cannot be stored now'] };
    }
  };
}
