import { parseVersionId } from '@sluice/core';
import { readHistory, readStatus, type AppStatus } from '@sluice/controller/commands';
import type { Context } from '../context.js';
import { fine, fromError, wrong, type Finding } from './finding.js';

type App = Context['platform']['apps'][number];

/** Pointer, record and history can be read, and every version that the pointer names is there to the last byte. */
export async function checkApp(context: Context, app: App): Promise<Finding> {
  const check = app.place.app;
  try {
    const status = await readStatus(context.platform, app);
    await readHistory(context.platform, app);
    const flaws = await flawsOf(context, app, status);
    if (flaws.length > 0) {
      const text = 'what the pointer names is not whole';
      const remedy = `Publish it again from the same build, or \`sluice rollback ${check}\`.`;
      return wrong(check, { code: 'version-altered', text, remedy, details: flaws });
    }
    if (!status.drifted) return fine(check, status.sentence);
    const remedy = `See \`sluice status ${check}\`; \`sluice start\` or \`sluice rollback --to\` takes over from there.`;
    return wrong(check, { code: 'pointer-drifted', text: status.sentence, remedy });
  } catch (error) {
    return fromError(check, error);
  }
}

const mostListed = 5;

async function flawsOf(context: Context, app: App, { pointer }: AppStatus): Promise<readonly string[]> {
  const flaws: string[] = [];
  for (const name of [pointer?.version, pointer?.canaryVersion]) {
    const version = parseVersionId(name);
    if (version === undefined) continue;
    const problems = await context.platform.problemsOf(app, version);
    if (problems === undefined) flaws.push(`${version} is not published`);
    for (const problem of problems?.slice(0, mostListed) ?? []) flaws.push(`${version}: ${problem}`);
    const more = (problems?.length ?? 0) - mostListed;
    if (more > 0) flaws.push(`${version}: and ${String(more)} more`);
  }
  return flaws;
}
