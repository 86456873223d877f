import {
  consentCookie,
  isAllowedId,
  parseVersionId,
  subjectOf,
  versionPrefix,
  type VersionId,
  type VisitorRules,
} from '@sluice/core';
import { readStatus } from '@sluice/controller/commands';
import { edgeOrigin, type Context } from '../context.js';
import { cookiesOf } from './check-trust.js';
import { fine, fromError, wrong, type Finding } from './finding.js';

/** Whether the pages that are live, and the edge that gives them, go by `visitors` of the configuration. */
export async function checkVisitors(context: Context): Promise<readonly Finding[]> {
  if (!context.platform.apps.some(({ kind }) => kind === 'shell')) return [];
  return [await checkPages(context), await checkEdge(context)];
}

type App = Context['platform']['apps'][number];

async function checkPages(context: Context): Promise<Finding> {
  const check = 'visitors';
  const { visitors } = context.config;
  try {
    const shells = context.platform.apps.filter(({ kind }) => kind === 'shell');
    const details = (await Promise.all(shells.map((app) => pagesApart(context, app)))).flat();
    if (details.length === 0) return fine(check, `the pages of shells go by the configuration: ${inWords(visitors)}`);
    const text = `sluice.config says of visitors ${inWords(visitors)}, and pages say something else.`;
    const remedy =
      'Publish the shell anew under another version and start it, or give `visitors` the words of the page.';
    return wrong(check, { code: 'visitors-apart', text, remedy, details });
  } catch (error) {
    return fromError(check, error);
  }
}

/** The live versions of a shell whose page has other words. */
async function pagesApart({ config, platform, store }: Context, app: App): Promise<readonly string[]> {
  const { pointer } = await readStatus(platform, app);
  const { visitorWordsIn } = await import('@sluice/publish');
  const live = [pointer?.version, pointer?.canaryVersion].flatMap((name) => parseVersionId(name) ?? []);
  const said = async (version: VersionId): Promise<readonly string[]> => {
    const page = await store.read(`${versionPrefix(app.place, version)}index.html`);
    // A version that is not whole is told of by the check of its app.
    const words = page && visitorWordsIn(new TextDecoder().decode(page.bytes));
    return words === undefined || inWords(words) === inWords(config.visitors)
      ? []
      : [`${app.place.app} ${version}: its page says ${inWords(words)}.`];
  };
  return (await Promise.all(live.map(said))).flat();
}

/** As a stranger who has agreed to nothing gets a page, and one who has agreed. */
async function checkEdge(context: Context): Promise<Finding> {
  const check = 'edge visitors';
  const origin = edgeOrigin(context);
  const unasked = origin === undefined ? undefined : await idFrom(origin);
  const agreed = origin === undefined ? undefined : await idFrom(origin, `${consentCookie}=true`);
  // A plain store has no edge that gives ids.
  if (origin === undefined || agreed === undefined) return fine(check, 'no edge answers with an id: not looked at');
  const seen: VisitorRules = {
    consent: unasked === undefined ? 'required' : undefined,
    identity: isAllowedId({ identity: 'coarse' }, agreed) ? 'coarse' : undefined,
  };
  const { visitors } = context.config;
  if (inWords(seen) === inWords(visitors)) return fine(check, `${origin} goes by the configuration`);
  const text = `sluice.config says of visitors ${inWords(visitors)}, and ${origin} goes by ${inWords(seen)}.`;
  const remedy = 'Start `sluice serve` again, or build and deploy the edge anew (`sluice edge build`).';
  return wrong(check, { code: 'visitors-apart', text, remedy });
}

/** The id that a page gives to whoever sends these cookies. */
async function idFrom(origin: string, sent?: string): Promise<string | undefined> {
  const cookies = await cookiesOf(origin, sent);
  return subjectOf(undefined, { cookies, nowS: 0 }).subject;
}

function inWords({ consent, identity }: VisitorRules): string {
  const words = [
    ...(consent === undefined ? [] : [`consent: '${consent}'`]),
    ...(identity === undefined ? [] : [`identity: '${identity}'`]),
  ];
  return words.length === 0 ? 'neither consent nor coarse ids' : words.join(', ');
}
