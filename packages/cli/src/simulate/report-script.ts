/** Runs in the page: draws each chart in the colours of the scheme, as wide as there is room. */
export const reportScript = `
const curves = JSON.parse(document.getElementById('curves').textContent);
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const drawn = [];
function draw({ id, title, xName, logarithmic, names, rows }) {
  const into = document.getElementById(id);
  const axis = { stroke: colour('--dim'), grid: { stroke: colour('--line'), width: 1 }, ticks: { stroke: colour('--line') } };
  const options = {
    width: into.clientWidth,
    height: 320,
    scales: { x: { time: false, distr: logarithmic ? 3 : 1 }, y: { range: [0, 100] } },
    axes: [{ ...axis, label: xName, labelSize: 24 }, { ...axis, size: 44 }],
    series: [
      { label: xName, value: (_, v) => (v == null ? '–' : v.toLocaleString('en', { maximumFractionDigits: 1 })) },
      ...names.map((label, i) => ({
        label,
        stroke: colour('--c' + (i % 7)),
        width: i === 0 ? 3 : 2,
        dash: i % 2 === 0 ? [] : [6, 3],
        points: { show: false },
        value: (_, v) => (v == null ? '–' : v.toFixed(1) + ' %'),
      })),
    ],
  };
  return new uPlot(options, rows, into);
}
function drawAll() {
  for (const chart of drawn.splice(0)) chart.destroy();
  for (const one of curves) drawn.push(draw(one));
}
drawAll();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
addEventListener('resize', () => {
  for (const chart of drawn) chart.setSize({ width: chart.root.parentElement.clientWidth, height: 320 });
});
`;
