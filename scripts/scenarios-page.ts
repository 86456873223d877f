import { readFileSync } from 'node:fs';

/** What vitest's JSON reporter writes, as far as it is used here. */
export interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
  }[];
}

type List = Readonly<Record<string, Readonly<Record<string, string>>>>;

const list = JSON.parse(readFileSync(new URL('../test/scenarios/list.json', import.meta.url), 'utf8')) as List;

/** The table of all scenarios, each with the tests that passed in the run, or "open". */
export function scenariosPage(reports: readonly Report[]): {
  readonly text: string;
  readonly shown: number;
  readonly open: readonly string[];
} {
  const tests = testsByScenario(reports);
  const open: string[] = [];
  let shown = 0;
  const parts = Object.entries(list).map(([part, scenarios]) => {
    const rows = Object.entries(scenarios).map(([id, law]) => {
      const files = [...(tests.get(id) ?? [])].toSorted();
      if (files.length === 0) open.push(id);
      else shown += 1;
      return `| ${id} | ${law} | ${files.length === 0 ? '**open**' : files.map((file) => `\`${file}\``).join('<br>')} |`;
    });
    return `## ${part}\n\n| | what must hold | shown by |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
  });
  const head = '# Scenarios\n\nWhat must hold, and the tests that show it. Written from a test run; do not edit.\n';
  return { text: `${head}\n${parts.join('\n')}`, shown, open };
}

/** Files of passed tests by the scenario numbers at the beginning of their titles. */
function testsByScenario(reports: readonly Report[]): ReadonlyMap<string, ReadonlySet<string>> {
  const tests = new Map<string, Set<string>>();
  for (const { name, assertionResults } of reports.flatMap(({ testResults }) => testResults)) {
    for (const { title, status } of assertionResults) {
      if (status !== 'passed') continue;
      for (const id of idsIn(title)) {
        const files = tests.get(id) ?? new Set<string>();
        tests.set(id, files.add(name.replace(/^.*?\/((packages|test|e2e|examples)\/)/, '$1')));
      }
    }
  }
  return tests;
}

function idsIn(title: string): readonly string[] {
  const ids = /^((?:[A-G]\d+[a-z]?[ ,;]+)+)|; ([A-G]\d+[a-z]?) /.exec(`${title} `);
  const first = ids?.[1]?.split(/[ ,;]+/) ?? [];
  const later = [...title.matchAll(/[;,] ([A-G]\d+[a-z]?) /g)].map((match) => match[1] ?? '');
  return [...first, ...later].filter((id) => id !== '');
}
