import { planGc, runGc, type GcPlan } from '@sluice/controller/commands';
import { DeliveryError, errorCodes } from '@sluice/core';
import { parseDuration } from '@sluice/schema';
import { appsNamed, openContext, type GlobalOptions, type World } from '../context.js';
import { say } from '../output.js';

interface GcOptions extends GlobalOptions {
  readonly app: string | undefined;
  readonly keep: number;
  readonly seen: string;
  readonly ignoreSeen?: boolean;
  readonly yes?: boolean;
}

/** An app of which nothing was removed, because what may be cannot be told. */
interface Refused {
  readonly app: string;
  readonly error: Pick<DeliveryError, 'code' | 'message' | 'remedy' | 'details'>;
}

/**
 * Without --yes it only tells what it would remove. Of all apps, one that is unsure does not hide what was done with
 * the others. The exit code.
 */
export async function gc(world: World, options: GcOptions): Promise<number> {
  const context = await openContext(world, options);
  const keepSeenMs = parseDuration(options.seen);
  if (keepSeenMs === undefined) throw badLength(options.seen);
  const apps = appsNamed(context, options.app);
  const plans: GcPlan[] = [];
  const refused: Refused[] = [];
  for (const app of apps) {
    const seen = options.ignoreSeen === true ? ('ignore' as const) : undefined;
    const asked = { app, keepLast: options.keep, keepSeenMs, seen };
    try {
      plans.push(await (options.yes === true ? runGc : planGc)(context.platform, asked));
    } catch (error) {
      if (apps.length === 1 || !(error instanceof DeliveryError) || error.code !== 'gc-unsure') throw error;
      const { code, message, remedy, details } = error;
      refused.push({ app: app.place.app, error: { code, message, remedy, details } });
    }
  }
  const lines = [
    ...plans.map((plan) => inWords(plan, options)),
    ...refused.map(({ error }) => [`! ${error.message}`, ...error.details, error.remedy].join('\n  ')),
  ];
  say(options.json, { removed: options.yes === true, apps: plans, refused }, lines.join('\n'));
  return refused.length === 0 ? 0 : errorCodes['gc-unsure'].exit;
}

function inWords(plan: GcPlan, options: GcOptions): string {
  const { app, remove, keep, bytes, leftovers } = plan;
  const size = `${(bytes / 1024 / 1024).toFixed(1)} MB`;
  const rest = leftovers.length === 0 ? '' : `, and what is left of ${leftovers.join(', ')}`;
  const list = `${remove.length === 0 ? 'nothing' : remove.join(', ')}${rest}`;
  const head = options.yes === true ? `${app}: removed ${list} (${size}).` : `${app}: would remove ${list} (${size}).`;
  const next =
    options.yes === true || remove.length + leftovers.length === 0 ? [] : [`  Do it with \`${again(app, options)}\`.`];
  return [head, ...keep.map(({ version, because }) => `  keeps ${version}: ${because}`), ...next].join('\n');
}

/** With everything that was asked for: with other limits it would remove something else than was told. */
function again(app: string, { keep, seen, ignoreSeen, config, target }: GcOptions): string {
  return [
    `sluice gc ${app} --keep ${String(keep)} --seen ${seen}`,
    ...(ignoreSeen === true ? ['--ignore-seen'] : []),
    ...(config === undefined ? [] : [`--config ${config}`]),
    ...(target === undefined ? [] : [`--target ${target}`]),
    '--yes',
  ].join(' ');
}

function badLength(text: string): DeliveryError {
  return new DeliveryError({
    code: 'usage',
    message: `"${text}" is not a length of time above zero.`,
    remedy: 'Write --seen 30d.',
  });
}
