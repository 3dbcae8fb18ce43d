import { spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { CHECKOUT } from '../../lab/places.ts';
import { LabError } from '../../lab/problem.ts';
import { run } from '../../lab/run.ts';
import { REFERENCE } from '../bench-lake.ts';
import { exchange, secondsSince } from '../client.ts';
import { ours, startOurs, startReference } from '../contestants.ts';
import { round, type IBench, type IFigure, type IRow } from '../figure.ts';
import { memoryNow } from '../processes.ts';
import type { IServerUnderTest } from '../server-under-test.ts';
import { median } from '../statistics.ts';

const SETTLE_MS = 10_000;
const REQUESTS = 400;
const STARTS = 5;

/** What it costs to have it: memory, start, the way through the bridge, and what is installed and loaded. */
export async function footprintFigures({ lake }: IBench): Promise<IFigure[]> {
  const server = await startOurs(lake);
  const other = await startReference(lake);
  let idle, theirIdle, native, bridged;
  try {
    await wait(SETTLE_MS);
    idle = memoryNow(server.pid);
    theirIdle = memoryNow(other.pid);
    // Both are asked whether the user may: the one answers itself, the other asks Node, which knows the answer.
    native = await typical(server, 'jupyterlab-datalake/api/health');
    bridged = await typical(server, ours('/session'));
  } finally {
    await server.stop();
    await other.stop();
  }
  const starts: number[] = [];
  for (let count = 0; count < STARTS; count++) starts.push(await startNode());
  const node = idle.find(use => use.process.includes('server.mjs'));
  const sum = (use: typeof idle) => use.reduce((total, { megabytes }) => total + megabytes, 0);
  const built = await release();
  const rows: IRow[] = [
    {
      what: 'idle memory of the Node server',
      unit: 'MB',
      ours: node?.megabytes ?? null,
      aim: 'under 80'
    },
    {
      what: '… without the pages of Node itself, which processes share',
      unit: 'MB',
      ours: node?.ownMegabytes ?? null
    },
    {
      what: 'idle memory, Jupyter and all',
      unit: 'MB',
      ours: sum(idle),
      reference: sum(theirIdle)
    },
    { what: 'start of the Node server', unit: 'ms', ours: round((median(starts) ?? 0) * 1000, 0) },
    { what: 'native Jupyter handler (/api/health)', unit: 'ms', ours: round(native) },
    { what: 'route through the bridge (/session)', unit: 'ms', ours: round(bridged) },
    {
      what: 'wheel',
      unit: 'kB',
      ours: built.wheel,
      reference: sizeOfWheel(path.join(REFERENCE, 'wheel'))
    },
    {
      what: 'JavaScript of the browser, gzip -9',
      unit: 'kB',
      ours: built.scripts,
      reference: bundle(path.join(REFERENCE, 'share/jupyter/labextensions/rucio-jupyterlab/static'))
    }
  ];
  return [{ name: 'Footprint', rows, raw: { idle, theirIdle, starts } }];
}

/** The median of many, in milliseconds. */
async function typical(server: IServerUnderTest, route: string): Promise<number | null> {
  const times: number[] = [];
  for (let count = 0; count < REQUESTS; count++) {
    times.push((await exchange(server, { path: route })).seconds * 1000);
  }
  return median(times);
}

/** From the program's start to its word that it listens. */
async function startNode(): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-node-'));
  const began = performance.now();
  const program = path.join(CHECKOUT, 'jupyterlab_datalake/node/server.mjs');
  const node = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise(resolve => node.once('close', resolve));
  const config = { instances: [], stateDir: folder, kernelDir: folder };
  const hello = { socket: path.join(folder, 'socket/s'), secret: 's'.repeat(32), config };
  try {
    mkdirSync(path.join(folder, 'socket'), { mode: 0o700 });
    node.stdin.write(`${JSON.stringify(hello)}\n`);
    for await (const line of createInterface({ input: node.stdout })) {
      if (line.includes('"ready":true')) return secondsSince(began);
    }
    throw new LabError('The Node server did not start.');
  } finally {
    node.stdin.end();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of a build for release of what is committed, beside the checkout: its own build is for development. */
async function release(): Promise<{ wheel: number | null; scripts: number | null }> {
  // Below the checkout its node_modules are found.
  const folder = mkdtempSync(path.join(CHECKOUT, '.lab/release-'));
  const bin = path.join(CHECKOUT, '.venv/bin');
  const environment = { PATH: `${bin}:/usr/bin:/bin`, SKIP_JUPYTER_BUILDER: '1' };
  const archive = path.join(folder, 'source.tar');
  const source = path.join(folder, 'source');
  try {
    await run(['git', 'archive', '--output', archive, 'HEAD'], { cwd: CHECKOUT });
    mkdirSync(source);
    await run(['tar', '-x', '-f', archive, '-C', source]);
    symlinkSync(path.join(CHECKOUT, 'node_modules'), path.join(source, 'node_modules'));
    await run(['npm', 'run', 'build:prod'], { cwd: source, environment });
    const words = ['-m', 'pip', '--quiet', 'wheel', '--no-deps', '--wheel-dir', folder, source];
    await run([path.join(bin, 'python'), ...words], { environment });
    const scripts = bundle(path.join(source, 'jupyterlab_datalake/labextension/static'));
    return { wheel: sizeOfWheel(folder), scripts };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function sizeOfWheel(folder: string): number | null {
  const [wheel] = readdirSync(folder).filter(name => name.endsWith('.whl'));
  return wheel === undefined ? null : round(statSync(path.join(folder, wheel)).size / 1000, 0);
}

function bundle(folder: string): number | null {
  const scripts = readdirSync(folder).filter(name => name.endsWith('.js'));
  const sizes = scripts.map(
    name => gzipSync(readFileSync(path.join(folder, name)), { level: 9 }).length
  );
  return round(sizes.reduce((total, size) => total + size, 0) / 1000, 0);
}
