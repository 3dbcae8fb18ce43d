import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startJupyter, type IJupyter } from '../jupyter.js';
import { labEnvironment } from '../lab.js';
import { serverBelow } from '../server-process.js';
import { datalake } from './datalake.js';
import { digestOf, leftovers, storedDigest, writeFiles } from './lake-files.js';

const RSE = 'SITEA_USERDISK';
const FILES = 200;
const KILLS = Number(process.env.DATALAKE_KILLS ?? 2);
/** So late, at the latest, does a kill come: an upload of them takes about as long. */
const LONGEST_MS = 4000;
const RUN = `killed${Date.now()}`;

interface IJob {
  id: string;
  state: string;
  files: { total: number; done: number; failed: number; skipped: number };
}

const state = mkdtempSync(join(tmpdir(), 'datalake-killed-'));
let env: NodeJS.ProcessEnv;
let jupyter: IJupyter;
beforeAll(async () => {
  env = {
    ...labEnvironment(),
    JUPYTER_CONFIG_PATH: '',
    JUPYTER_DATA_DIR: state,
    JUPYTER_RUNTIME_DIR: join(state, 'runtime')
  };
  const { RUCIO_CONFIG } = env;
  // Slowly enough that each kill finds it at something else.
  const settings = { rucio_cfg: RUCIO_CONFIG, account: 'alice', state_dir: state };
  jupyter = await startJupyter({ ...settings, upload_bandwidth: 2_000_000 }, env);
}, 600_000);
afterAll(async () => {
  await jupyter.stop();
  rmSync(state, { recursive: true });
});

/** null: the server was killed at it, or is being started again. */
async function ask<T>(path: string, body?: object): Promise<T | null> {
  try {
    const answer = await fetch(`${jupyter.url}jupyterlab-datalake/api${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { Authorization: `token ${jupyter.token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    });
    return answer.ok ? ((await answer.json()) as T) : null;
  } catch (error) {
    // Of another realm than Jest's.
    if ((error as Error).name === 'TypeError') {
      return null;
    }
    throw error;
  }
}

async function theJob(): Promise<IJob> {
  for (;;) {
    const found = await ask<{ jobs: IJob[] }>('/uploads');
    if (found !== null) {
      return found.jobs[0];
    }
    await sleep(100);
  }
}

async function ended(): Promise<IJob> {
  for (;;) {
    const job = await theJob();
    if (['done', 'partly', 'failed'].includes(job.state)) {
      return job;
    }
    await sleep(100);
  }
}

/** One upload of so many files, in the middle of which the server is killed. Answers what came of it otherwise than it should. */
async function killedOnce(round: number): Promise<{ killed: boolean; wrong: string[] }> {
  const run = `${RUN}/${round}`;
  const folder = join(jupyter.folder, 'work', run);
  const texts = Object.fromEntries(
    Array.from({ length: FILES }, (_, nr) => [
      `${nr % 7}/file${nr}`,
      `${round} ${nr} `.repeat(2000)
    ])
  );
  writeFiles(folder, texts);
  const dataset = `user.alice:${run}`;
  const plan = { sources: [run], scope: 'user.alice', prefix: `${run}/`, rseExpression: RSE };
  expect(await ask('/uploads/start', { ...plan, dataset })).not.toBeNull();
  await sleep(Math.random() * LONGEST_MS);
  const before = await theJob();
  process.kill(serverBelow(jupyter.pid), 'SIGKILL');
  const { state, files } = await ended();
  const wrong = Object.keys(texts).filter(
    path => storedDigest(RSE, `${dataset}/${path}`) !== digestOf(join(folder, path))
  );
  const { rows } = await datalake(['ls', dataset, '--json'], env);
  const names = new Set(rows.map(({ name }) => name));
  if (state !== 'done' || files.total !== FILES || rows.length !== FILES || names.size !== FILES) {
    wrong.push(`${state}: ${JSON.stringify(files)}, ${names.size} of ${rows.length} in Rucio`);
  }
  return { killed: before.state !== 'done', wrong };
}

it(`${KILLS} kills of the server: no file is lost, doubled or wrong`, async () => {
  let kills = 0;
  for (let round = 0; kills < KILLS; round++) {
    const { killed, wrong } = await killedOnce(round);
    expect(wrong).toEqual([]);
    kills += killed ? 1 : 0;
  }
  expect(leftovers(RSE, 'user.alice').filter(name => name.includes(RUN))).toEqual([]);
  if (process.env.DATALAKE_DRILL_FIGURES !== undefined) {
    const figures = { drill: 'uploads', kills, filesEach: FILES, lostDoubledOrWrong: 0 };
    appendFileSync(process.env.DATALAKE_DRILL_FIGURES, `${JSON.stringify(figures)}\n`);
  }
}, 3_600_000);
