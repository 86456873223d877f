/** What strangers send to leave their place; every edge refuses each. The path is as it stands in the request line. */
export const wrongPaths: readonly string[] = [
  '/mfe1/%2e%2e/sluice-store.json',
  '/mfe1/%2E%2E/sluice-store.json',
  '/mfe1/v1.0.0/..%2f..%2fsluice-store.json',
  '/mfe1/v1.0.0/%2e%2e%2f%2e%2e%2fsluice-store.json',
  '/mfe1/v1.0.0/%252e%252e/sluice-store.json',
  '/mfe1/v1.0.0/..%5c..%5csluice-store.json',
  '/mfe1//app.js',
  '/mfe1/v1.0.0//app.js',
  '/mfe1/v1.0.0/.hidden',
  '/mfe1/.git/config',
  '/mfe1/v1.0.0/app.js%00.html',
  '/mfe1/%00',
  '/mfe1/%7f',
  '/mfe1/%ff%fe',
  '/mfe1/%c0%ae%c0%ae/sluice-store.json',
  '/mfe1/%ed%a0%80',
  '/mfe1/a%0d%0aSet-Cookie:%20evil=1',
  '/mfe1/%0aSet-Cookie:%20evil=1',
  '/%zz',
  '/mfe1/%',
];

/** Apps that every object has, and what lies beside versions: there is nothing, also for who wants a page. */
export const nothingThere: readonly string[] = [
  '/__proto__/app.js',
  '/constructor/app.js',
  '/toString/app.js',
  '/hasOwnProperty/v1.0.0/app.js',
  '/__proto__/v1.0.0/app.js',
  '/__proto__/active-version.json',
  '/sluice-store.json',
  '/mfe9/app.js',
  '/groups/g.json',
  '/platform.json',
  '/mfe1/v1.0.0/',
  '/mfe1/',
];

/** Cookies that nobody believes: the visitor is a new one, and nothing of them goes back. */
export const wrongCookies: readonly string[] = [
  'sluice_id=a"evil',
  'sluice_id=evil%0d%0aSet-Cookie:evil=1',
  'sluice_id=<script>evil</script>',
  `sluice_id=${'evil'.repeat(17)}`,
  'sluice_id="evil evil"',
  'sluice_id=../../evil',
  '__proto__=evil; constructor=evil; toString=evil; sluice_id',
  '=evil; ; ;;=; sluice_id=',
  'sluice_override=__proto__:evil; canary=evil',
  `x=${'evil'.repeat(300)}`,
];
