// Part of what opens links: see grant-link.ts.

/** With the page below: it is for nobody else, and loads nothing. */
export const linkPageHeaders: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
};

/** For who has a link that grants nothing. */
export function linkPage(why: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>This link opens nothing</title>
<h1>This link opens nothing</h1>
<p>${escaped(why)}
<p><a href="/">Go to the start page</a>, which shows what everybody gets.
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
}
