import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAppConfigRouter } from './app-config-router.js';
import { appOf, briefPlace, connectionTo, mfe1, pointer } from './app-config.fixture.js';
import {
  createConfigurationPoll,
  type ConfigurationPoll,
  type ConfigurationPollOptions,
} from './configuration-poll.js';
import { startFakeAppConfig, type FakeAppConfig } from './fake-app-config.fixture.js';

// Against our own fake: what AppConfig itself does is not proven by it.

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

describe('polling a configuration of AppConfig (our own fake)', () => {
  let fake: FakeAppConfig;
  let timers: { readonly atMs: number; readonly run: () => void }[];
  let changes: string[];
  let problems: string[];
  beforeEach(async () => {
    fake = await startFakeAppConfig();
    timers = [];
    changes = [];
    problems = [];
    await deploy(3);
    fake.seen.length = 0;
  });
  afterEach(async () => fake.stop());

  async function deploy(generation: number): Promise<void> {
    const router = createAppConfigRouter({ place: briefPlace, connection: connectionTo(fake.url) });
    await router.route(mfe1, pointer({ generation }));
  }

  const pollWith = (more: Partial<ConfigurationPollOptions> = {}): ConfigurationPoll =>
    createConfigurationPoll({
      place: briefPlace,
      connection: connectionTo(fake.url),
      now: () => fake.state.nowMs,
      later: (ms, run) => {
        const timer = { atMs: fake.state.nowMs + ms, run };
        timers.push(timer);
        return () => {
          timers = timers.filter((one) => one !== timer);
        };
      },
      onChange: (text) => changes.push(text),
      onProblem: (problem) => problems.push(problem.message),
      ...more,
    });
  const generation = (poll: ConfigurationPoll): unknown =>
    (JSON.parse(poll.text() ?? 'null') as { deployments: { mfe1: { generation: number } } } | null)?.deployments.mfe1
      .generation;

  /** The time goes on to the next question, and it is answered. */
  async function nextQuestion(poll: ConfigurationPoll): Promise<void> {
    const [timer] = timers.splice(0, 1);
    if (timer === undefined) throw new Error('nothing is to be asked');
    fake.state.nowMs = timer.atMs;
    timer.run();
    await poll.refresh();
    // The timer after this one is set when the answer is there.
    await Promise.resolve();
  }

  it('has the configuration after the first answer, and asks again when AppConfig wishes', async () => {
    const poll = pollWith({ leastSeconds: 15 });
    await poll.start();
    expect(generation(poll)).toBe(3);
    expect(timers.map(({ atMs }) => atMs)).toEqual([15_000]);
    await deploy(4);
    await nextQuestion(poll);
    expect([generation(poll), changes.length]).toEqual([4, 2]);
    expect(timers.map(({ atMs }) => atMs)).toEqual([30_000]);
  });

  it('keeps it where the answer is empty: nothing changed', async () => {
    const poll = pollWith();
    await poll.start();
    for (let question = 0; question < 3; question += 1) await nextQuestion(poll);
    expect([generation(poll), changes.length, problems]).toEqual([3, 1, []]);
    expect(fake.seen.filter((name) => name === 'POST configurationsessions')).toHaveLength(1);
    expect(fake.seen.filter((name) => name === 'GET configuration')).toHaveLength(4);
  });

  it('uses no token twice, however many ask at once, and none before its time', async () => {
    const poll = pollWith();
    await Promise.all([poll.start(), poll.refresh(), poll.refresh()]);
    await poll.refresh();
    expect(fake.seen).toEqual(['POST configurationsessions', 'GET configuration']);
    expect([generation(poll), problems]).toEqual([3, []]);
  });

  it('begins a new session where the token has expired, after 24 hours', async () => {
    const poll = pollWith();
    await poll.refresh();
    await deploy(4);
    fake.state.nowMs += dayMs;
    await poll.refresh();
    expect([generation(poll), problems]).toEqual([4, []]);
    expect(fake.seen.filter((name) => name === 'POST configurationsessions')).toHaveLength(2);
  });

  it.each(['refused', 'throttled', 'lost'] as const)(
    'keeps the last good one where a question is %s, says so, and goes on a minute later',
    async (fate) => {
      const poll = pollWith();
      await poll.start();
      await deploy(4);
      fake.decide = () => fate;
      await nextQuestion(poll);
      expect(generation(poll)).toBe(3);
      expect(poll.problem()).toMatchObject({ code: 'service-unreachable' });
      expect(problems).toHaveLength(1);
      fake.decide = () => 'pass';
      await nextQuestion(poll);
      expect([generation(poll), poll.problem()]).toEqual([4, undefined]);
    },
  );

  it('starts without AppConfig, and has the configuration when it is there', async () => {
    fake.decide = () => 'refused';
    const poll = pollWith();
    await poll.start();
    expect([poll.text(), problems.length]).toEqual([undefined, 1]);
    fake.decide = () => 'pass';
    await nextQuestion(poll);
    expect(generation(poll)).toBe(3);
  });

  it('keeps its token where AppConfig finds the question too early', async () => {
    const poll = pollWith();
    await poll.refresh();
    const [token, session] = [...fake.state.sessions][0] ?? expect.fail('no session');
    fake.state.sessions.set(token, { ...session, notBeforeMs: 90_000 });
    fake.state.nowMs = minuteMs;
    await poll.refresh();
    expect(poll.problem()?.message).toContain('PollIntervalNotSatisfied');
    fake.state.nowMs = 2 * minuteMs;
    await poll.refresh();
    expect(poll.problem()).toBeUndefined();
    expect(fake.seen.filter((name) => name === 'POST configurationsessions')).toHaveLength(1);
  });

  it('does not take what its reader refuses: the last good one stays', async () => {
    const poll = pollWith({
      onChange: (text) => {
        if (text.includes('mfe2')) throw new Error('not for us');
      },
    });
    await poll.refresh();
    await createAppConfigRouter({ place: briefPlace, connection: connectionTo(fake.url) }).route(
      appOf('mfe2'),
      pointer({ generation: 1 }),
    );
    fake.state.nowMs += minuteMs;
    await poll.refresh();
    expect(generation(poll)).toBe(3);
    expect(poll.text()).not.toContain('mfe2');
    expect(poll.problem()?.message).toContain('not for us');
  });

  it('asks nothing any more when it is stopped', async () => {
    const poll = pollWith();
    await poll.start();
    poll.stop();
    expect(timers).toEqual([]);
  });
});
