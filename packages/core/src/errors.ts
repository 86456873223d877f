/**
 * Every error that Sluice shows to a person, by code. One code never means two things.
 * `docs/errors/` is generated from this table.
 */
export const errorCodes = {
  internal: { exit: 1, about: 'A bug in Sluice, or a broken world that it did not expect.' },
  usage: { exit: 2, about: 'A command was typed in a way that cannot be understood.' },
  'config-invalid': { exit: 2, about: 'sluice.config is missing, unreadable or wrong.' },
  'plan-invalid': { exit: 2, about: 'A rollout plan breaks a rule: percentages, soak times or limits.' },
  'document-invalid': { exit: 2, about: 'A stored document cannot be read: truncated, garbage, or not of its shape.' },
  'schema-unknown': { exit: 7, about: 'A stored document has a newer schema than this Sluice can write.' },
  'app-unknown': { exit: 2, about: 'The app is not in sluice.config.' },
  'app-name-invalid': { exit: 2, about: 'An app name breaks its rule.' },
  'app-live': { exit: 7, about: 'The app has a stable version already; adopting is for the first one.' },
  'version-name-invalid': { exit: 2, about: 'A version name breaks its rule.' },
  'version-not-found': { exit: 7, about: 'The version is not published.' },
  'version-altered': { exit: 7, about: 'Files of a published version are missing or differ from its version.json.' },
  'version-blocked': { exit: 7, about: 'The version was taken back and is blocked.' },
  'version-exists': { exit: 7, about: 'The version is published with other bytes; versions are immutable.' },
  'preflight-failed': {
    exit: 7,
    about: 'The version would not get along with what is on its pages; it was not started.',
  },
  'build-invalid': { exit: 2, about: 'A build cannot be published as it is.' },
  'store-not-found': { exit: 8, about: 'The folder given is not a Sluice store.' },
  'store-unreachable': { exit: 8, about: 'The store cannot be read or written.' },
  'store-full': { exit: 8, about: 'No space is left where the store lives.' },
  'store-read-only': { exit: 8, about: 'The store does not accept writes.' },
  'credentials-invalid': { exit: 8, about: 'AWS does not take the credentials, or there are none.' },
  'access-denied': { exit: 8, about: 'The credentials lack a permission, which the message names.' },
  'service-unreachable': { exit: 8, about: 'A service of AWS does not answer, or refuses what it is asked for.' },
  'keys-unsafe': { exit: 7, about: 'The signing keys can be read by others, or lie where they would be served.' },
  'keys-apart': {
    exit: 7,
    about: 'CloudFront signs by no key, or by one that the file of keys does not have: ingestion would believe nobody.',
  },
  'previews-open': { exit: 7, about: 'Files of previews are served to everybody, not to those with their link alone.' },
  'visitors-apart': {
    exit: 7,
    about: 'Pages or an edge know visitors by something else than `visitors` in sluice.config says.',
  },
  'telemetry-refused': {
    exit: 7,
    about: 'Ingestion refuses most of what it is sent: forged, unsigned, or too much of few addresses.',
  },
  'telemetry-unreachable': {
    exit: 8,
    about: 'The source of telemetry does not answer, or says nothing that can be used.',
  },
  'port-in-use': { exit: 8, about: 'Another program listens on the port.' },
  'pointer-conflict': { exit: 6, about: 'Somebody else wrote first, again and again.' },
  'pointer-drifted': { exit: 6, about: 'The pointer was changed outside Sluice.' },
  'command-stale': { exit: 6, about: 'The command was meant for another version, stage or generation.' },
  'rollout-running': { exit: 6, about: 'Another rollout of this app is running.' },
  'rollout-obstructed': {
    exit: 7,
    about: 'A freeze, stop-the-line, a limit, a dependency or an alarm is in the way; the message names the override.',
  },
  'weight-capped': { exit: 7, about: 'A policy caps the share of users who may be on a canary.' },
  'dependency-unmet': { exit: 7, about: 'The version needs a version of another app that is not there.' },
  'router-behind': { exit: 8, about: 'A router does not serve yet what the pointer says; it is tried again for ever.' },
  'router-unable': {
    exit: 7,
    about: 'The router of an app cannot do what the plan asks for; the message says what can.',
  },
  'notification-failed': { exit: 8, about: 'A receiver of notifications refused, or does not answer.' },
  'gc-unsure': { exit: 7, about: 'What may be removed cannot be told for certain, so nothing is.' },
  'group-unknown': { exit: 2, about: 'The group is not in sluice.config, or its members are not as named.' },
  'history-lost': { exit: 7, about: 'The history is gone; what was good before cannot be told from it.' },
  'rollout-not-running': { exit: 7, about: 'There is no running rollout for the command.' },
  'rollback-repeated': { exit: 7, about: 'A second rollback within 10 minutes needs to be asked for.' },
  'rollback-nowhere': { exit: 7, about: 'There is no earlier version that was good.' },
  'not-paused': { exit: 7, about: 'The rollout is not paused.' },
  'already-final-stage': { exit: 7, about: 'The rollout is at 100 % already.' },
  'edge-too-large': { exit: 7, about: 'A bundle for an edge has more bytes than its host takes.' },
  timeout: { exit: 5, about: 'Something took longer than it was allowed to.' },
} as const satisfies Record<string, { exit: number; about: string }>;

export type ErrorCode = keyof typeof errorCodes;

export interface DeliveryErrorInit {
  readonly code: ErrorCode;
  /** What is wrong: the thing, the value seen, the value wanted. */
  readonly message: string;
  /** What to type or change next. */
  readonly remedy: string;
  readonly cause?: unknown;
  /** One line per problem, each with its place, when there are several. */
  readonly details?: readonly string[];
}

/** A broken world or a refusal that a person must see: message, remedy, code. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly code: ErrorCode;
  readonly remedy: string;
  readonly details: readonly string[];

  constructor(init: DeliveryErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.code = init.code;
    this.remedy = init.remedy;
    this.details = init.details ?? [];
  }
}
