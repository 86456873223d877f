import type { AppConfigDataClient, BadRequestException } from '@aws-sdk/client-appconfigdata';
import type { DeliveryError } from '@sluice/core';
import { failureOf, serviceError } from '../aws-error.js';
import { clientSettings, type AwsConnection } from '../connection.js';
import type { ConfigurationPlace } from './place.js';

export interface ConfigurationPollOptions {
  readonly place: ConfigurationPlace;
  readonly connection?: AwsConnection | undefined;
  /** Least time between two questions, 15–86,400 s; each is priced. Default 60. */
  readonly leastSeconds?: number | undefined;
  readonly now?: (() => number) | undefined;
  /** Runs something later; returns what calls it off. Default: a timer that keeps no process alive. */
  readonly later?: ((ms: number, run: () => void) => () => void) | undefined;
  /** A new configuration is served. Where this throws it is not taken: the last good one stays. */
  readonly onChange?: ((text: string) => void) | undefined;
  /** It could not be asked; the last good configuration stays. */
  readonly onProblem?: ((problem: DeliveryError) => void) | undefined;
}

/** A configuration of AppConfig as servers see it: asked for now and then, the last good one kept. */
export interface ConfigurationPoll {
  /** The last good configuration; undefined before the first. */
  readonly text: () => string | undefined;
  /** What went wrong with the last question; undefined where nothing did. */
  readonly problem: () => DeliveryError | undefined;
  /** Asks now, and again as often as AppConfig wishes. Resolves after the first answer; never rejects. */
  readonly start: () => Promise<void>;
  /** Asks, unless AppConfig was asked less than its interval ago. Never rejects; calls at once are one question. */
  readonly refresh: () => Promise<void>;
  readonly stop: () => void;
}

/**
 * The data plane of AppConfig: a token is good for one call within 24 hours, each answer has the next one, and says when
 * it may be asked again; nothing is sent where nothing changed (AWS, API reference, GetLatestConfiguration).
 */
export function createConfigurationPoll(options: ConfigurationPollOptions): ConfigurationPoll {
  const state: State = { token: undefined, notBeforeMs: -Infinity, text: undefined, problem: undefined };
  const { now = Date.now, later = onTimer } = options;
  const poll: Poll = { options, client: undefined, state, now };
  let asking: Promise<void> | undefined;
  let callOff: (() => void) | undefined;
  let running = false;
  const refresh = (): Promise<void> => {
    if (now() < state.notBeforeMs) return asking ?? Promise.resolve();
    // A token serves once: who asks meanwhile gets the same answer.
    asking ??= ask(poll).finally(() => (asking = undefined));
    return asking;
  };
  const goOn = async (): Promise<void> => {
    await refresh();
    if (running) callOff = later(Math.max(0, state.notBeforeMs - now()), () => void goOn());
  };
  return {
    text: () => state.text,
    problem: () => state.problem,
    refresh,
    start: () => {
      if (running) return refresh();
      running = true;
      return goOn();
    },
    stop: () => {
      running = false;
      callOff?.();
    },
  };
}

interface State {
  token: string | undefined;
  notBeforeMs: number;
  text: string | undefined;
  problem: DeliveryError | undefined;
}

interface Poll {
  readonly options: ConfigurationPollOptions;
  /** Made by the first question: who only writes configurations loads nothing of what reads them. */
  client: AppConfigDataClient | undefined;
  readonly state: State;
  readonly now: () => number;
}

const defaultSeconds = 60;

async function sdkOf(poll: Poll) {
  const { AppConfigDataClient, ...commands } = await import('@aws-sdk/client-appconfigdata');
  const client = (poll.client ??= new AppConfigDataClient(clientSettings(poll.options.connection ?? {})));
  return { ...commands, client };
}

async function ask(poll: Poll): Promise<void> {
  const { options, state, now } = poll;
  try {
    const { text, seconds } = await answer(poll);
    state.notBeforeMs = now() + seconds * 1000;
    state.problem = undefined;
    if (text === undefined || text === state.text) return;
    options.onChange?.(text);
    state.text = text;
  } catch (error) {
    state.notBeforeMs = now() + (options.leastSeconds ?? defaultSeconds) * 1000;
    state.problem = serviceError('Reading the configuration from AppConfig', error);
    options.onProblem?.(state.problem);
  }
}

interface Answer {
  /** Undefined: nothing changed. */
  readonly text: string | undefined;
  readonly seconds: number;
}

async function answer(poll: Poll): Promise<Answer> {
  const { state } = poll;
  const { token } = state;
  // Used up by asking, whatever comes of it; after a failure a new session begins, and has everything again.
  state.token = undefined;
  if (token === undefined) return latest(poll, await newToken(poll));
  try {
    return await latest(poll, token);
  } catch (error) {
    if (isTooEarly(error)) state.token = token;
    else if (isBadToken(error)) return latest(poll, await newToken(poll));
    throw error;
  }
}

async function newToken(poll: Poll): Promise<string> {
  const { place, leastSeconds = defaultSeconds } = poll.options;
  const { client, StartConfigurationSessionCommand } = await sdkOf(poll);
  const session = await client.send(
    new StartConfigurationSessionCommand({
      ApplicationIdentifier: place.application,
      EnvironmentIdentifier: place.environment,
      ConfigurationProfileIdentifier: place.profile,
      RequiredMinimumPollIntervalInSeconds: leastSeconds,
    }),
  );
  return session.InitialConfigurationToken ?? '';
}

async function latest(poll: Poll, token: string): Promise<Answer> {
  const { state, options } = poll;
  const { client, GetLatestConfigurationCommand } = await sdkOf(poll);
  const found = await client.send(new GetLatestConfigurationCommand({ ConfigurationToken: token }));
  state.token = found.NextPollConfigurationToken;
  const seconds = found.NextPollIntervalInSeconds ?? options.leastSeconds ?? defaultSeconds;
  // "This may be empty if the client already has the latest version": bytes there may be, and none in them.
  if ((found.Configuration?.length ?? 0) === 0) return { text: undefined, seconds };
  return { text: new TextDecoder().decode(found.Configuration), seconds };
}

function isBadToken(error: unknown): boolean {
  return failureOf(error).name === 'BadRequestException';
}

function isTooEarly(error: unknown): boolean {
  if (!isBadToken(error)) return false;
  const parameters = (error as BadRequestException).Details?.InvalidParameters ?? {};
  return Object.values(parameters).some(({ Problem }) => Problem === 'PollIntervalNotSatisfied');
}

function onTimer(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  timer.unref();
  return () => {
    clearTimeout(timer);
  };
}
