import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { adler32Of } from '../../../testing/adler32.js';
import { bundled } from '../../../testing/bundled.js';
import { makeAuthority, makeServerCertificate } from '../../../testing/certificates.js';
import { DavServer } from '../../../testing/dav-server.js';
import { HandClock } from '../../../testing/hand-clock.js';
import { storePorts } from '../../../testing/suites/stores.js';
import type { ISource } from '../../../upload/core/ports.js';
import { foldersOf, PosixStore } from '../posix.js';
import { ThreadsMover } from '../threads-mover.js';
import { WebdavStore } from '../webdav.js';

const program = bundled('src/adapters/store/worker-main.ts');
const { signal } = new AbortController();
const movers: ThreadsMover[] = [];
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'threads-'));
});
afterAll(async () => {
  await Promise.all(movers.map(mover => mover.dispose()));
  rmSync(folder, { recursive: true });
});

function moverBy(clock = new HandClock()): ThreadsMover {
  const mover = new ThreadsMover({ program, clock, most: 2 });
  movers.push(mover);
  return mover;
}

function source(content: Uint8Array): ISource {
  const path = join(folder, 'source');
  writeFileSync(path, content);
  const { size, mtimeNs, ino } = statSync(path, { bigint: true });
  return { path, bytes: Number(size), modifiedNs: String(mtimeNs), inode: String(ino) };
}

describe('a folder, by threads', () => {
  storePorts(async () => {
    const prefix = `file://localhost:0${folder}/`;
    return Promise.resolve({
      store: new PosixStore(moverBy(), async () => Promise.resolve(foldersOf([prefix]))),
      at: name => ({ rse: 'FOLDER', scheme: 'file', pfn: `${prefix}${name}` }),
      checksums: true,
      onDisk: name => readFileSync(join(folder, name))
    });
  });
});

describe('a server, by threads', () => {
  const authority = makeAuthority();
  const { certificate: cert, key } = makeServerCertificate(authority);
  const trusted = getCACertificates('default');
  let server: DavServer;
  beforeAll(async () => {
    setDefaultCACertificates([...trusted, authority.certificate]);
    server = await DavServer.start({ cert, key });
  });
  afterAll(async () => {
    await server.close();
    setDefaultCACertificates(trusted);
  });

  it('is trusted as it is here, and asked on one connection for small files', async () => {
    const store = new WebdavStore({
      mover: moverBy(),
      trustedHosts: async () => Promise.resolve([]),
      token: async () => Promise.resolve('secret')
    });
    const at = { rse: 'WEB', scheme: 'davs', pfn: `davs://127.0.0.1:${server.port}/lake/f` };
    const options = { md5: false, pace: null, onProgress: () => undefined };
    const large = randomBytes(9 << 20);
    await store.put(source(large), at, options, signal);
    expect(await store.look(at, large.length, signal)).toEqual({
      bytes: large.length,
      adler32: adler32Of(large)
    });
    await store.put(source(Buffer.from('x')), at, options, signal);
    expect(await store.look(at, 1, signal)).toMatchObject({ bytes: 1 });
    expect(server.seen.map(({ before }) => before)).toEqual([0, 0, 1, 2]);
    await expect(
      store.put(source(Buffer.from('x')), { ...at, pfn: `${at.pfn}/g/` }, options, signal)
    ).rejects.toMatchObject({ code: 'name-refused' });
  });
});

it('computes checksums, of as many files at once as may be', async () => {
  const mover = moverBy();
  const content = randomBytes(9 << 20);
  const file = source(content);
  const all = await Promise.all(
    Array.from({ length: 5 }, (_, index) => mover.sums(file, index === 0, signal))
  );
  expect(all.map(({ adler32 }) => adler32)).toEqual(Array(5).fill(adler32Of(content)));
  expect(all.map(({ md5 }) => md5?.length ?? 0)).toEqual([32, 0, 0, 0, 0]);
});

it('begins anew after it was idle', async () => {
  const clock = new HandClock();
  const mover = moverBy(clock);
  const file = source(Buffer.from('x'));
  await mover.sums(file, false, signal);
  await clock.advance(31_000);
  expect((await mover.sums(file, false, signal)).adler32).toBe('00790079');
});

it('says that it was broken off when it is ended meanwhile', async () => {
  const mover = moverBy();
  const place = { kind: 'folder', path: join(folder, 'never'), bound: folder } as const;
  let ended = Promise.resolve();
  const pace = {
    take: () => {
      ended = mover.dispose();
      return new Promise<void>(() => undefined);
    }
  };
  const options = { md5: false, pace, onProgress: () => undefined };
  await expect(mover.put(source(Buffer.from('x')), place, options, signal)).rejects.toMatchObject({
    code: 'store-failed'
  });
  await ended;
});

it('is told what a thread finds, in its words', async () => {
  await expect(
    moverBy().sums({ ...source(Buffer.from('x')), path: '/nowhere' }, false, signal)
  ).rejects.toMatchObject({ code: 'source-changed', detail: 'ENOENT' });
});
