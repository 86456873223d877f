import type { Check, CheckSubject, Criteria } from '@sluice/core';
import { DeliveryError, judgeValue, valueAt } from '@sluice/core';
import { askJson } from '../ask-json.js';

export interface WebCheckOptions {
  readonly name: string;
  /** `{app}`, `{version}`, `{stable}`, `{stage}`, `{percent}`, `{rollout}` are filled in, percent-encoded. */
  readonly url: string;
  /** A POST carries the subject as JSON. */
  readonly method: 'GET' | 'POST';
  /** With their values; they are sent and never told. */
  readonly headers: Readonly<Record<string, string>>;
  /** Keys and indexes down to the value; empty is the document itself. */
  readonly path: readonly string[];
  readonly criteria: Criteria;
  readonly timeoutMs: number;
}

/** A status fits in this many times over. */
const maxBytes = 65_536;

/** A check that asks a JSON endpoint. Throws `config-invalid` where the address is none. */
export function createWebCheck(options: WebCheckOptions): Check {
  const { name, method, path, criteria, timeoutMs } = options;
  const headers = { Accept: 'application/json', ...options.headers };
  addressOf(options, exampleSubject);
  return {
    name,
    async ask(subject) {
      const posted = method === 'GET' ? {} : { body: JSON.stringify(subject), headers: { ...headers, ...jsonContent } };
      const url = addressOf(options, subject);
      const answer = await askJson({ url, method, headers, timeoutMs, maxBytes, ...posted });
      if (answer.kind === 'none') return { kind: 'unanswered', why: answer.why };
      return judgeValue(criteria, valueAt(answer.value, path));
    },
  };
}

const jsonContent = { 'Content-Type': 'application/json' };
const exampleSubject = { app: 'a', stable: 'v1.0.0', canary: 'v1.0.1', rolloutId: 'r', stage: 1, percent: 5 };

type Filled = { readonly [K in keyof CheckSubject]: string | number };

/** What is filled in reaches path and query only, and cannot leave its place there. */
function addressOf({ name, url }: Pick<WebCheckOptions, 'name' | 'url'>, subject: Filled): URL {
  const values: Readonly<Record<string, string | number>> = {
    app: subject.app,
    version: subject.canary,
    stable: subject.stable,
    stage: subject.stage,
    percent: subject.percent,
    rollout: subject.rolloutId,
  };
  const filled = url.replace(/\{([a-z]+)\}/g, (whole, key: string) =>
    Object.hasOwn(values, key) ? encodeURIComponent(String(values[key])) : whole,
  );
  if (URL.canParse(filled)) return new URL(filled);
  throw new DeliveryError({
    code: 'config-invalid',
    message: `The address of the check "${name}" cannot be read.`,
    remedy: 'Write it as https://host/path.',
  });
}
