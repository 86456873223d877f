// Part of what opens links: see grant-link.ts.

// Once in the page and once, as its hash, in the policy: what is written here is all that the page may look like.
const style = `
:root{color-scheme:light dark;--back:#f4f2ee;--card:#fff;--text:#1f1d1a;--dim:#5f5a52;--line:#dcd7cd;--mark:#a8431f}
@media(prefers-color-scheme:dark){:root{--back:#161513;--card:#211f1c;--text:#f0ece4;--dim:#b3aca0;--line:#3a3732;--mark:#f0916b}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;background:var(--back);color:var(--text);font:1.0625rem/1.55 system-ui,sans-serif}
main{width:100%;max-width:31rem;padding:2.25rem;background:var(--card);border:1px solid var(--line);border-radius:.75rem}
svg{display:block;width:2.5rem;height:2.5rem;color:var(--mark)}
h1{margin:1.25rem 0 .5rem;font-size:1.5rem;line-height:1.25;letter-spacing:-.01em}
p{margin:0;overflow-wrap:anywhere}
a{display:inline-block;margin:1.75rem 0 .75rem;padding:.625rem 1.125rem;border-radius:.5rem;background:var(--text);color:var(--card);font-weight:600;text-decoration:none}
a:hover{text-decoration:underline}
a:focus-visible{outline:3px solid var(--mark);outline-offset:3px}
small{display:block;font-size:.875rem;color:var(--dim)}
@media(max-width:30rem){body{padding:1rem}main{padding:1.5rem}}
`;

/** With the page below: it is for nobody else, and loads nothing. */
export const linkPageHeaders: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'sha256-Qhlx1hBu6kFd8oeooS5WDk1YElmpWDIbbyBzKIgB2Ko='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
};

/** For who has a link that grants nothing. `why` is ours: of what was sent only names that we signed are in it. */
export function linkPage(why: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>This link opens nothing</title>
<style>${style}</style>
</head>
<body>
<main>
<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" aria-hidden="true"><path d="M16 7.5h2a4.5 4.5 0 0 1 0 9h-2M8 16.5H6a4.5 4.5 0 0 1 0-9h2M13.75 4.5l-3.5 15"/></svg>
<h1>This link opens nothing</h1>
<p>${escaped(why)}</p>
<a href="/">Go to the start page</a>
<small>It shows what everybody gets.</small>
</main>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
}
