import { chmodSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { clientError } from '../client-errors.js';
import { PythonDriver } from '../python-driver.js';
import { RucioClientStore } from '../rucio-client.js';
import { childEnvironment, XrootdStore } from '../xrootd.js';

const { signal } = new AbortController();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clients-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Stands for a Python: answers what the script says to each order; `-c` asks whether there is a module. */
function python(answers: string, has = true): string {
  const path = join(folder, `python${has}`);
  writeFileSync(
    path,
    `#!${process.execPath}
if (process.argv.includes('-c')) process.exit(${has ? 0 : 1});
require('node:readline').createInterface({ input: process.stdin }).on('line', line => {
  const word = JSON.parse(line);
  const say = answer => console.log(JSON.stringify({ id: word.id, ...answer }));
  if (word.order) { ${answers} }
}).on('close', () => process.exit());
`
  );
  chmodSync(path, 0o755);
  return path;
}

const at = { rse: 'X', scheme: 'root', pfn: 'root://store:1094//lake/f' };
const stores: { dispose(): Promise<void> }[] = [];
afterEach(() => Promise.all(stores.splice(0).map(store => store.dispose())));

function xrootd(pythons: string[], tokenFile: string | null = null): XrootdStore {
  const store = new XrootdStore({
    ...{ pythons, program: 'driver.py', env: {} },
    tokenFile: async () => Promise.resolve(tokenFile)
  });
  stores.push(store);
  return store;
}

it('a process of a client that nothing is asked of is ended, and not while it is at work', async () => {
  const program = {
    python: python(`setTimeout(() => say({ done: process.pid }), 300)`),
    program: 'x',
    env: {}
  };
  let gone = 0;
  const driver = new PythonDriver(program, () => gone++, 100);
  const pid = await driver.ask<number>({ do: 'remove' }, null, signal);
  expect(gone).toBe(0);
  while (gone === 0) await setTimeout(10);
  const lives = () => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  while (lives()) await setTimeout(10);
});

describe("XRootD's client for Python", () => {
  it('is looked for in one Python after the other', async () => {
    const without = python('', false);
    expect(await xrootd([without]).unusable('root')).toContain('jupyterlab-datalake[xrootd]');
    expect(await xrootd([without, python('')]).unusable('root')).toBeNull();
    await expect(xrootd([]).look(at, 1, signal)).rejects.toMatchObject({ code: 'no-way-to-store' });
  });

  it('is told where to look, with two slashes, and heard', async () => {
    const store = xrootd([
      python(`console.log('noise'); say({ done: { bytes: word.order.url.length, adler32: null } })`)
    ]);
    expect(await store.look(at, 1, signal)).toEqual({
      bytes: 'root://store:1094//lake/f'.length,
      adler32: null
    });
  });

  it.each([
    [`{ kind: 'gone' }`, 'source-changed'],
    [`{ kind: 'changed' }`, 'source-changed'],
    [`{ kind: 'unreadable', text: 'EIO' }`, 'source-unreadable'],
    [`{ kind: 'store', exit: 54, number: 3009, text: 'full' }`, 'store-full'],
    [
      `{ kind: 'store', exit: 51, number: null, text: '[FATAL] Connection error' }`,
      'store-unreachable'
    ]
  ])('that fails with %s is %s', async (failed, code) => {
    const store = xrootd([python(`say({ failed: ${failed} })`)]);
    await expect(store.remove(at, signal)).rejects.toMatchObject({ code });
  });

  it('that ends has broken off what it did, and is started again', async () => {
    const store = xrootd([
      python(`if (word.order.do === 'look') process.exit(3); say({ done: null })`)
    ]);
    await expect(store.look(at, 1, signal)).rejects.toMatchObject({ code: 'store-failed' });
    await store.remove(at, signal);
  });

  it('signs in anew with a new token, and never sees it in its environment', async () => {
    const token = join(folder, 'token');
    writeFileSync(token, 'first');
    const store = xrootd(
      [
        python(
          `say({ done: { bytes: process.pid, adler32: Object.entries(process.env).join(' ') } })`
        )
      ],
      token
    );
    const first = await store.look(at, 1, signal);
    expect(await store.look(at, 1, signal)).toEqual(first);
    writeFileSync(token, 'second');
    utimesSync(token, 1, 1);
    const second = await store.look(at, 1, signal);
    expect(second?.bytes).not.toBe(first?.bytes);
    expect(second?.adler32).toContain(`BEARER_TOKEN_FILE,${token}`);
    expect(second?.adler32).not.toMatch(/first|second/);
  });
});

describe("Rucio's client", () => {
  function client(answers: string): RucioClientStore {
    const script = join(folder, 'rucio');
    writeFileSync(script, `#!${python(answers)}\n`);
    const store = new RucioClientStore({ program: 'driver.py', env: { PATH: folder } });
    stores.push(store);
    return store;
  }

  it('is found by the Python that runs its command', async () => {
    expect(await client('').unusable('srm')).toBeNull();
    const nowhere = new RucioClientStore({ program: 'driver.py', env: { PATH: '/nowhere' } });
    expect(await nowhere.unusable('srm')).toContain('not installed');
  });

  it('is ended when what it does is not wanted any more', async () => {
    const store = client(`if (word.order.do === 'remove') say({ done: null })`);
    const controller = new AbortController();
    const looking = store.look(at, 1, controller.signal);
    controller.abort();
    await expect(looking).rejects.toMatchObject({ code: 'cancelled' });
    await store.remove(at, signal);
  });

  it('is not asked for names that stores understand differently', async () => {
    await expect(client('').look({ ...at, pfn: `${at.pfn}?x` }, 1, signal)).rejects.toMatchObject({
      code: 'name-refused'
    });
  });
});

it.each([
  [54, 0, '[ERROR] Server responded with an error: [3010] Unable to create /f', 'store-refused'],
  [54, 3016, 'is a directory', 'conflict'],
  [54, 3021, '', 'store-full'],
  [54, 3005, 'Unable to write /f; no space left on device', 'store-full'],
  [54, 3003, 'already opened by 1 writer', 'store-busy'],
  [52, 204, '[FATAL] Auth failed: No protocols left to try', 'store-refused'],
  [51, 0, '[FATAL] Connection error', 'store-unreachable'],
  [0, 0, 'ServiceUnavailable: down', 'store-unreachable'],
  [0, 0, 'RSEAccessDenied: no', 'store-refused'],
  [53, 0, 'oops', 'store-failed']
])('what clients say (%i, %i, %s) is %s', (exit, number, text, code) => {
  expect(clientError(exit, number, text).code).toBe(code);
});

it('a client is given no secret of the environment', () => {
  const given = childEnvironment(
    {
      PATH: '/bin',
      HOME: '/home/a',
      BEARER_TOKEN: 'secret',
      JUPYTERHUB_API_TOKEN: 'secret',
      X509_USER_PROXY: '/tmp/proxy',
      XRD_REQUESTTIMEOUT: '7'
    },
    '/etc/ca.pem'
  );
  expect(JSON.stringify(given)).not.toContain('secret');
  expect(given).toMatchObject({
    X509_USER_PROXY: '/tmp/proxy',
    X509_CERT_FILE: '/etc/ca.pem',
    XRD_REQUESTTIMEOUT: '7',
    XRD_CONNECTIONRETRY: '2'
  });
  expect(childEnvironment({}, folder)).toMatchObject({ X509_CERT_DIR: folder });
});
