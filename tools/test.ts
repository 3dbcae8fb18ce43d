/**
 * Runs every suite, one after the other, and says of each how many tests passed and failed and how
 * long it took; ends with one such line for all. A test that was skipped counts as failed: a part
 * was missing. `node tools/test.ts [SUITE ...]` runs only those.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

interface ICount {
  passed: number;
  failed: number;
}

interface ISuite {
  name: string;
  /** Run by a shell in the project's folder; REPORT is where its report belongs. */
  command: string;
  count: (report: string, status: number) => ICount;
}

const ROOT = join(import.meta.dirname, '..');
const BUILD = join(ROOT, 'build', 'test');

/** Jest's --json. */
function jest(report: string): ICount {
  const result = JSON.parse(readFileSync(report, 'utf8')) as {
    numTotalTests: number;
    numPassedTests: number;
    numRuntimeErrorTestSuites: number;
  };
  const { numTotalTests: total, numPassedTests: passed } = result;
  return { passed, failed: total - passed + result.numRuntimeErrorTestSuites };
}

/** JUnit's XML as pytest and node:test write it: the sums stand in the <testsuite> elements. */
function junit(report: string): ICount {
  const suites = [...readFileSync(report, 'utf8').matchAll(/<testsuite\b([^>]*)>/g)];
  const sum = (name: string) =>
    suites.reduce(
      (n, [, attributes]) =>
        n + Number(new RegExp(`\\b${name}="(\\d+)"`).exec(attributes ?? '')?.[1] ?? 0),
      0
    );
  const failed = sum('failures') + sum('errors') + sum('skipped');
  return { passed: sum('tests') - failed, failed };
}

/** Playwright's JSON reporter. */
function playwright(report: string): ICount {
  const { stats } = JSON.parse(readFileSync(report, 'utf8')) as {
    stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  };
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + stats.skipped };
}

/** A check that is one whole. */
function whole(_report: string, status: number): ICount {
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

const JEST = 'npx jest --json --outputFile="$REPORT" --ci';
const PYTEST = '.venv/bin/python -m pytest -q -p no:cacheprovider --junitxml="$REPORT"';
/** A lake of its own for each suite: nothing has been made available in it yet. */
const ON_A_FRESH_LAKE =
  'node lab/demo/main.ts --fresh --dir .lab/story --port-base 18600 --port 8890';
const SIGNED_OUT = `${ON_A_FRESH_LAKE} --profile full --tokens`;
const playwrightOn = (stories: string) =>
  `PLAYWRIGHT_JSON_OUTPUT_NAME="$REPORT" npx --prefix ui-tests playwright test -c ${stories} --reporter=list,json`;

const SUITES: readonly ISuite[] = [
  { name: 'lint', command: 'make --silent --jobs=2 --output-sync lint', count: whole },
  {
    name: 'unit',
    command: `${JEST} --selectProjects node browser --coverage --maxWorkers=100%`,
    count: jest
  },
  { name: 'bridge', command: `${PYTEST} tests/bridge`, count: junit },
  { name: 'kernel', command: `${PYTEST} tests/kernel`, count: junit },
  // Binder's scripts set everything up once more: a drill.
  {
    name: 'package',
    command: `${PYTEST} tests/package --ignore=tests/package/test_binder.py`,
    count: junit
  },
  { name: 'lab', command: `${JEST} --selectProjects lab --runInBand`, count: jest },
  { name: 'system', command: `${JEST} --selectProjects system --runInBand`, count: jest },
  {
    name: 'ports-full',
    command: `PROFILE=full ${JEST} --selectProjects system --runInBand -- tests/system/ports`,
    count: jest
  },
  {
    name: 'stories',
    command: `${ON_A_FRESH_LAKE} --policy generic --upload-bandwidth 4000000 --run '${playwrightOn('ui-tests')}'`,
    count: playwright
  },
  {
    name: 'stories-permissive',
    command: `${ON_A_FRESH_LAKE} --policy permissive --run '${playwrightOn('ui-tests story')}'`,
    count: playwright
  },
  {
    name: 'stories-tokens',
    command: `${SIGNED_OUT} --run '${playwrightOn('ui-tests/tokens.config.ts')}'`,
    count: playwright
  }
];

function run(suite: ISuite, report: string): Promise<number> {
  return new Promise(resolve => {
    const child = spawn('bash', ['-c', suite.command], {
      cwd: ROOT,
      env: { ...process.env, REPORT: report },
      stdio: ['ignore', 'inherit', 'inherit']
    });
    child.on('exit', (status, signal) => resolve(signal === null ? (status ?? 1) : 1));
  });
}

/** A report that is missing or broken is a failure, as is an exit status that the counts do not explain. */
function countOf(suite: ISuite, report: string, status: number): ICount {
  try {
    const count = suite.count(report, status);
    const unexplained = status !== 0 && count.failed === 0;
    const empty = count.passed + count.failed === 0;
    return unexplained || empty ? { ...count, failed: count.failed + 1 } : count;
  } catch (error) {
    console.error(`${suite.name}: no report (${String(error)})`);
    return { passed: 0, failed: 1 };
  }
}

const asked = process.argv.slice(2);
const unknown = asked.filter(name => !SUITES.some(suite => suite.name === name));
if (unknown.length > 0) {
  console.error(
    `No such suite: ${unknown.join(', ')}. There are: ${SUITES.map(suite => suite.name).join(', ')}.`
  );
  process.exit(2);
}

/** Whether the command of the lab succeeded for the lake of this profile. */
function lab(command: 'status' | 'down', profile: string): boolean {
  const words = ['lab/main.ts', command, '--profile', profile];
  return spawnSync(process.execPath, words, { cwd: ROOT, stdio: 'ignore' }).status === 0;
}

// Suites start the lakes that they need; what did not run before is stopped afterwards.
const stopped = ['embedded', 'full'].filter(profile => !lab('status', profile));

rmSync(BUILD, { recursive: true, force: true });
mkdirSync(BUILD, { recursive: true });
const lines: string[] = [];
const total: ICount = { passed: 0, failed: 0 };
for (const suite of SUITES.filter(({ name }) => asked.length === 0 || asked.includes(name))) {
  console.log(`\n== ${suite.name} ==`);
  const report = join(BUILD, `${suite.name}.report`);
  const start = performance.now();
  const status = await run(suite, report);
  const { passed, failed } = countOf(suite, report, status);
  total.passed += passed;
  total.failed += failed;
  const seconds = Math.round((performance.now() - start) / 1000);
  lines.push(`${suite.name}: ${passed} passed, ${failed} failed`.padEnd(44) + `${seconds} s`);
}
stopped.forEach(profile => lab('down', profile));
console.log(`\n${lines.join('\n')}\n`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);
