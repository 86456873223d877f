import {
  DeliveryError,
  grantParameter,
  grantToken,
  isAudience,
  parseVersionId,
  versionManifestKey,
  type Grant,
  type Signer,
} from '@sluice/core';
import { createFileSigner } from '@sluice/local';
import { parseDuration, type Target } from '@sluice/schema';
import { isByFunctions, notOfShells } from '../audience-reach.js';
import { appNamed, edgeOrigin, openContext, type Context, type GlobalOptions, type World } from '../context.js';
import { say } from '../output.js';
import { compareKeys, edgeKeys, keysApart, keysOf } from '../target/keys.js';
import { notPublished } from './published.js';

interface LinkOptions extends GlobalOptions {
  /** How long the link and what it opens last, like `7d`. */
  readonly for: string;
  /** The page that it opens. */
  readonly path: string;
  /** Where the platform is reached; default: the target's edge. */
  readonly origin?: string;
}

interface PreviewOptions extends LinkOptions {
  readonly app: string;
  readonly version: string;
}

/** A link that opens one version of one app within the platform, for whoever has it. */
export async function preview(world: World, options: PreviewOptions): Promise<void> {
  const context = await openContext(world, options);
  const { place, kind } = appNamed(context, options.app);
  if (isByFunctions(context.target) && kind === 'shell') throw noShells(context.target.name);
  const version = parseVersionId(options.version);
  const found = version && (await context.store.read(versionManifestKey(place, version)));
  if (version === undefined || found === undefined)
    throw await notPublished({ store: context.store, place }, options.version);
  const grant: Grant = { kind: 'preview', app: place.app, version };
  await printLink(context, { world, options, grant, opens: `${place.app} ${version}` });
}

function noShells(target: string): DeliveryError {
  return new DeliveryError({
    code: 'usage',
    message: `A shell cannot be previewed on target "${target}": ${notOfShells}`,
    remedy:
      'Preview it on a target whose edge is Node, nginx or Lambda@Edge, such as `--target local`; remotes can be previewed here.',
  });
}

interface AudienceOptions extends LinkOptions {
  readonly audience: string;
}

/** A link that puts whoever opens it into an audience. */
export async function audience(world: World, options: AudienceOptions): Promise<void> {
  const context = await openContext(world, options);
  const { audience } = options;
  if (!isAudience(audience)) {
    throw new DeliveryError({
      code: 'usage',
      message: `"${audience}" is not an audience.`,
      remedy: 'Use a-z, 0-9 and "-", at most 64, a letter first, like staff.',
    });
  }
  const hasShells = isByFunctions(context.target) && context.config.apps.some(({ kind }) => kind === 'shell');
  await printLink(context, {
    world,
    options,
    grant: { kind: 'audience', audience },
    opens: `the audience ${audience}`,
    note: hasShells ? `A shell's canary is not for it: ${notOfShells}` : undefined,
  });
}

interface Linking {
  readonly world: World;
  readonly options: LinkOptions;
  readonly grant: Grant;
  readonly opens: string;
  /** What it does not open. */
  readonly note?: string | undefined;
}

async function printLink(context: Context, { world, options, grant, opens, note }: Linking): Promise<void> {
  const untilS = Math.floor((world.now() + lengthOf(options.for)) / 1000);
  const signer = await createFileSigner({ path: keysOf(context.target), now: world.now });
  await refuseUnknownKey(context.target, signer);
  const url = new URL(pathOf(options.path), originOf(options.origin ?? edgeOrigin(context) ?? ''));
  url.searchParams.set(grantParameter(grant.kind), grantToken(signer, grant, untilS) ?? '');
  const until = new Date(untilS * 1000).toISOString();
  // The colons of a token need no escaping, and a link is read by people.
  const link = url.href.replaceAll('%3A', ':');
  const ends = `${new URL('/', url).href}?${grantParameter(grant.kind)}=off`;
  const text = [link, `It opens ${opens} until ${until}, for whoever has it. ${ends} ends it in a browser.`];
  if (note !== undefined) text.push(note);
  say(options.json, { link, until, ends, ...(note === undefined ? {} : { note }) }, text.join('\n'));
}

/** A link that CloudFront cannot verify yet would open nothing. */
async function refuseUnknownKey(target: Target, signer: Signer): Promise<void> {
  const there = await (await edgeKeys(target))?.read();
  if (there === undefined) return;
  const state = compareKeys(signer.keys(), there);
  if (state === 'same') return;
  if (state === 'apart') throw keysApart(target, there);
  throw new DeliveryError({
    code: 'keys-apart',
    message: 'CloudFront does not have the key yet that would sign the link.',
    remedy: `\`sluice keys push --target ${target.name}\` brings it, and so does a running \`sluice serve\`. Then try again.`,
  });
}

/** At most as long as a browser keeps a cookie. */
const longestMs = 400 * 86_400_000;

function lengthOf(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= 1000 && ms <= longestMs) return ms;
  throw new DeliveryError({
    code: 'usage',
    message: `"${text}" is not a length of time from 1 s to 400 d.`,
    remedy: 'Write --for 2h, 7d or 30d.',
  });
}

function pathOf(text: string): string {
  if (/^\/(?!\/)[\w./~-]*$/.test(text)) return text;
  throw new DeliveryError({
    code: 'usage',
    message: `"${text}" is not the path of a page.`,
    remedy: 'Write --path /orders/17.',
  });
}

function originOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.pathname === '/') return url;
  throw new DeliveryError({
    code: 'usage',
    message: `"${text}" is not an origin.`,
    remedy: 'Write --origin https://shop.example.com.',
  });
}
