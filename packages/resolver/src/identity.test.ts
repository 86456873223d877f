// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { documentOptions } from './boot/document-options.js';
import { coarseId, consentGiven, setConsent } from './identity.js';

const words = (said: object | string): void => {
  document.documentElement.dataset['sluice'] = typeof said === 'string' ? said : JSON.stringify(said);
};
const forget = (): void => {
  delete document.documentElement.dataset['sluice'];
  for (const name of ['sluice_id', 'sluice_consent']) document.cookie = `${name}=;Path=/;Max-Age=0`;
};
beforeEach(forget);
afterEach(forget);

describe('consent', () => {
  it('F18 is what the visitor said last, in a cookie that the edge reads as well', () => {
    expect(consentGiven()).toBeUndefined();
    setConsent(true);
    expect([consentGiven(), document.cookie]).toEqual([true, 'sluice_consent=true']);
    setConsent(false);
    expect([consentGiven(), document.cookie]).toEqual([false, 'sluice_consent=false']);
  });

  it.each(['', 'TRUE', '1', 'truely', '"true"', '[object Object]'])(
    'F18 is unknown where the cookie says %j',
    (value) => {
      document.cookie = `sluice_consent=${value};Path=/`;
      expect(consentGiven()).toBeUndefined();
    },
  );

  it('F18 who does not agree loses the id at once', () => {
    document.cookie = 'sluice_id=0123456789abcdef;Path=/';
    setConsent(true);
    expect(document.cookie).toContain('sluice_id=');
    setConsent(false);
    expect(document.cookie).toBe('sluice_consent=false');
  });

  it('F5 cookies that are blocked break nothing: nobody has agreed', () => {
    const denied = (): never => {
      throw new DOMException('denied', 'SecurityError');
    };
    Object.defineProperty(document, 'cookie', { configurable: true, get: denied, set: denied });
    setConsent(true);
    expect(consentGiven()).toBeUndefined();
    delete (document as { cookie?: string }).cookie;
  });
});

describe('what the document of a shell asks for', () => {
  it.each([{ consent: 'required' }, { consent: 'required', identity: 'coarse' }])(
    'F18 %j: no id and nothing told before consent, both after it, none again after it was taken back',
    (said) => {
      words(said);
      const { consent, subject } = documentOptions();
      expect([consent?.(), subject?.(), document.cookie]).toEqual([false, undefined, '']);
      setConsent(true);
      expect(consent?.()).toBe(true);
      expect(subject?.()).toMatch('identity' in said ? /^\d{1,5}$/ : /^\d+(-\d+){3}$/);
      setConsent(false);
      // Whoever asks later on this page, such as the panel, does not make it anew.
      expect([consent?.(), subject?.(), document.cookie]).toEqual([false, undefined, 'sluice_consent=false']);
    },
  );

  it('nothing: an id without consent, but none for who has said no', () => {
    expect(documentOptions().subject?.()).toBeDefined();
    setConsent(false);
    expect(documentOptions().subject?.()).toBeUndefined();
  });

  it('F5 `coarse`: the number that the edge has given is kept, and an id of a device gives way', () => {
    words({ identity: 'coarse' });
    document.cookie = 'sluice_id=4711;Path=/';
    expect(documentOptions().subject?.()).toBe('4711');
    document.cookie = 'sluice_id=0123456789abcdef;Path=/';
    expect(documentOptions().subject?.()).toMatch(/^\d{1,5}$/);
    expect(coarseId()).toBe(documentOptions().subject?.());
  });

  it.each(['{', '[]', 'null', '"consent"', '{"consent":true,"__proto__":{"consent":"required"}}'])(
    'what nobody can read asks for nothing: %s',
    (said) => {
      words(said);
      expect(documentOptions().consent?.()).toBe(true);
    },
  );
});
