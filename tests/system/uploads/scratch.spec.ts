import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { labEnvironment, labScratch } from '../lab.js';
import { datalake } from './datalake.js';
import { digestOf, storedDigest, writeFiles } from './lake-files.js';

const DESTINATION = 'MYSITE_USERDISK';
const RUN = `scratch${Date.now()}`;

const state = mkdtempSync(join(tmpdir(), 'datalake-scratch-'));
let env: NodeJS.ProcessEnv;
let scratch: ReturnType<typeof labScratch>;
let folder: string;
beforeAll(() => {
  scratch = labScratch();
  folder = join(scratch.path, RUN);
  const settings = { account: 'alice', state_dir: state, scratch: [scratch] };
  mkdirSync(join(state, 'config'));
  const { RUCIO_CONFIG, ...rest } = labEnvironment();
  writeFileSync(
    join(state, 'config', 'jupyter_server_config.json'),
    JSON.stringify({ DataLake: { ...settings, rucio_cfg: RUCIO_CONFIG } })
  );
  env = {
    ...rest,
    RUCIO_CONFIG,
    JUPYTER_CONFIG_PATH: join(state, 'config'),
    JUPYTER_DATA_DIR: state,
    JUPYTER_RUNTIME_DIR: join(state, 'runtime')
  };
}, 600_000);
afterAll(() => {
  rmSync(state, { recursive: true });
  rmSync(folder, { recursive: true, force: true });
});

const alice = (...words: string[]) => datalake([...words, '--json'], env);
const upload = (...words: string[]) =>
  alice('upload', '-s', 'user.alice', '-p', `${RUN}/`, '--rse', DESTINATION, ...words);

it('a file of scratch space is registered where it lies; the lake copies it, and removes it there', async () => {
  writeFiles(folder, { 'a_b.txt': 'one', 'deep/c.txt': 'two' });
  const digests = ['a_b.txt', 'deep/c.txt'].map(name => digestOf(join(folder, name)));
  const { status, error, rows } = await upload(folder);
  expect({ status, error }).toEqual({ status: 0, error: '' });
  expect(rows).toEqual([
    expect.objectContaining({ way: 'scratch', state: 'done', rse: DESTINATION })
  ]);
  expect(
    ['a_b.txt', 'deep/c.txt'].map(name => storedDigest(DESTINATION, `user.alice:${RUN}/${name}`))
  ).toEqual(digests);
  // Rucio's reaper comes by.
  while (existsSync(join(folder, 'a_b.txt')) || existsSync(join(folder, 'deep/c.txt'))) {
    await sleep(200);
  }
});

it('with a delay it stays there', async () => {
  writeFiles(folder, { 'later.txt': 'three' });
  expect((await upload('--delay-deletion', '2', join(folder, 'later.txt'))).status).toBe(0);
  expect(storedDigest(DESTINATION, `user.alice:${RUN}/later.txt`)).toBe(
    digestOf(join(folder, 'later.txt'))
  );
});

it('what is too old is removed, except what an upload needs; a dry run removes nothing', async () => {
  writeFiles(folder, { 'old.txt': 'old', 'new.txt': 'new' });
  const long = Date.now() / 1000 - 10 * 86_400;
  utimesSync(join(folder, 'old.txt'), long, long);
  const [status] = (await alice('scratch')).rows;
  expect(status).toMatchObject({ rse: scratch.rse, problem: null });
  const dry = await alice('scratch', 'clean', '--dry-run');
  expect(dry.rows).toContainEqual(
    expect.objectContaining({ path: join(folder, 'old.txt'), action: 'would-remove' })
  );
  expect(existsSync(join(folder, 'old.txt'))).toBe(true);
  const clean = await alice('scratch', 'clean');
  expect(clean.rows).toContainEqual(
    expect.objectContaining({ path: join(folder, 'old.txt'), action: 'removed' })
  );
  expect(existsSync(join(folder, 'old.txt'))).toBe(false);
  expect(existsSync(join(folder, 'new.txt'))).toBe(true);
});
