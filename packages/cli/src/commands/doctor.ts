import { DeliveryError, indexKey, parseVersionId, type Store } from '@sluice/core';
import { readStatus } from '@sluice/controller/commands';
import { parseIndexDocument } from '@sluice/schema';
import pc from 'picocolors';
import { openContext, type Context, type GlobalOptions, type World } from '../context.js';
import { say } from '../output.js';

interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly text: string;
  readonly remedy?: string;
}

/** Checks everything that can be checked from here; 0 when all is well, else 7. */
export async function doctor(world: World, options: GlobalOptions): Promise<number> {
  const context = await openContext(world, options);
  const findings: Finding[] = [
    { what: 'configuration', ok: true, text: context.path },
    { what: 'store', ok: true, text: context.target.store },
    await checkWrites(context.store),
    await checkIndex(context),
    ...(await Promise.all(context.platform.apps.map((app) => checkApp(context, app)))),
    await checkAnswers(
      'edge',
      `http://${context.target.edge.host}:${String(context.target.edge.port)}/platform-index.json`,
    ),
    await checkAnswers(
      'controller',
      `http://${context.target.controller.host}:${String(context.target.controller.port)}/api/health`,
    ),
  ];
  const text = findings.map(({ what, ok, text: seen, remedy }) =>
    [
      `${ok ? pc.green('✓') : pc.red('✗')} ${what.padEnd(14)} ${seen}`,
      ...(remedy === undefined ? [] : [`    ${remedy}`]),
    ].join('\n'),
  );
  say(options.json, { findings }, text.join('\n'));
  return findings.every(({ ok }) => ok) ? 0 : 7;
}

async function checkWrites(store: Store): Promise<Finding> {
  const key = 'sluice-doctor.json';
  const bytes = new TextEncoder().encode('{}');
  await store.remove(key);
  const first = await store.write(key, bytes, { kind: 'absent' });
  const second = await store.write(key, bytes, { kind: 'absent' });
  await store.remove(key);
  const ok = first.kind === 'written' && second.kind === 'conflict';
  return {
    what: 'compare-and-swap',
    ok,
    text: ok ? 'one of two writers wins' : 'both writers won: this file system cannot hold a store',
  };
}

async function checkIndex(context: Context): Promise<Finding> {
  const found = await context.store.read(indexKey);
  if (found === undefined) return { what: 'index', ok: true, text: 'not there yet: nothing is deployed' };
  const parsed = parseIndexDocument(new TextDecoder().decode(found.bytes));
  if (parsed.kind === 'ok')
    return { what: 'index', ok: true, text: `${String(Object.keys(parsed.value.apps).length)} apps` };
  const [first] = parsed.issues;
  return {
    what: 'index',
    ok: false,
    text: `${first?.place ?? '.'}: ${first?.problem ?? ''}`,
    remedy: 'It is a copy: the next command or tick writes it anew.',
  };
}

async function checkApp(context: Context, app: Context['platform']['apps'][number]): Promise<Finding> {
  const what = app.place.app;
  try {
    const status = await readStatus(context.platform, app);
    const { pointer } = status;
    if (pointer === null) return { what, ok: true, text: 'nothing deployed yet' };
    for (const name of [pointer.version, pointer.canaryVersion]) {
      const version = parseVersionId(name);
      if (version === undefined) continue;
      const problems = await context.platform.problemsOf(app, version);
      if (problems === undefined || problems.length > 0) {
        const text = `${version} is not whole: ${problems?.slice(0, 3).join('; ') ?? 'not published'}`;
        return {
          what,
          ok: false,
          text,
          remedy: `Publish it again from the same build, or \`sluice rollback ${what}\`.`,
        };
      }
    }
    return {
      what,
      ok: !status.drifted,
      text: status.sentence,
      ...(status.drifted ? { remedy: `See \`sluice status ${what}\`.` } : {}),
    };
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return { what, ok: false, text: [error.message, ...error.details].join(' '), remedy: error.remedy };
  }
}

async function checkAnswers(what: string, url: string): Promise<Finding> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1000) });
    return { what, ok: response.ok, text: `${url} answers ${String(response.status)}` };
  } catch {
    return { what, ok: false, text: `nothing answers at ${url}`, remedy: 'Start it with `sluice serve`.' };
  }
}
