// What the fake of CloudFront keeps, and what its two halves share.

export interface Stored {
  xml: string;
  etag: string;
}
export interface FakeDistribution extends Stored {
  readonly id: string;
  deployed: boolean;
}
export interface FakePolicy extends Stored {
  readonly id: string;
}

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export const tag = (xml: string, name: string): string => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
export const withTag = (xml: string, name: string, value: string): string =>
  new RegExp(`<${name}>[^<]*</${name}>|<${name}/>`).test(xml)
    ? xml.replace(new RegExp(`<${name}>[^<]*</${name}>|<${name}/>`), `<${name}>${value}</${name}>`)
    : `${xml}<${name}>${value}</${name}>`;
export const inner = (body: string, name: string): string =>
  new RegExp(`<${name}[^>]*>(.*)</${name}>`, 's').exec(body)?.[1] ?? '';

export interface State {
  readonly distributions: Map<string, FakeDistribution>;
  readonly policies: Map<string, FakePolicy>;
  readonly tags: Map<string, string>;
  counter: number;
  readonly inProgress: () => boolean;
}

export interface Answer {
  readonly status: number;
  readonly xml: string;
  readonly etag?: string;
}

export function next(state: State, prefix: string): string {
  state.counter += 1;
  return `${prefix}${String(state.counter).padStart(6, '0')}`;
}

export interface Change {
  readonly id: string;
  readonly ifMatch: string | undefined;
}

export function matched<T extends Stored>(one: T, ifMatch: string | undefined): T {
  if (ifMatch === undefined) throw new Refusal(400, 'InvalidIfMatchVersion', 'The If-Match version is missing.');
  if (ifMatch !== one.etag) throw new Refusal(412, 'PreconditionFailed', 'The precondition in If-Match failed.');
  return one;
}

export const domainOf = (id: string): string => `${id.toLowerCase()}.cloudfront.net`;
