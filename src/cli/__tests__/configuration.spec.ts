import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfiguration } from '../configuration.js';

const digest = (text: string) => createHash('sha256').update(text).digest('hex');

function stampOf(path: string): { mtimeNs: string; bytes: number; inode: number } {
  const { mtimeNs, size, ino } = statSync(path, { bigint: true });
  return { mtimeNs: String(mtimeNs), bytes: Number(size), inode: Number(ino) };
}

describe('the configuration of the command', () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;
  let rucioCfg: string;

  const document = (stateDir: string, inputs: object = {}) => ({
    format: 1,
    config: { instances: [], stateDir, kernelDir: '/kernel' },
    sources: { state_dir: 'default' },
    inputs: {
      pythonFolder: folder,
      files: { [rucioCfg]: stampOf(rucioCfg), [join(folder, 'absent')]: null },
      environment: { RUCIO_HOME: digest('/rucio'), RUCIO_CONFIG: null },
      process: null,
      ...inputs
    }
  });
  const keep = (content: unknown) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    writeFileSync(join(folder, 'jupyterlab-datalake', 'config.json'), text);
  };
  const from = async () => (await loadConfiguration(env)).config.stateDir;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'datalake-configuration-'));
    mkdirSync(join(folder, 'jupyterlab-datalake'));
    rucioCfg = join(folder, 'rucio.cfg');
    writeFileSync(rucioCfg, '[client]');
    const python = join(folder, 'python');
    writeFileSync(join(folder, 'answer'), JSON.stringify(document('/of-python')));
    writeFileSync(python, `#!/bin/sh\ncat '${join(folder, 'answer')}'\n`);
    chmodSync(python, 0o755);
    env = {
      PATH: process.env.PATH,
      DATALAKE_PYTHON: python,
      JUPYTER_RUNTIME_DIR: folder,
      RUCIO_HOME: '/rucio'
    };
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is the one that was kept while nothing has changed', async () => {
    keep(document('/kept'));
    expect(await from()).toBe('/kept');
  });

  it('is of a living server whose command line counts', async () => {
    const fields = readFileSync('/proc/self/stat', 'latin1').split(') ')[1].split(' ');
    keep(document('/kept', { process: { pid: process.pid, started: fields[19] } }));
    expect(await from()).toBe('/kept');
    keep(document('/kept', { process: { pid: process.pid, started: '1' } }));
    expect(await from()).toBe('/of-python');
    keep(document('/kept', { process: { pid: 2 ** 30, started: '1' } }));
    expect(await from()).toBe('/of-python');
  });

  it.each<[string, () => void]>([
    ['none was kept', () => {}],
    ['it is damaged', () => keep('{"format":1,')],
    ['it is of another format', () => keep({ ...document('/kept'), format: 2 })],
    ['a file has changed', () => (keep(document('/kept')), writeFileSync(rucioCfg, '[client]\n'))],
    ['a file is gone', () => (keep(document('/kept')), rmSync(rucioCfg))],
    ['a file has come', () => (keep(document('/kept')), writeFileSync(join(folder, 'absent'), ''))],
    ['a variable has changed', () => (keep(document('/kept')), (env.RUCIO_HOME = '/other'))],
    ['a variable has come', () => (keep(document('/kept')), (env.RUCIO_CONFIG = ''))],
    ['it is of another Python', () => keep(document('/kept', { pythonFolder: '/other/bin' }))]
  ])('is read anew when %s', async (_, change) => {
    change();
    expect(await from()).toBe('/of-python');
  });

  it.each(['', '{}', 'Traceback'])('is a problem of its own when Python says %j', async answer => {
    writeFileSync(join(folder, 'answer'), answer);
    await expect(from()).rejects.toMatchObject({ code: 'not-configured' });
  });
});
