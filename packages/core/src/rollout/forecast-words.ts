import { mostTraffic, type Forecast, type StageForecast } from './forecast.js';
import type { Plan } from './plan.js';

/** One sentence: how long the stages take, and what they expose. */
export function explainForecast(plan: Plan, forecast: Forecast): string {
  const { sessionsPerSecond, failureRate, stages } = forecast;
  const at = `${rateText(sessionsPerSecond)} and ${percentText(failureRate)} errors`;
  const each = stages.map((stage) => stageText(stage)).join(', ');
  return `At ${at}: ${each}. ${totalText(plan, forecast)}`;
}

function totalText(plan: Plan, forecast: Forecast): string {
  if (forecast.totalMs === Infinity) return 'It cannot end by itself.';
  const total = `${longText(forecast.totalMs)} in all`;
  const slow =
    longText(forecast.slowMs) === longText(forecast.totalMs) ? '' : `, one in ten over ${slowText(plan, forecast)}`;
  const person = forecast.needsPerson ? ', and the time that a person takes' : '';
  const unproven =
    forecast.concludes === 'too-late'
      ? ''
      : `; ${countText(forecast.canarySessions)} sessions get the canary before ${weightText(plan.stages.at(-1)?.weightBp ?? 0)}`;
  return `${total}${slow}${person}${unproven}.`;
}

/** The time for which evidence may hold a harmless canary is not known: with much traffic or many errors it is longer. */
function slowText({ ramp }: Plan, { slowMs }: Forecast): string {
  return `${longText(slowMs)}${ramp === null ? '' : ' and longer where it is held'}`;
}

/** What a stage is called and takes: `5 % 15 min`, `up to 25 % 14 min`, `bake 30 min`. */
function stageText({ kind, weightBp, audience, ms }: StageForecast): string {
  return `${audience ?? stageNames[kind](weightText(weightBp))} ${longText(ms)}`;
}

const stageNames = {
  fixed: (weight: string) => weight,
  ramp: (weight: string) => `up to ${weight}`,
  bake: () => 'bake',
};

/** What a person should know before the start: that it cannot conclude, that nothing bounds what may fail. */
export function forecastWarnings(plan: Plan, forecast: Forecast): readonly string[] {
  const warnings: string[] = [];
  if (forecast.overBudget && plan.ramp !== null) {
    const { failedSessions } = plan.ramp;
    warnings.push(
      `Above ${grouped(Math.floor(mostTraffic(plan.ramp)))} sessions/s even the lowest weight, 0.01 %, may fail more than ` +
        `the ${countText(failedSessions)} sessions of the budget before a bad canary is taken back.`,
    );
  }
  if (forecast.concludes !== 'in-time') warnings.push(lateText(plan, forecast));
  return warnings;
}

function lateText(plan: Plan, forecast: Forecast): string {
  const { maxDurationMs, onInconclusive } = plan;
  const longest = longText(maxDurationMs);
  if (onInconclusive === 'promote-unproven') {
    return `It will probably not be proven within the longest duration of ${longest}: it goes on without proof then, and ends promoted-unproven.`;
  }
  const then = onInconclusive === 'expire' ? 'it ends expired then' : 'a person must decide then';
  const head =
    forecast.concludes === 'perhaps'
      ? `At least one rollout in ten does not conclude within the longest duration of ${longest}`
      : `It cannot conclude within the longest duration of ${longest}`;
  return `${head}: ${whyText(slowest(forecast))}; ${then}. What helps: ${helpText(plan, forecast)}.`;
}

function slowest({ stages }: Forecast): StageForecast {
  return stages.reduce((slow, stage) => (stage.slowMs > slow.slowMs ? stage : slow));
}

function whyText({ waitsFor, weightBp, slowMs }: StageForecast): string {
  const weight = weightText(weightBp);
  switch (waitsFor) {
    case 'weight':
      return `its budget keeps the ramp below ${weight}`;
    case 'evidence':
      return `evidence that the canary is safe takes ${longText(slowMs)} up to ${weight}`;
    case 'sessions':
    case 'soak':
      return `the stage at ${weight} takes ${longText(slowMs)} to see its sessions`;
  }
}

function helpText(plan: Plan, forecast: Forecast): string {
  const { waitsFor } = slowest(forecast);
  const helps: string[] = [];
  if (waitsFor === 'weight') helps.push('a greater `budget` or a lower `highest` in its `ramp`');
  else helps.push('`--plan quiet`, which goes on without proof and says so');
  if (waitsFor === 'evidence' && plan.rules.strictness === 'strict')
    helps.push("the looser margin, `strictness: 'default'`");
  if (waitsFor === 'sessions') helps.push('fewer `minSessions`, or larger percentages');
  if (forecast.slowMs < Infinity) helps.push(`\`maxDuration\` above ${longText(forecast.slowMs)}`);
  return helps.join('; ');
}

function weightText(weightBp: number): string {
  return `${String(weightBp / 100)} %`;
}

/** Two digits and a unit: `45 s`, `14 min`, `1 h 50 min`, `12 d`. */
export function longText(ms: number): string {
  if (!Number.isFinite(ms)) return 'for ever';
  const minutes = Math.round(ms / 60_000);
  if (ms < 90_000) return `${String(Math.ceil(ms / 1000))} s`;
  if (minutes < 60) return `${String(minutes)} min`;
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours < 48) return rest === 0 ? `${String(hours)} h` : `${String(hours)} h ${String(rest)} min`;
  return `${countText(Math.round(minutes / 1440))} d`;
}

/** Sessions: two digits are enough for a forecast. */
export function countText(count: number): string {
  const rounded = count < 100 ? Math.ceil(count) : Number(count.toPrecision(2));
  return grouped(rounded);
}

function grouped(whole: number): string {
  return String(whole).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

export function percentText(share: number): string {
  return `${String(Number((100 * share).toPrecision(2)))} %`;
}

export function rateText(sessionsPerSecond: number): string {
  if (sessionsPerSecond >= 100) return `${grouped(Math.round(sessionsPerSecond))} sessions/s`;
  if (sessionsPerSecond >= 0.1) return `${String(Number(sessionsPerSecond.toPrecision(2)))} sessions/s`;
  return `${countText(sessionsPerSecond * 86_400)} sessions a day`;
}
