import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { PythonKernelSource } from '../../adapters/state/kernel-source.js';
import { PythonInjector, pythonValue } from '../core/python-injector.js';

const PYTHON = process.env.PYTHON ?? join(process.cwd(), '.venv/bin/python');
const KERNEL = join(process.cwd(), 'jupyterlab_datalake/kernel');

/** Runs a Python program from a file; what it prints. */
function run(program: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'datalake-'));
  try {
    const file = join(folder, 'program.py');
    writeFileSync(file, program);
    return execFileSync(PYTHON, ['-I', file], { encoding: 'utf8', maxBuffer: 1e8 });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** As Python writes it. */
function asciiJson(value: unknown): string {
  const escape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(/[^ -~]/g, escape);
}

// Any UTF-16 text, lone surrogates too; and what ends literals, lines and f-strings.
const AnyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc
    .array(fc.constantFrom("'", '"', "'''", '\\', '\n', '\r', '\u2028', '{', '}', '%s', '\0', '#'))
    .map(parts => parts.join('')),
  fc.constantFrom('\ud800', '\udc00\ud800', '\\', "\\'", "\\\\'", '\\u0027', "'); boom(", '🌊')
);

describe('a JSON value as Python source', () => {
  it('is one line of printable ASCII that evaluates to that very value, whatever is in it', () => {
    const values = fc.sample(
      fc.oneof(AnyText, fc.array(AnyText), fc.dictionary(AnyText, AnyText)),
      {
        numRuns: 1500,
        seed: 20261121
      }
    );
    for (const value of values) {
      expect(pythonValue(value)).toMatch(/^[ -~]+$/);
    }
    // Compared as text: JSON.parse of V8 13.6 takes the key "\\u2028" for "\\" after certain others.
    const program = [
      'import json',
      `for value in [${values.map(pythonValue).join(',\n')}]:`,
      '    print(json.dumps(value, separators=(",", ":")))'
    ].join('\n');
    const answers = run(program).trimEnd().split('\n');
    const wrong = values.filter((value, index) => asciiJson(value) !== answers[index]);
    expect([answers.length, wrong]).toEqual([values.length, []]);
  });
});

describe('the code that sets variables', () => {
  const injector = new PythonInjector(new PythonKernelSource(KERNEL));

  it('sets them in the namespace where it runs and leaves nothing else there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'datalake-'));
    const stateFile = join(folder, `it's "a" state\u2028\n.json`);
    const filesFile = join(folder, 'files.ndjson');
    writeFileSync(filesFile, `${JSON.stringify(['/m/x', 'root://x', 's:x', 1, null, true])}\n`);
    const state = { version: 1, did: 's:x', type: 'FILE', ready: true, filesFile };
    writeFileSync(stateFile, JSON.stringify(state));
    const { code, reportExpression } = await injector.code([
      { variableName: 'x', did: 's:x', type: 'FILE', stateFile },
      { variableName: 'y', did: 's:y', type: 'DATASET', stateFile: '/nowhere' }
    ]);
    expect(code).not.toContain('\n');
    const answer: unknown = JSON.parse(
      run(`
before = set(globals()) | {"before"}
${code}
names = sorted(set(globals()) - before)
import json
print(json.dumps([names, [x, x.pfn], repr(y), json.loads(bytes.fromhex(${reportExpression}))]))`)
    );
    rmSync(folder, { recursive: true });
    expect(answer).toEqual([
      ['x', 'y'],
      ['/m/x', 'root://x'],
      '<s:y: its state cannot be read here. Run the command "Set the variables again" in JupyterLab.>',
      [
        { variableName: 'x', outcome: 'set', ready: true },
        { variableName: 'y', outcome: 'set', ready: false }
      ]
    ]);
  });

  it('carries all modules of the package, in an order in which each finds those it imports', async () => {
    const { modules } = await new PythonKernelSource(KERNEL).read();
    const seen = new Set<string>();
    for (const [name, text] of modules) {
      for (const [, imported] of text.matchAll(/^from \.(\w+) import/gm)) {
        expect(seen).toContain(imported);
      }
      seen.add(name);
    }
    expect([...seen].every(name => readFileSync(join(KERNEL, `${name}.py`)))).toBe(true);
  });

  it('says in a sentence that the package is not whole', async () => {
    await expect(new PythonKernelSource('/nowhere').read()).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining('installed whole') as string
    });
  });
});
