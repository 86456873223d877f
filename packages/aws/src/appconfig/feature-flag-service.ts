import {
  decide,
  DeliveryError,
  parseAppId,
  type AppId,
  type Decision,
  type DecisionInput,
  type Pointer,
  type VersionId,
} from '@sluice/core';
import {
  createConfigurationPoll,
  type ConfigurationPoll,
  type ConfigurationPollOptions,
} from './configuration-poll.js';
import { readConfiguration } from './document.js';

/** Who is served, as far as it is known: `sluice_id`, signed claims, region, override. */
export type Visitor = Omit<DecisionInput, 'app' | 'pointer'>;

function deploymentsIn(text: string): ReadonlyMap<AppId, Pointer> {
  const found = readConfiguration(text);
  if (found !== undefined) return found.deployments;
  throw new DeliveryError({
    code: 'document-invalid',
    message: 'What AppConfig serves has no `deployments`.',
    remedy: 'Look at `place`: is it the profile that Sluice writes? The last good configuration is served.',
  });
}

/**
 * The brief's service, for servers: which version of an app a visitor gets by what AppConfig serves. Other than the
 * brief's it throws no dice: whoever asks for the same visitor gets the same version, here, in the page and at the edge.
 */
export class FeatureFlagService {
  readonly #poll: ConfigurationPoll;
  #deployments: ReadonlyMap<AppId, Pointer> = new Map();

  constructor(options: ConfigurationPollOptions) {
    const onChange = (text: string): void => {
      this.#deployments = deploymentsIn(text);
      options.onChange?.(text);
    };
    this.#poll = createConfigurationPoll({ ...options, onChange });
  }

  /** Reads the configuration, and goes on reading it. Never rejects: {@link problem} says what went wrong. */
  initialize(): Promise<void> {
    return this.#poll.start();
  }

  /** Reads it now, unless AppConfig was asked less than its interval ago. Never rejects. */
  refresh(): Promise<void> {
    return this.#poll.refresh();
  }

  /** The version that the visitor gets; undefined for an app of which nothing is known: there is no version `latest`. */
  getMfeVersion(mfeName: string, visitor: Visitor = {}): VersionId | undefined {
    return this.decideMfe(mfeName, visitor)?.version;
  }

  /** The same with the reason, and whether it is counted. */
  decideMfe(mfeName: string, visitor: Visitor = {}): Decision | undefined {
    const app = parseAppId(mfeName);
    const pointer = app && this.#deployments.get(app);
    return app && pointer && decide({ ...visitor, app, pointer });
  }

  /** What went wrong with the last question to AppConfig; undefined where nothing did. */
  get problem(): ReturnType<ConfigurationPoll['problem']> {
    return this.#poll.problem();
  }

  stop(): void {
    this.#poll.stop();
  }
}
