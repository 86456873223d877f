import type { Pointer } from '../documents/pointer.js';
import type { AppId } from '../ids.js';
import type { Plan } from '../rollout/plan.js';

/** An app and what it is to serve. */
export interface Routed {
  readonly app: AppId;
  readonly pointer: Pointer;
}

/** What a router cannot do, and what to do instead. */
export interface Inability {
  readonly problem: string;
  readonly remedy: string;
}

/** What makes a decision take effect somewhere: a key-value store at the edge, a region, a configuration service. */
export interface Router {
  /** Unique among those of a platform; a region has its name in it. */
  readonly name: string;
  /** Whether it makes decisions about the app take effect. Absent: about every app. */
  readonly covers?: (app: AppId) => boolean;
  /** What of a plan it cannot do; asked before a rollout starts. Absent: it can do everything. */
  readonly cannot?: (plan: Plan) => readonly Inability[];
  /**
   * Brings what is served in line with the pointer. Idempotent; not ordered: a pointer with a lower generation than the
   * one that is there changes nothing. Rejects when it could not be done; then it is done again, for ever.
   */
  route(app: AppId, pointer: Pointer): Promise<void>;
  /** The same for apps that move as one: in one write, or none of them. Absent: they are routed one after the other. */
  routeTogether?(routed: readonly Routed[]): Promise<void>;
  /** The pointer that is really served, read back; undefined where nothing is. Rejects when it cannot be told. */
  served(app: AppId): Promise<Pointer | undefined>;
}
