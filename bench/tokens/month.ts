import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { CHECKOUT } from '../../lab/places.ts';

const Gaps = z.object({ unexplained: z.number(), explained: z.number() });
const SOURCE = 'import { thirtyDays } from "./src/testing/kept-tokens.js";';

/** The simulation of the unit tests, with each of these seeds, in a process of its own. */
export async function simulateMonths(seeds: readonly number[]): Promise<z.infer<typeof Gaps>[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-month-'));
  try {
    const { outputFiles } = await build({
      stdin: {
        contents: `${SOURCE}
for (const seed of ${JSON.stringify(seeds)}) console.log(JSON.stringify(await thirtyDays(seed)));`,
        resolveDir: CHECKOUT,
        loader: 'ts'
      },
      bundle: true,
      platform: 'node',
      format: 'esm',
      write: false
    });
    const program = path.join(folder, 'month.mjs');
    writeFileSync(program, outputFiles[0]?.contents ?? '');
    const { stdout } = await promisify(execFile)(process.execPath, [program]);
    return stdout
      .trim()
      .split('\n')
      .map(line => Gaps.parse(JSON.parse(line)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
