import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

/** A program that runs by itself, bundled as the built one is; it is gone after the tests of this file. */
export function bundled(entry: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'bundled-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const outfile = join(folder, 'program.mjs');
  execFileSync(join(ROOT, 'node_modules/.bin/esbuild'), [
    join(ROOT, entry),
    ...['--bundle', '--platform=node', '--format=esm', '--target=node24', '--log-level=error'],
    `--tsconfig=${join(ROOT, 'tsconfig/server.json')}`,
    `--outfile=${outfile}`
  ]);
  return outfile;
}
