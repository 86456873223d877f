/** Of the panel alone: `!important` where a page's own rules would reach the host. */
export const style = `
:host {
  all: initial !important;
  position: fixed !important;
  inset: auto 16px 16px auto !important;
  z-index: 2147483647 !important;
  display: block !important;
  box-sizing: border-box !important;
  width: 408px !important;
  max-width: calc(100vw - 32px) !important;
  margin: 0 !important;
  padding: 0 !important;
  border: 0 !important;
  background: none !important;
  overflow: visible !important;
  color-scheme: light dark !important;
}
[role='dialog'] {
  --ink: #10222b;
  --soft: #52646d;
  --line: #dde4e6;
  --ground: #f3f6f7;
  --card: #fff;
  --head: #0d303c;
  --water: #0b6e83;
  --water-tint: #e2f1f4;
  --yellow: #f4bf2f;
  --canary: #6f4b00;
  --canary-tint: #fff1c9;
  --preview: #5a2f91;
  --preview-tint: #f0e8fb;
  --fallback: #a3261d;
  --fallback-tint: #fdebe8;
  --track: #dfe6e8;
  --chosen: #fff;
  --shadow: 0 0 0 1px rgb(13 48 60 / 10%), 0 4px 12px rgb(13 48 60 / 10%), 0 20px 56px rgb(13 48 60 / 24%);
}
@media (prefers-color-scheme: dark) {
  [role='dialog'] {
    --ink: #e6edef;
    --soft: #9eb0b8;
    --line: #263840;
    --ground: #0d161a;
    --card: #142127;
    --head: #0a2731;
    --water: #6ccbdd;
    --water-tint: #12343d;
    --canary: #f8d468;
    --canary-tint: #3a2f0e;
    --preview: #cdb0f5;
    --preview-tint: #2f2145;
    --fallback: #ffa197;
    --fallback-tint: #3f201d;
    --track: #2a3c44;
    --chosen: #23373f;
    --shadow: 0 0 0 1px rgb(255 255 255 / 9%), 0 20px 56px rgb(0 0 0 / 60%);
  }
}
* { box-sizing: border-box; margin: 0; padding: 0; }
[hidden] { display: none !important; }
[role='dialog'] {
  display: flex;
  flex-direction: column;
  max-height: min(780px, calc(100vh - 32px));
  max-height: min(780px, calc(100dvh - 32px));
  border-radius: 16px;
  background: var(--ground);
  box-shadow: var(--shadow);
  color: var(--ink);
  font: 14px/1.45 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif;
  text-align: left;
  overflow: clip;
  outline: none;
}
code { font: 0.93em ui-monospace, 'SF Mono', Menlo, Consolas, monospace; overflow-wrap: anywhere; }
button { border: 0; border-radius: 8px; background: none; color: inherit; font: inherit; cursor: pointer; }
button:focus-visible, .body:focus-visible { outline: 2px solid var(--water); outline-offset: 2px; }

header {
  display: flex;
  flex: none;
  align-items: center;
  gap: 12px;
  padding: 14px 12px 14px 16px;
  background: var(--head);
  color: #f2f8f9;
}
header > div { flex: 1; min-width: 0; }
header button:focus-visible { outline-color: var(--yellow); }
h2 { font-size: 15px; font-weight: 650; letter-spacing: -0.01em; line-height: 1.25; }
header p { color: #b5d3da; font-size: 13px; }
svg.gate { flex: none; width: 34px; height: 34px; }
.gate path { fill: none; stroke: #dcebee; stroke-width: 2.2; stroke-linecap: round; stroke-linejoin: round; }
.gate .leaf { fill: var(--yellow); stroke: none; }
.gate .water { stroke: #5cc6da; }
.close { display: grid; flex: none; place-items: center; width: 36px; height: 36px; border-radius: 10px; }
.close:hover { background: rgb(255 255 255 / 12%); }
.close svg { width: 16px; stroke: currentcolor; stroke-width: 1.8; stroke-linecap: round; }

.body { flex: 1; min-height: 0; padding: 12px; overflow-y: auto; overscroll-behavior: contain; }
.body:focus-visible { outline-offset: -3px; border-radius: 6px; }
.visitor { padding: 0 4px 10px; color: var(--soft); font-size: 13px; }
.visitor p { display: flex; align-items: baseline; gap: 6px; min-height: 28px; }
.visitor code { min-width: 0; overflow: hidden; color: var(--ink); text-overflow: ellipsis; white-space: nowrap; }
.visitor button { flex: none; margin-left: auto; padding: 3px 8px; color: var(--water); font-weight: 600; }
.visitor button:hover { background: var(--water-tint); }

ul { display: grid; gap: 10px; list-style: none; }
.app {
  position: relative;
  padding: 12px 14px;
  border: 1px solid var(--line);
  border-radius: 12px;
  background: var(--card);
}
h3 { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 8px; font-size: 15px; font-weight: 650; }
.version { font-weight: 500; color: var(--soft); }
.badge {
  margin-left: auto;
  padding: 2px 9px;
  border-radius: 99px;
  background: var(--ground);
  color: var(--soft);
  font-size: 12px;
  font-weight: 600;
}
[data-kind='canary'] { border-color: color-mix(in srgb, var(--yellow) 75%, var(--line)); }
[data-kind='preview'] { border-color: color-mix(in srgb, var(--preview) 45%, var(--line)); }
[data-kind='fallback'] { border-color: color-mix(in srgb, var(--fallback) 45%, var(--line)); }
[data-kind='canary'] .badge { background: var(--canary-tint); color: var(--canary); }
[data-kind='preview'] .badge { background: var(--preview-tint); color: var(--preview); }
[data-kind='fallback'] .badge { background: var(--fallback-tint); color: var(--fallback); }
.why::first-letter, .failure::first-letter { text-transform: uppercase; }
.why { margin-top: 2px; }
.why small { color: var(--soft); font-size: 13px; }
.failure { margin-top: 8px; padding: 8px 10px; border-radius: 8px; background: var(--fallback-tint); font-size: 13px; }
.failure code { display: block; margin-top: 2px; color: var(--fallback); font-size: 12px; }
.news { margin-top: 8px; color: var(--soft); font-size: 13px; }

svg.ruler { display: block; width: 100%; height: 18px; margin-top: 6px; overflow: visible; }
.ruler .all { fill: var(--track); }
.ruler .share { fill: var(--yellow); }
.ruler .tick { stroke: var(--card); stroke-width: 1; }
.ruler .mark { stroke: var(--ink); stroke-width: 3; stroke-linecap: round; }

dl { display: flex; flex-wrap: wrap; gap: 6px 16px; margin-top: 8px; font-size: 13px; font-variant-numeric: tabular-nums; }
dt { color: var(--soft); font-size: 11.5px; }

fieldset {
  display: grid;
  grid-template-columns: repeat(3, 1fr);
  margin-top: 12px;
  padding: 3px;
  border: 0;
  border-radius: 10px;
  background: var(--ground);
}
legend { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
label { display: grid; position: relative; cursor: pointer; }
label input { position: absolute; inset: 0; opacity: 0; cursor: pointer; }
label span {
  display: grid;
  place-content: center;
  min-height: 40px;
  padding: 3px 4px;
  border-radius: 8px;
  color: var(--soft);
  font-size: 13px;
  font-weight: 550;
  line-height: 1.2;
  text-align: center;
}
label small { font: 11px ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
label:hover span { color: var(--ink); }
input:checked + span { background: var(--chosen); box-shadow: 0 0 0 1px var(--line), 0 1px 3px rgb(0 0 0 / 14%); color: var(--ink); }
input[value='canary']:checked + span { background: var(--yellow); color: #2b1e00; }
input:focus-visible + span { outline: 2px solid var(--water); outline-offset: 1px; }

footer { flex: none; padding: 10px 16px 14px; border-top: 1px solid var(--line); background: var(--card); }
footer p { color: var(--soft); font-size: 12.5px; }
footer div { display: flex; flex-wrap: wrap; gap: 8px; }
footer button { margin-top: 8px; padding: 8px 14px; border: 1px solid var(--line); font-weight: 600; }
footer button:hover { border-color: var(--water); }
footer .apply { flex: 1; border-color: transparent; background: var(--water); color: var(--card); }
footer .apply:hover { filter: brightness(1.08); }

@media (max-width: 520px) {
  :host { inset: auto 0 0 0 !important; width: 100% !important; max-width: none !important; }
  [role='dialog'] { max-height: 86vh; max-height: 86dvh; border-radius: 18px 18px 0 0; }
}
@media (prefers-reduced-motion: no-preference) {
  [role='dialog'] { animation: rise 0.18s cubic-bezier(0.2, 0.8, 0.2, 1); }
  @keyframes rise { from { opacity: 0; translate: 0 12px; } }
}
@media (forced-colors: active) {
  [role='dialog'], .badge, .failure, footer button { border: 1px solid; }
  input:checked + span { border: 2px solid Highlight; }
}
`;
