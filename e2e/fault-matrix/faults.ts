import type { FailureKind } from '@sluice/core';
import type { Toolchain } from './build-fixture.js';
import { answers, filesOf, hangs, is404, isElsewhere, isHtml, rewritten, type Wire } from './wire.js';

/** One way in which a canary can be broken, and what the page must call it. */
export interface Fault {
  readonly scenario: 'F9' | 'F15';
  readonly title: string;
  readonly kind: FailureKind;
  /** What is wrong on the way. */
  readonly wire?: Wire;
  /** What the canary's code does, as the fixture reads it from the page. */
  readonly inCode?: 'evaluate' | 'render';
  /** It shows itself when the visitor asks for more. */
  readonly isLater?: true;
  /** It hangs: from then on the page waits for as long as pages do by default. */
  readonly isHang?: true;
  /** The browser or our own code sees it: neither differs from shell to shell, one kind of shell will do. */
  readonly isOfBytes?: true;
  /** A remote of classic scripts cannot have it. */
  readonly needsModules?: true;
  /** Only builds of this toolchain can have it. */
  readonly toolchain?: Toolchain;
}

const { manifest, entry, start, expose, lazyChunk, stylesheet, scripts } = filesOf;

export const faults: readonly Fault[] = [
  { scenario: 'F9', title: 'manifest 404', kind: 'manifest', wire: { files: manifest, handle: is404 } },
  {
    scenario: 'F9',
    title: 'manifest is HTML',
    isOfBytes: true,
    kind: 'manifest',
    wire: { files: manifest, handle: isHtml },
  },
  {
    scenario: 'F9',
    title: 'manifest is garbage',
    isOfBytes: true,
    kind: 'manifest',
    wire: { files: manifest, handle: answers(200, 'application/json', '{"id":') },
  },
  { scenario: 'F9', title: 'manifest hangs', kind: 'manifest', wire: { files: manifest, handle: hangs }, isHang: true },
  { scenario: 'F9', title: 'entry 404', kind: 'entry', wire: { files: entry, handle: is404 } },
  { scenario: 'F9', title: 'entry is HTML', isOfBytes: true, kind: 'entry', wire: { files: entry, handle: isHtml } },
  {
    scenario: 'F9',
    title: 'entry has a syntax error',
    isOfBytes: true,
    kind: 'entry',
    wire: { files: entry, handle: answers(200, 'text/javascript', 'export {') },
  },
  { scenario: 'F9', title: 'entry hangs', kind: 'entry', wire: { files: entry, handle: hangs }, isHang: true },
  // The runtime loads classic scripts without `crossorigin`: they run, wherever they come from.
  {
    scenario: 'F9',
    title: 'entry may not be read (CORS)',
    isOfBytes: true,
    kind: 'entry',
    wire: { files: entry, handle: isElsewhere },
    needsModules: true,
  },
  // The container is there and has started: what it is asked for is not in it.
  {
    scenario: 'F9',
    title: 'expose missing',
    kind: 'evaluate',
    wire: { files: entry, handle: rewritten('"./App"', '"./Gone"') },
  },
  { scenario: 'F9', title: 'expose chunk 404', kind: 'chunk', wire: { files: expose, handle: is404 } },
  {
    scenario: 'F9',
    title: 'expose chunk is HTML',
    isOfBytes: true,
    kind: 'chunk',
    wire: { files: expose, handle: isHtml },
  },
  {
    scenario: 'F9',
    title: 'expose chunk hangs',
    kind: 'chunk',
    wire: { files: expose, handle: hangs },
    isHang: true,
  },
  {
    scenario: 'F9',
    title: 'container never starts',
    kind: 'chunk',
    wire: { files: start, handle: hangs },
    isHang: true,
    isOfBytes: true,
    toolchain: 'vite',
  },
  { scenario: 'F9', title: 'module throws at evaluation', kind: 'evaluate', inCode: 'evaluate' },
  { scenario: 'F9', title: 'throws in render', kind: 'render', inCode: 'render' },
  {
    scenario: 'F9',
    title: 'lazy chunk 404 later',
    kind: 'chunk',
    wire: { files: lazyChunk, handle: is404 },
    isLater: true,
  },
  { scenario: 'F9', title: 'stylesheet 404', kind: 'stylesheet', wire: { files: stylesheet, handle: is404 } },
  {
    scenario: 'F9',
    title: 'stylesheet hangs',
    isOfBytes: true,
    kind: 'stylesheet',
    wire: { files: stylesheet, handle: hangs },
    isHang: true,
  },
  // What a build with this range would have in its entry; all configurations say `strictVersion`.
  {
    scenario: 'F15',
    title: 'needs React ^20',
    kind: 'incompatible',
    wire: { files: scripts, handle: rewritten('^19.0.0', '^20.0.0') },
  },
];
