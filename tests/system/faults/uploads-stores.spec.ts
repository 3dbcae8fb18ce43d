import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ILake } from '../../../lab/lake.ts';
import type { RucioHttp } from '../../../src/adapters/rucio/http.js';
import { LFN2PFN } from '../../../src/adapters/rucio/lfn2pfn.js';
import { rucioPath } from '../../../src/adapters/rucio/path.js';
import { labLake } from '../lab.js';
import { datalake, type IEnd } from '../uploads/datalake.js';
import { fullLake, terminalWithToken } from '../uploads/full-lake.js';
import { digestOf } from '../uploads/lake-files.js';
import { answering, late, reset } from './faults.js';
import { FaultyProxy } from './faulty-proxy.js';
import { Relay } from './relay.js';
import { SpoilingDoor } from './spoiling-door.js';

const RSE = 'SITEA_USERDISK';
const RUN = `faults${Date.now()}`;
const MB = 1 << 20;
const folder = mkdtempSync(join(tmpdir(), 'datalake-faults-'));
const { signal } = new AbortController();
let lake: ILake;
let env: NodeJS.ProcessEnv;
let rucio: RucioHttp;

beforeAll(async () => {
  lake = fullLake();
  rucio = labLake('root', 'full').instances.get().http;
  // One after the other: which one fills the store is no accident.
  env = await terminalWithToken(lake, folder, { uploads_at_once: 1 });
});
afterAll(() => rmSync(folder, { recursive: true }));

const alice = (...words: string[]): Promise<IEnd> => datalake([...words, '--json'], env);

const storage = () => lake.rses.find(({ name }) => name === RSE)!.folder;
const onDisk = (name: string) => join(storage(), LFN2PFN.hash('user.alice', name));

/** A folder with files of so many random bytes; answers what uploads it below a prefix of its name. */
function results(name: string, files: Readonly<Record<string, number>>) {
  const here = join(folder, name);
  mkdirSync(here);
  for (const [file, bytes] of Object.entries(files)) {
    writeFileSync(join(here, file), randomBytes(bytes));
  }
  const prefix = `${RUN}/${name}/`;
  return {
    words: (scheme: string) => [
      ...['upload', '-s', 'user.alice', '-p', prefix, '--rse', RSE, '--protocol', scheme, here]
    ],
    name: (file: string) => prefix + file,
    /** Both checksums. */
    digests: (file: string) => [digestOf(onDisk(prefix + file)), digestOf(join(here, file))]
  };
}

/** Content of which no two pieces are the same. */
function fillTo(path: string, bytes: number): void {
  const file = openSync(path, 'w');
  const piece = randomBytes(MB);
  for (let done = 0; done < bytes; done += MB) {
    piece.writeUInt32BE(done / MB);
    writeSync(file, piece);
  }
  closeSync(file);
}

/** All of it, on disk and in the catalogue. */
async function expectThere(
  { name, digests }: ReturnType<typeof results>,
  ...files: string[]
): Promise<void> {
  for (const file of files) {
    const [there, here] = digests(file);
    expect([file, there]).toEqual([file, here]);
    const { rows } = await alice('info', `user.alice:${name(file)}`);
    expect(rows[0].replicas).toEqual([expect.objectContaining({ rse: RSE, availableFiles: 1 })]);
  }
}

/** All files there, with their sizes. */
const filesIn = (place: string) =>
  readdirSync(place, { recursive: true, encoding: 'utf8' })
    .map(name => join(place, name))
    .filter(path => statSync(path).isFile());

describe('a store that gets full', () => {
  const place = () => join(storage(), 'user/alice');
  function mounted(size: string): void {
    const { uid, gid } = statSync(storage());
    mkdirSync(place(), { recursive: true });
    // The store's own user makes folders there later.
    [join(place(), '..'), place()].forEach(made => chownSync(made, uid, gid));
    const options = `size=${size},uid=${uid},gid=${gid},mode=700`;
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', place()]);
  }
  afterEach(() => execFileSync('umount', ['--lazy', place()]));

  it.each([
    // XRootD hangs up on who is sending still; who is faster hears why.
    ['davs', /big: The store (?:broke off while it was sent the file; it may be full|is full)/],
    ['root', /big: The store is full/]
  ])(
    'by %s: said so, the rest arrives, nothing of it stays, and it goes on when there is room',
    async (scheme, said) => {
      mounted('2m');
      const { words, name, digests } = results(`full-${scheme}`, { a: 100_000, big: 5 * MB });
      const { status, error, rows } = await alice(...words(scheme));
      expect(status).toBe(9);
      expect(error).toMatch(said);
      expect(rows).toEqual([expect.objectContaining({ state: 'partly' })]);
      expect(filesIn(place())).toEqual([onDisk(name('a'))]);
      expect((await alice('info', `user.alice:${name('big')}`)).status).toBe(7);
      execFileSync('mount', ['-o', 'remount,size=20m', place()]);
      const again = await alice('uploads', 'retry', String(rows[0].id));
      expect(again.status).toBe(0);
      for (const file of ['a', 'big']) {
        const [there, here] = digests(file);
        expect(there).toBe(here);
      }
    }
  );
});

/** On the way to the store: by `https` and by `xroot`. */
describe('a way to the store', () => {
  let door: SpoilingDoor;
  let ways: Readonly<Record<string, Relay>>;
  const path = (scheme: string) => rucioPath`/rses/${RSE}/protocols/${scheme}`;
  const forget = (scheme: string) =>
    rucio.text({ method: 'DELETE', path: path(scheme), signal }).catch(() => '');
  beforeAll(async () => {
    door = await SpoilingDoor.before(lake.ports.siteA, lake.iam!.certificates);
    ways = {
      https: await Relay.before(door.port),
      xroot: await Relay.before(lake.ports.siteA)
    };
    for (const [scheme, { port }] of Object.entries(ways)) {
      await forget(scheme);
      const body = {
        ...{ scheme, hostname: '127.0.0.1', port, impl: 'rucio.rse.protocols.webdav.Default' },
        prefix: scheme === 'xroot' ? `//lake/${RSE}/` : `/lake/${RSE}/`,
        domains: { lan: { write: 2 }, wan: { write: 2 } }
      };
      await rucio.text({ method: 'POST', path: path(scheme), body, signal });
    }
  });
  afterAll(async () => {
    await Promise.all(Object.keys(ways).map(forget));
    await Promise.all(Object.values(ways).map(way => way.down()));
    await door.close();
  });

  it('that spoils the bytes each time: refused, removed at the store, nothing in the catalogue', async () => {
    door.spoils = 3;
    const { words, name } = results('spoilt', { bad: 3 * MB });
    const { status, error } = await alice(...words('https'));
    expect(status).toBe(15);
    expect(error).toMatch(/bad: What arrived at the store is not what was sent/);
    expect(door.spoilt).toBe(3);
    expect(existsSync(onDisk(name('bad')))).toBe(false);
    expect((await alice('info', `user.alice:${name('bad')}`)).status).toBe(7);
  });

  it('that is cut in the middle of a file, and back after it was missed: it goes on by itself', async () => {
    const way = ways.https;
    const uploaded = results('cut-https', { file: 24 * MB });
    const cut = new Promise<void>(resolve => way.after(8 * MB, () => resolve(way.down())));
    let back: Promise<void> | null = null;
    const { status } = await datalake(uploaded.words('https'), env, undefined, error => {
      if (/cannot be reached/.test(error)) {
        back ??= cut.then(() => way.up());
      }
    });
    expect(status).toBe(0);
    expect(back).not.toBeNull();
    await expectThere(uploaded, 'file');
  });

  it("that is cut in the middle of a file, and back at once: XRootD's client goes on by itself", async () => {
    const way = ways.xroot;
    const uploaded = results('cut-xroot', { file: 24 * MB });
    const back = new Promise<void>(resolve =>
      way.after(8 * MB, () => resolve(way.down().then(() => way.up())))
    );
    expect((await alice(...uploaded.words('xroot'))).status).toBe(0);
    await back;
    await expectThere(uploaded, 'file');
  });

  it('by which a large file was on its way when everything was killed: only the rest is sent', async () => {
    const large = 300 * MB;
    const way = ways.xroot;
    const uploaded = results('large', { file: 0 });
    fillTo(join(folder, 'large', 'file'), large);
    const killed = datalake([...uploaded.words('xroot'), '--json'], env, pid =>
      way.after(160 * MB, () => process.kill(-pid, 'SIGKILL'))
    );
    expect((await killed).status).toBeNull();
    way.after(Infinity, () => undefined);
    const { status } = await alice('uploads', 'run');
    expect(status).toBe(0);
    expect(way.sent).toBeLessThan(large - 130 * MB);
    await expectThere(uploaded, 'file');
  });
});

describe('Rucio, once the bytes are at the store,', () => {
  /** Before anything is sent, Rucio is asked once whether its policy would have it: that passes. */
  let proxy: FaultyProxy;
  let there: NodeJS.ProcessEnv;
  beforeAll(async () => {
    proxy = await FaultyProxy.before(lake.rucioUrl);
    const { url } = proxy;
    const settings = { rucio_url: url, auth_url: url };
    there = await terminalWithToken(lake, join(folder, 'behind-proxy'), settings);
  });
  afterEach(() => proxy.heal());
  afterAll(() => proxy.down());

  it('is gone: it is waited for, and nothing is sent again', async () => {
    proxy.fault('POST /replicas', reset).fault('POST /replicas', late(0), 1);
    const uploaded = results('registered-late', { file: MB });
    const written: (bigint | undefined)[] = [];
    const at = () =>
      statSync(onDisk(uploaded.name('file')), { bigint: true, throwIfNoEntry: false })?.mtimeNs;
    const { status } = await datalake(uploaded.words('davs'), there, undefined, error => {
      if (/Rucio at \S+ cannot be reached/.test(error) && written.length === 0) {
        written.push(at());
        proxy.heal();
      }
    });
    expect(status).toBe(0);
    expect(written).toEqual([at()]);
    expect(written[0]).toBeDefined();
    await expectThere(uploaded, 'file');
  });

  it('refuses to register: said so, and the bytes are removed at the store', async () => {
    const words = '{"ExceptionClass": "AccessDenied", "ExceptionMessage": "Account alice can not"}';
    const denied = { 'Content-Type': 'application/json', ExceptionClass: 'AccessDenied' };
    proxy.fault('POST /replicas', answering(401, words, denied), 1);
    proxy.fault('POST /replicas', late(0), 1);
    const { words: line, name } = results('refused', { file: MB });
    const { status, error } = await datalake(line('davs'), there);
    expect([status, error]).toEqual([5, expect.stringMatching(/policy does not/)]);
    expect(existsSync(onDisk(name('file')))).toBe(false);
  });
});
