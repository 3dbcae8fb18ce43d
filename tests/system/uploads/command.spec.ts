import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labEnvironment } from '../lab.js';
import { datalake, type IEnd } from './datalake.js';
import { digestOf, leftovers, storedDigest, writeFiles } from './lake-files.js';

const RSE = 'SITEA_USERDISK';
/** Each run has names of its own on a lake that stays. */
const RUN = `run${Date.now()}`;

const folder = mkdtempSync(join(tmpdir(), 'datalake-upload-'));
afterAll(() => rmSync(folder, { recursive: true }));
const env: Record<string, NodeJS.ProcessEnv> = {};
beforeAll(() => {
  for (const account of ['alice', 'bob']) {
    env[account] = {
      ...labEnvironment(account),
      // The lab's configuration is alice's.
      JUPYTER_CONFIG_PATH: '',
      // The list of uploads is in Jupyter's data folder.
      JUPYTER_DATA_DIR: join(folder, account, 'data'),
      JUPYTER_RUNTIME_DIR: join(folder, account, 'runtime')
    };
  }
}, 600_000);

const alice = (...words: string[]): Promise<IEnd> => datalake([...words, '--json'], env.alice);

describe('datalake upload', () => {
  const files = {
    'plot.png': 'not really a plot',
    'tables/run_1.csv': 'a,b\n1,2\n',
    'tables/empty.csv': '',
    ['x'.repeat(180)]: 'a long name'
  };

  it('uploads a folder into a dataset: the store has the bytes, the catalogue the DIDs', async () => {
    writeFiles(join(folder, 'results'), files);
    const cart = { did: 'user.alice:raw', type: 'DATASET', variableName: 'raw', version: 1 };
    const item = { ...cart, instance: 'default', addedAt: '2026-01-01T00:00:00Z' };
    const metadata = { kernelspec: { name: 'python3' }, 'datalake:default/raw': item };
    const notebook = join(folder, 'plots.ipynb');
    writeFileSync(notebook, JSON.stringify({ metadata, cells: [] }));
    const prefix = `${RUN}/results/`;
    const dataset = `user.alice:${RUN}.results`;
    const { status, error, rows } = await datalake(
      [
        ...['upload', '-s', 'user.alice', '-p', prefix, '--rse', RSE, '--dataset', dataset],
        ...['--meta', 'energy=13', '-t', '30', '--json', join(folder, 'results')]
      ],
      // As in a cell of it.
      { ...env.alice, JPY_SESSION_NAME: notebook }
    );
    expect({ status, error }).toEqual({ status: 0, error: '' });
    expect(rows).toEqual([
      expect.objectContaining({
        state: 'done',
        rse: RSE,
        files: { total: 4, done: 4, skipped: 0, failed: 0 }
      })
    ]);
    for (const name of Object.keys(files)) {
      const here = digestOf(join(folder, 'results', name));
      expect(storedDigest(RSE, `user.alice:${prefix}${name}`)).toBe(here);
    }
    const content = await alice('ls', dataset);
    expect(content.rows.map(({ name }) => name).sort()).toEqual(
      Object.keys(files)
        .map(name => prefix + name)
        .sort()
    );
    const info = JSON.stringify((await alice('info', dataset)).rows);
    expect(info).toMatch(/energy/);
    expect(info).toMatch(/datalake_client/);
    expect(info).toMatch(/datalake_inputs\W+user\.alice:raw\b/);
    expect(info).toMatch(/datalake_kernel\W+python3\b/);
    expect(info).toContain(notebook);
  });

  it('what is wrong is told file by file, before anything of it is sent, and stops nothing else', async () => {
    const bad = join(folder, 'bad');
    writeFiles(bad, { 'good.txt': 'good', 'two words.txt': 'x', 'Étude.txt': 'x', '.hidden': 'x' });
    writeFiles(bad, { [`${'n'.repeat(245)}`]: 'x', '-dash': 'x' });
    symlinkSync('/etc/hostname', join(bad, 'out'));
    const words = ['-s', 'user.alice', '--rse', RSE];
    const dry = await alice('upload', '--dry-run', ...words, '-p', `${RUN}/`, bad);
    expect(dry.status).toBe(9);
    expect(Object.fromEntries(dry.rows.map(({ path, fate }) => [path, fate]))).toEqual({
      [join(bad, 'good.txt')]: 'new',
      [join(bad, 'two words.txt')]: 'refused',
      [join(bad, 'Étude.txt')]: 'refused',
      [join(bad, '.hidden')]: 'left-out',
      [join(bad, 'n'.repeat(245))]: 'refused',
      [join(bad, '-dash')]: 'new',
      [join(bad, 'out')]: 'refused'
    });
    const { status, error, rows } = await alice('upload', ...words, '-p', `${RUN}/`, bad);
    expect(status).toBe(9);
    expect(rows).toEqual([
      expect.objectContaining({ files: { total: 6, done: 2, skipped: 0, failed: 4 } })
    ]);
    expect(error).toMatch(/two words\.txt: Rucio does not take this name/);
    expect(error).toMatch(/out is a link out of/);
    expect(storedDigest(RSE, `user.alice:${RUN}/good.txt`)).toBe(digestOf(join(bad, 'good.txt')));
  });

  it('what is there already is said; other content under a name that is there is refused, and the lake keeps what it has', async () => {
    const other = join(folder, 'other');
    writeFiles(other, { ...files, 'plot.png': 'NOT REALLY A PLOT' });
    const did = `user.alice:${RUN}/results/plot.png`;
    const before = storedDigest(RSE, did);
    const words = ['-s', 'user.alice', '-p', `${RUN}/results/`, '--rse', RSE, other];
    const { status, error, rows } = await alice('upload', ...words);
    expect(status).toBe(9);
    expect(rows).toEqual([
      expect.objectContaining({ files: { total: 4, done: 0, skipped: 3, failed: 1 } })
    ]);
    expect(error).toMatch(/exists with other content/);
    expect(storedDigest(RSE, did)).toBe(before);
  });

  it.each([
    ['more than the quota', 6, 'user.bob', RSE, /quota/],
    ["another account's scope", 5, 'user.alice', RSE, /scope|policy|account/],
    ['an RSE that is not for users', 5, 'user.bob', 'SITEA_DISK', /takes no upload of yours/]
  ])('%s is told, and nothing is left at the store', async (_, expected, scope, rse, words) => {
    const big = join(folder, 'big.bin');
    writeFileSync(big, Buffer.alloc(rse === RSE && scope === 'user.bob' ? 2_000_000 : 10));
    const line = ['upload', '-s', scope, '-p', `${RUN}/`, '--rse', rse, big];
    const { status, error } = await datalake(line, env.bob);
    expect({ status, told: words.test(error) }).toEqual({ status: expected, told: true });
    expect(storedDigest(rse, `${scope}:${RUN}/big.bin`)).toBeNull();
  });

  it('in the background, with its list, its log and its removal from the list', async () => {
    writeFiles(join(folder, 'later'), { 'a.txt': 'a', 'b.txt': 'b' });
    const line = ['-s', 'user.alice', '-p', `${RUN}/later/`, '--rse', RSE, '--detach'];
    const { status, rows } = await alice('upload', ...line, join(folder, 'later'));
    expect(status).toBe(0);
    const id = String(rows[0].id);
    // Until nothing is left to do, whoever does it.
    expect((await alice('uploads', 'run')).status).toBe(0);
    const [job] = (await alice('uploads')).rows;
    expect(job).toMatchObject({ id, state: 'done', files: { done: 2 } });
    expect(storedDigest(RSE, `user.alice:${RUN}/later/b.txt`)).toBe(
      digestOf(join(folder, 'later/b.txt'))
    );
    expect((await alice('uploads', 'log', id)).out).toMatch(/2 files are in the catalogue/);
    expect((await alice('uploads', 'remove', id)).status).toBe(0);
    expect((await alice('uploads', 'show', id)).status).toBe(7);
    expect(leftovers(RSE, 'user.alice').filter(name => name.includes(RUN))).toEqual([]);
  });
});
