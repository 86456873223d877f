import type { VisitorRules } from '@sluice/core';
import { parse, type DefaultTreeAdapterTypes } from 'parse5';
import type { Problem } from './scan.js';

// `<html data-sluice='{"consent":"required"}'>` of a shell: the words of its page, which the boot script reads.

type Document = DefaultTreeAdapterTypes.Document;
type Element = DefaultTreeAdapterTypes.Element;

const attribute = 'data-sluice';

/** Adds the words of the configuration; what else the document says stays. A problem where it says what nobody can read. */
export function putVisitorWords(document: Document, visitors: VisitorRules): Problem | undefined {
  const html = htmlOf(document);
  if (html === undefined || Object.keys(visitors).length === 0) return undefined;
  const found = html.attrs.find(({ name }) => name === attribute);
  const written = found === undefined ? {} : objectIn(found.value);
  if (written === undefined) {
    const remedy = `Write it as JSON, such as ${attribute}='{"timeoutMs":3000}'.`;
    return { place: `index.html ${attribute}`, problem: 'It is no JSON object, and no page can read it.', remedy };
  }
  const value = JSON.stringify({ ...written, ...visitors });
  if (found === undefined) html.attrs.push({ name: attribute, value });
  else found.value = value;
  return undefined;
}

/** What a published page goes by, to be compared with the configuration. */
export function visitorWordsIn(text: string): VisitorRules {
  const found = htmlOf(parse(text))?.attrs.find(({ name }) => name === attribute);
  const { consent, identity } = objectIn(found?.value ?? '') ?? {};
  return {
    ...(consent === 'required' ? { consent } : {}),
    ...(identity === 'coarse' ? { identity } : {}),
  };
}

function htmlOf(document: Document): Element | undefined {
  return document.childNodes.find((node): node is Element => 'tagName' in node && node.tagName === 'html');
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
