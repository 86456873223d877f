/** Light and dark by the reader's system, one column on a phone. */
export const reportStyle = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1c2330; --dim: #5b6577; --line: #d9dee7; --card: #f6f8fb;
  --c0: #0b63ce; --c1: #c2410c; --c2: #15803d; --c3: #9333ea; --c4: #7c8494; --c5: #db2777; --c6: #1c2330; }
@media (prefers-color-scheme: dark) { :root { --paper: #12161d; --ink: #e6eaf1; --dim: #9aa5b8; --line: #303846;
  --card: #1a202a; --c0: #6cb0ff; --c1: #fb923c; --c2: #4ade80; --c3: #c894ff; --c4: #8f99ab; --c5: #f472b6; --c6: #f3f4f6; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1000px; padding: 24px 16px 48px; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 4px; } h2 { font-size: 1.1rem; margin: 32px 0 8px; }
p { margin: 4px 0; } .dim { color: var(--dim); }
dl { display: grid; grid-template-columns: 12rem 1fr; margin: 16px 0; border-top: 1px solid var(--line); }
dt, dd { margin: 0; padding: 8px 0; border-bottom: 1px solid var(--line); } dt { font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 6px 8px; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th { color: var(--dim); font-weight: 600; } th:first-child, td:first-child { text-align: left; }
tr.own td { font-weight: 600; background: var(--card); }
.rules { padding-left: 1.2rem; overflow-wrap: anywhere; font-size: .9rem; }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
.chart { width: 100%; }
.u-legend { font-size: .85rem; text-align: left !important; }
.u-legend th, .u-legend td { border: 0; padding: 2px 4px; color: var(--ink); text-align: left; }
@media (max-width: 560px) { dl { grid-template-columns: 1fr; } dt { border-bottom: 0; padding-bottom: 0; }
  dd { padding-top: 0; } th, td { padding: 6px 2px; font-size: .75rem; white-space: normal; } }
`;
