import { posix } from 'node:path';
import type { AppId, VersionId, VisitorRules } from '@sluice/core';
import { defaultTreeAdapter, html, parse, serialize, type DefaultTreeAdapterTypes } from 'parse5';
import type { Problem } from './scan.js';
import { putVisitorWords } from './visitor-words.js';

type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.ChildNode;

export const bootScriptFile = 'sluice-boot.js';

export interface ShellInput {
  readonly app: AppId;
  readonly version: VersionId;
  readonly text: string;
  /** Paths of the build. */
  readonly known: ReadonlySet<string>;
  readonly visitors?: VisitorRules | undefined;
}

/**
 * A shell's index.html with its addresses made absolute and versioned, so that deep links work, the index preloaded,
 * and the boot script as the first script in the head; and with the words for `visitors`. Doing it twice gives the same bytes.
 */
export function rewriteShell(input: ShellInput): { readonly text: string; readonly problems: readonly Problem[] } {
  const document = parse(input.text);
  const base = `/${input.app}/${input.version}/`;
  const problems: Problem[] = [];
  const head = elements(document.childNodes).find((element) => element.tagName === 'head');
  for (const element of elements(document.childNodes)) {
    for (const attribute of element.attrs) {
      if (!isAddress(element, attribute.name)) continue;
      // A set is addresses with their sizes: `small.png 1x, large.png 1.5x`.
      const each = attribute.name.endsWith('srcset')
        ? /(?<=^|[\s,])(?![\d.]+[wx](,|\s|$))[^\s,](\S*[^\s,])?/g
        : /^.*$/s;
      attribute.value = attribute.value.replace(each, (address) => {
        const rewritten = rewriteAddress(address, { ...input, base });
        // A frame may show a page of another app, or of whatever else the site has.
        if (rewritten === undefined && element.tagName !== 'iframe') problems.push(missingFile(address));
        return rewritten ?? address;
      });
    }
  }
  if (head !== undefined) putFirst(head, input, base);
  const unreadable = putVisitorWords(document, input.visitors ?? {});
  if (unreadable !== undefined) problems.push(unreadable);
  return { text: serialize(document), problems };
}

function putFirst(head: Element, input: ShellInput, base: string): void {
  for (const old of head.childNodes.filter(isOurs)) defaultTreeAdapter.detachNode(old);
  const preload = element('link', {
    rel: 'preload',
    as: 'fetch',
    href: '/platform-index.json',
    crossorigin: 'anonymous',
  });
  const script = element('script', {
    src: `${base}${bootScriptFile}`,
    'data-sluice-app': input.app,
    'data-sluice-version': input.version,
  });
  // The declared encoding must stand in the first 1,024 bytes of the document (HTML, 4.2.5.4).
  const charset = head.childNodes.find(
    (node) => isElement(node) && node.tagName === 'meta' && node.attrs.some(({ name }) => name === 'charset'),
  );
  if (charset !== undefined) defaultTreeAdapter.detachNode(charset);
  // The preload before the first script: a request that the script makes finds it, instead of being made twice.
  const first = [...(charset === undefined ? [] : [charset]), preload, script];
  for (const node of first.toReversed()) {
    const before = head.childNodes[0];
    if (before === undefined) defaultTreeAdapter.appendChild(head, node);
    else defaultTreeAdapter.insertBefore(head, node, before);
  }
}

function isOurs(node: Node): boolean {
  if (!isElement(node)) return false;
  const value = (name: string): string => node.attrs.find((attribute) => attribute.name === name)?.value ?? '';
  if (node.tagName === 'script') return value('src').endsWith(`/${bootScriptFile}`);
  return node.tagName === 'link' && value('href') === '/platform-index.json';
}

function element(name: string, attributes: Readonly<Record<string, string>>): Element {
  const list = Object.entries(attributes).map(([key, value]) => ({ name: key, value }));
  return defaultTreeAdapter.createElement(name, html.NS.HTML, list);
}

function* walk(nodes: readonly Node[]): Generator<Element> {
  for (const node of nodes) {
    if (!isElement(node)) continue;
    yield node;
    yield* walk(node.childNodes);
  }
}

function elements(nodes: readonly Node[]): readonly Element[] {
  return [...walk(nodes)];
}

function isElement(node: Node): node is Element {
  return 'tagName' in node;
}

const addresses: Readonly<Record<string, readonly string[]>> = {
  script: ['src'],
  link: ['href', 'imagesrcset'],
  img: ['src', 'srcset'],
  source: ['src', 'srcset'],
  video: ['src', 'poster'],
  audio: ['src'],
  iframe: ['src'],
  object: ['data'],
  use: ['href'],
};

function isAddress(node: Element, attribute: string): boolean {
  return addresses[node.tagName]?.includes(attribute) === true;
}

/** The versioned address; the same where it leads elsewhere; undefined where the build lacks the file. */
function rewriteAddress(address: string, input: ShellInput & { base: string }): string | undefined {
  if (address === '' || /^([a-z][a-z0-9+.-]*:|\/\/|#)/i.test(address)) return address;
  if (address.startsWith(input.base) || address === '/platform-index.json') return address;
  const [path = '', tail = ''] = split(address);
  const file = posix.normalize(path.startsWith('/') ? path.slice(1) : path);
  if (input.known.has(file)) return `${input.base}${file}${tail}`;
  // A page of the site, like <link rel="canonical" href="/">, is not a file of the build.
  return /\.[a-z0-9]+$/i.test(path) ? undefined : address;
}

function split(address: string): readonly string[] {
  const at = address.search(/[?#]/);
  return at < 0 ? [address] : [address.slice(0, at), address.slice(at)];
}

function missingFile(address: string): Problem {
  return {
    place: `index.html ${address}`,
    problem: 'It names a file that is not in the build.',
    remedy: 'Build again into an empty folder and publish the whole of it.',
  };
}
