/**
 * The drills, whole: fifty kills, half an hour of idling, and the suites of faults. Each runs short in
 * `make test`, but for Binder's scripts, which set everything up once more. Prints a table and adds the
 * run to bench/results/drill-<date>.json.
 * `node tools/drill.ts [--kills 50] [--seconds 1800] [--only kills,soak]`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { circumstances } from '../bench/report.ts';

interface IDrill {
  name: string;
  /** Run by a shell in the project's folder. */
  command: string;
  env?: Record<string, string>;
}

interface IResult {
  drill: string;
  passed: boolean;
  seconds: number;
  figures: unknown[];
}

const ROOT = join(import.meta.dirname, '..');
const FIGURES = join(ROOT, 'build/drill/figures.ndjson');
const PYTEST = '.venv/bin/python -m pytest -q -p no:cacheprovider';
const SYSTEM = 'npx jest --ci --selectProjects system --runInBand';
const STORIES =
  'node lab/demo/main.ts --fresh --dir .lab/story --port-base 18600 --port 8890 --policy generic' +
  " --run 'npx --prefix ui-tests playwright test -c ui-tests --reporter=list away windows'";

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '1800' },
    only: { type: 'string' }
  }
});

const DRILLS: readonly IDrill[] = [
  {
    name: 'kills',
    command: `${PYTEST} tests/bridge/test_kills.py`,
    env: { DATALAKE_KILLS: values.kills }
  },
  {
    name: 'uploads',
    command: `${SYSTEM} tests/system/uploads/killed.spec.ts`,
    env: { DATALAKE_KILLS: values.kills }
  },
  {
    name: 'deaths',
    command: `${PYTEST} tests/bridge/test_death.py tests/bridge/test_out_of_memory.py`
  },
  {
    name: 'windows',
    command: `${PYTEST} tests/bridge/test_hundred_windows.py tests/bridge/test_memory.py`
  },
  { name: 'faults', command: `${SYSTEM} --testPathIgnorePatterns soak -- tests/system/faults` },
  { name: 'binder', command: `${PYTEST} tests/package/test_binder.py` },
  { name: 'away', command: STORIES, env: { DATALAKE_DRILL: 'whole' } },
  {
    name: 'soak',
    command: `${SYSTEM} tests/system/faults/soak.spec.ts`,
    env: { DATALAKE_SOAK_SECONDS: values.seconds }
  }
];

/** Whether the command of the lab succeeded for the lake that the suites share. */
function lab(command: 'status' | 'down'): boolean {
  return (
    spawnSync(process.execPath, ['lab/main.ts', command], { cwd: ROOT, stdio: 'ignore' }).status ===
    0
  );
}

function run({ name, command, env }: IDrill): IResult {
  console.log(`\n== ${name} ==`);
  rmSync(FIGURES, { force: true });
  const started = performance.now();
  const { status } = spawnSync('bash', ['-c', command], {
    cwd: ROOT,
    env: { ...process.env, ...env, DATALAKE_DRILL_FIGURES: FIGURES },
    stdio: ['ignore', 'inherit', 'inherit']
  });
  const lines = existsSync(FIGURES) ? readFileSync(FIGURES, 'utf8').trimEnd().split('\n') : [];
  return {
    drill: name,
    passed: status === 0,
    seconds: Math.round((performance.now() - started) / 1000),
    figures: lines.map(line => JSON.parse(line) as unknown)
  };
}

function table(results: readonly IResult[]): string {
  const rows = results.map(({ drill, passed, seconds, figures }) => {
    const told = figures.map(figure => flat(figure)).join('; ');
    return `| ${drill} | ${passed ? 'passed' : 'FAILED'} | ${seconds} s | ${told} |`;
  });
  return ['| drill | | took | figures |', '| --- | --- | --: | --- |', ...rows].join('\n');
}

/** `start.node.megabytes 92, ...` of figures in figures. */
function flat(figure: unknown, name = ''): string {
  if (typeof figure !== 'object' || figure === null || Array.isArray(figure)) {
    return `${name} ${Array.isArray(figure) ? figure.join(' and ') : String(figure)}`;
  }
  return Object.entries(figure)
    .filter(([key]) => key !== 'drill')
    .map(([key, value]) => flat(value, name === '' ? key : `${name}.${key}`))
    .join(', ');
}

/** Adds this run to results/drill-<date>.json; answers its path in the checkout. */
function write(results: readonly IResult[]): string {
  const name = `bench/results/drill-${new Date().toISOString().slice(0, 10)}.json`;
  const file = join(ROOT, name);
  const command = `node tools/drill.ts ${process.argv.slice(2).join(' ')}`.trim();
  const { runs } = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { runs: unknown[] })
    : { runs: [] };
  runs.push({ ...circumstances(command), results });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ runs }, undefined, 1) + '\n');
  return name;
}

const chosen = values.only?.split(',');
const unknown = chosen?.filter(name => !DRILLS.some(drill => drill.name === name)) ?? [];
if (unknown.length > 0) {
  console.error(
    `No such drill: ${unknown.join(', ')}. There are: ${DRILLS.map(({ name }) => name).join(', ')}.`
  );
  process.exit(2);
}
mkdirSync(dirname(FIGURES), { recursive: true });
const ran = lab('status');
const results = DRILLS.filter(({ name }) => chosen?.includes(name) ?? true).map(run);
if (!ran) {
  lab('down');
}
console.log(`\n${table(results)}\n\nWritten to ${write(results)}`);
process.exit(results.every(({ passed }) => passed) ? 0 : 1);
