import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { linkPage, linkPageHeaders } from './link-page.js';

describe('the page of a link that opens nothing', () => {
  const page = linkPage('It was "removed", <b>& gone</b>.');

  it('may have the style that is in it, and nothing else: no script, no file, no form, no frame around it', () => {
    const styles = [...page.matchAll(/<style>(.*?)<\/style>/gs)].map(([, style = '']) => style);
    const hashes = styles.map((style) => `'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(hashes).toHaveLength(1);
    expect(linkPageHeaders['Content-Security-Policy']).toBe(
      `default-src 'none'; style-src ${hashes[0]}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(page).not.toMatch(/ style=|<script|<link|<img|<form|url\(|@import|https?:|src=/);
  });

  it('says why as text, whatever is in it', () => {
    expect(page).toContain('<p>It was &quot;removed&quot;, &lt;b>&amp; gone&lt;/b>.</p>');
  });

  it('is for readers of all kinds: a language, one heading, light and dark, and any width', () => {
    expect(page).toMatch(/<html lang="en">/);
    expect(page.match(/<h1>/g)).toHaveLength(1);
    expect(page).toContain('width=device-width');
    expect(page).toContain('prefers-color-scheme:dark');
    expect(page).toContain(
      '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" aria-hidden="true">',
    );
  });
});
