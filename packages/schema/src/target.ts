import type { CheckedTarget } from './config-shape.js';
import {
  telemetryOf,
  type DynamoTelemetry,
  type PrometheusTelemetry,
  type WrittenDynamo,
  type WrittenPrometheus,
} from './config-telemetry.js';
import { parseDuration } from './duration.js';

interface WrittenController {
  readonly host?: string;
  readonly port?: number;
  readonly tick?: string;
}

/** One machine. */
interface WrittenLocalTarget {
  readonly kind?: 'local';
  /** The store's folder. */
  readonly store?: string;
  /** Folder of the slot journals, Prometheus, or a table of DynamoDB. */
  readonly telemetry?: string | WrittenPrometheus | WrittenDynamo;
  /** File of the keys that sign visitors and links; outside of the store. Made where it is not there. */
  readonly keys?: string;
  readonly edge?: { readonly host?: string; readonly port?: number };
  readonly controller?: WrittenController;
}

/** An account of AWS, or anything that speaks its APIs. Credentials come from the SDK's default chain. */
interface WrittenAwsTarget {
  readonly kind: 'aws';
  /** `s3://bucket` or `s3://bucket/folder`. */
  readonly store: string;
  readonly region: string;
  /** Another address than AWS's own, for S3-compatible stores. */
  readonly endpoint?: string;
  /** ARN of a role to take on. */
  readonly role?: string;
  /** How often a request to AWS is made before it has failed. Default 4. */
  readonly maxAttempts?: number;
  /** How long one attempt may take. Default '10s'. */
  readonly timeout?: string;
  /** Twelve digits; a bucket of another account is refused. */
  readonly account?: string;
  /** Where users find the site: `https://www.example.com`. What is really served is asked there. */
  readonly site?: string;
  /** Id of the CloudFront distribution: its alarms are watched. */
  readonly distribution?: string;
  /** Whether a rollback invalidates pointer and index at the distribution. Default `never`: they live 5 s there. */
  readonly invalidate?: 'never' | 'on-rollback';
  /** What the CloudFront Function reads. */
  readonly keyValueStore?: { readonly arn: string; readonly endpoint?: string };
  /** File of the keys that sign visitors and links, on the controller's machine. Absent: nobody is signed or verified. */
  readonly keys?: string;
  /** What apps with router 'appconfig' are deployed by, each by name or id. */
  readonly appConfig?: WrittenAppConfig;
  /** By app: what those with router 'cloudfront-continuous-deployment' are deployed by. */
  readonly continuousDeployment?: Readonly<Record<string, WrittenContinuousDeployment>>;
  /** Copies of the store in other regions: they follow the target's own. */
  readonly regions?: readonly {
    readonly name: string;
    readonly store: string;
    readonly region: string;
    readonly endpoint?: string;
  }[];
  readonly telemetry?: string | WrittenPrometheus | WrittenDynamo;
  readonly controller?: WrittenController;
}

interface WrittenAppConfig {
  readonly application: string;
  /** One without alarm monitors. */
  readonly environment: string;
  /** For Sluice alone; made where it is missing. */
  readonly profile: string;
  /** Default: the target's. */
  readonly region?: string;
  readonly endpoint?: string;
}

interface WrittenContinuousDeployment {
  /** Id of the distribution whose default behaviour serves the app. */
  readonly distribution: string;
  /** Where it is tried before visitors get it. Default: the target's. */
  readonly site?: string;
  /** How long a visitor stays on his side, 300–3,600. Default 3,600. */
  readonly stickySeconds?: number;
  readonly endpoint?: string;
}

export type WrittenTarget = WrittenLocalTarget | WrittenAwsTarget;

interface Base {
  readonly name: string;
  /** Folder of the slot journals. */
  readonly telemetry: string;
  /** Where slots come from; absent: from what this process takes in. */
  readonly prometheus?: PrometheusTelemetry;
  /** The table that sessions are counted in, by this process and others. */
  readonly dynamo?: DynamoTelemetry;
  readonly controller: { readonly host: string; readonly port: number; readonly tickMs: number };
}

export interface LocalTarget extends Base {
  readonly kind: 'local';
  readonly store: string;
  readonly keys: string;
  readonly edge: { readonly host: string; readonly port: number };
}

export interface AwsRegion {
  readonly name: string;
  readonly store: string;
  readonly region: string;
  readonly endpoint?: string | undefined;
}

export interface AwsTarget extends Base {
  readonly kind: 'aws';
  readonly store: string;
  readonly region: string;
  readonly endpoint?: string | undefined;
  readonly role?: string | undefined;
  readonly maxAttempts?: number | undefined;
  readonly timeoutMs?: number | undefined;
  readonly account?: string | undefined;
  readonly site?: string | undefined;
  readonly distribution?: string | undefined;
  readonly keyValueStore?: { readonly arn: string; readonly endpoint?: string | undefined } | undefined;
  readonly keys?: string | undefined;
  readonly invalidate: 'never' | 'on-rollback';
  readonly appConfig?: TargetAppConfig | undefined;
  /** By app. */
  readonly continuousDeployment: Readonly<Record<string, TargetContinuousDeployment>>;
  readonly regions: readonly AwsRegion[];
}

interface TargetAppConfig {
  readonly application: string;
  readonly environment: string;
  readonly profile: string;
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
}

interface TargetContinuousDeployment {
  readonly distribution: string;
  readonly site?: string | undefined;
  readonly stickySeconds?: number | undefined;
  readonly endpoint?: string | undefined;
}

export type Target = LocalTarget | AwsTarget;

export function targetOf(name: string, written: CheckedTarget): Target {
  const { tick, ...controller } = written.controller;
  const timeout = written.kind === 'aws' ? written.timeout : undefined;
  return {
    name,
    ...written,
    ...telemetryOf(written.telemetry),
    ...(timeout === undefined ? {} : { timeoutMs: parseDuration(timeout) }),
    controller: { ...controller, tickMs: parseDuration(tick) ?? 1000 },
  };
}
