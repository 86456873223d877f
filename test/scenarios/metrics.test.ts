import { createController, createRolloutGauges } from '@sluice/controller';
import { expositionText } from '@sluice/telemetry';
import { expect, it } from 'vitest';
import { aRunningRollout, done, minute } from './world.js';

it('GET /metrics has the state of every running rollout, and what has ended', async () => {
  const world = await aRunningRollout();
  const gauges = createRolloutGauges();
  world.controller = createController({
    platform: world.platform,
    source: world.source,
    onProblem: () => undefined,
    onSeen: (units) => {
      gauges.saw(units);
    },
    onChange: (rollout) => {
      gauges.ended(rollout);
    },
  });
  await world.run('mfe1', 9);
  await world.run('mfe1', 1, { canary: { sessions: 10, failed: 1 }, baseline: { sessions: 90, failed: 2 } });
  const lines = (): readonly string[] => expositionText(gauges.families(world.now())).split('\n');
  const of = '{app="mfe1",version="v1.1.0"';
  expect(lines()).toEqual(
    expect.arrayContaining([
      `sluice_rollout_weight_ratio${of}} 0.05`,
      `sluice_rollout_stage${of}} 1`,
      `sluice_rollout_stage_seconds${of}} 100`,
      `sluice_rollout_soaked_seconds${of}} 100`,
      `sluice_rollout_held${of}} 0`,
      `sluice_rollout_waiting${of},reason="soak"} 1`,
      `sluice_rollout_sessions${of},arm="canary"} 100`,
      `sluice_rollout_failed_sessions${of},arm="baseline"} 2`,
      `sluice_rollout_evidence_threshold_ln${of},verdict="rollback"} ${String(Math.log(100))}`,
    ]),
  );
  const hold = (await world.status()).rollout?.verdict.evidence.lnHold;
  expect(lines()).toContain(`sluice_rollout_evidence_ln${of},verdict="hold"} ${String(hold)}`);
  done(await world.pause());
  await world.tick();
  expect(lines()).toContain(`sluice_rollout_paused${of}} 1`);
  done(await world.resume());
  await world.run('mfe1', 10, { canary: { sessions: 20, failed: 10 }, baseline: { sessions: 180, failed: 1 } });
  await world.tick();
  world.pass(minute);
  await world.tick();
  expect(lines()).toContain('sluice_rollouts_ended_total{app="mfe1",outcome="rolled-back"} 1');
  expect(lines().filter((line) => line.startsWith('sluice_rollout_stage'))).toEqual([]);
});
