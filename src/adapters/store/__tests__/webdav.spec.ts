import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { adler32Of } from '../../../testing/adler32.js';
import { makeAuthority, makeServerCertificate } from '../../../testing/certificates.js';
import { DavServer } from '../../../testing/dav-server.js';
import { storePorts } from '../../../testing/suites/stores.js';
import type { ISource } from '../../../upload/core/ports.js';
import { InlineMover } from '../inline-mover.js';
import { WebdavStore } from '../webdav.js';

const TOKEN = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.c2VjcmV0';
const authority = makeAuthority();
const { certificate: cert, key } = makeServerCertificate(authority);
const trusted = getCACertificates('default');
const { signal } = new AbortController();
const options = { md5: false, pace: null, onProgress: () => undefined };
let folder: string;
let server: DavServer;
let redirector: DavServer;
let mover: InlineMover;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'webdav-'));
  setDefaultCACertificates([...trusted, authority.certificate]);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  setDefaultCACertificates(trusted);
});

async function start(): Promise<void> {
  server = await DavServer.start({ cert, key });
  redirector = await DavServer.start({ cert, key });
  mover = new InlineMover();
  redirector.hook = ({ url }, _request, response) => {
    const path = decodeURIComponent(url).replace(/ /g, '%20');
    // As XRootD's does: with the token, and hardly escaped.
    const Location = `https://127.0.0.1:${server.port}${path}?authz=Bearer%20${TOKEN}`;
    response.writeHead(307, { Location: Buffer.from(Location).toString('latin1') }).end();
    return true;
  };
}
async function stop(): Promise<void> {
  await mover.dispose();
  await server.close();
  await redirector.close();
}

const storeOf = (trustedHosts: string[] = [], token: string | null = TOKEN) =>
  new WebdavStore({
    mover,
    trustedHosts: async () => Promise.resolve(trustedHosts),
    token: async () => Promise.resolve(token)
  });
const at = (name: string, { port } = server) => ({
  rse: 'WEB',
  scheme: 'davs',
  pfn: `davs://127.0.0.1:${port}/lake/RSE/${name}`
});
const onDisk = (name: string) => server.files.get(`/lake/RSE/${name}`) ?? null;

function source(content: Uint8Array): ISource {
  const path = join(folder, 'source');
  writeFileSync(path, content);
  const { size, mtimeNs, ino } = statSync(path, { bigint: true });
  return { path, bytes: Number(size), modifiedNs: String(mtimeNs), inode: String(ino) };
}

describe.each(['makes folders itself', 'wants folders to be made'])('a server that %s', what => {
  beforeAll(async () => {
    await start();
    server.wantsFolders = what.startsWith('wants');
  });
  afterAll(stop);
  storePorts(async () => Promise.resolve({ store: storeOf(), at, checksums: true, onDisk }));
});

describe('a server that sends on to another one', () => {
  beforeAll(start);
  afterAll(stop);
  storePorts(async () =>
    Promise.resolve({
      store: storeOf(['127.0.0.1']),
      at: name => at(name, redirector),
      checksums: true,
      onDisk
    })
  );
});

describe('of a server', () => {
  beforeEach(start);
  afterEach(stop);
  const put = (content = randomBytes(100), store = storeOf()) =>
    store.put(source(content), at('f'), options, signal);

  it.each([
    [401, '', 'store-refused'],
    [403, 'Opening path is disallowed', 'store-refused'],
    [413, '', 'store-refused'],
    [414, '', 'name-refused'],
    [412, '', 'checksum-mismatch'],
    [423, '', 'store-busy'],
    [429, '', 'store-busy'],
    [500, 'Unable to create /f; no space left on device', 'store-full'],
    [500, 'Unable to create /f; not a directory', 'conflict'],
    [500, 'oops', 'store-failed'],
    [503, '', 'store-busy'],
    [507, '', 'store-full']
  ])('status %i %s is %s, whatever the size, and nothing is sent', async (status, text, code) => {
    server.hook = (_seen, _request, response) => {
      response.writeHead(status, { 'Retry-After': '7' }).end(text);
      return true;
    };
    for (const bytes of [0, 100, 3_000_000]) {
      await expect(put(randomBytes(bytes))).rejects.toMatchObject({ code, retryAfterSeconds: 7 });
    }
  });

  it('that answers while it is sent to, the answer is heard', async () => {
    server.hook = (_seen, request, response) => {
      response.writeContinue();
      request.once('data', () => response.writeHead(507).end('full'));
      return true;
    };
    await expect(put(randomBytes(8_000_000))).rejects.toMatchObject({ code: 'store-full' });
  });

  it('that breaks off while it is sent to, that is said', async () => {
    server.hook = (_seen, request) => {
      request.socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      request.once('data', () => request.socket.destroy());
      return true;
    };
    await expect(put(randomBytes(8_000_000))).rejects.toMatchObject({ code: 'store-failed' });
  });

  it('that is not there, that is said', async () => {
    const gone = at('f');
    await server.close();
    await expect(storeOf().look(gone, 1, signal)).rejects.toMatchObject({
      code: 'store-unreachable'
    });
    server = await DavServer.start({ cert, key });
  });

  it('whose certificate is not trusted, nothing is sent to', async () => {
    setDefaultCACertificates(trusted);
    try {
      await expect(put()).rejects.toMatchObject({
        code: 'store-unreachable',
        message: expect.stringContaining('c.DataLake.ca_cert') as string
      });
    } finally {
      setDefaultCACertificates([...trusted, authority.certificate]);
    }
    expect(server.seen).toEqual([]);
  });

  it('that has taken a small file, the next one is not asked about first', async () => {
    const store = storeOf();
    await put(randomBytes(100), store);
    await put(randomBytes(100), store);
    await put(randomBytes(3_000_000), store);
    expect(server.seen.map(({ headers }) => headers.expect)).toEqual([
      '100-continue',
      undefined,
      '100-continue'
    ]);
    // One connection, though its 100 says that it will be closed.
    expect(server.seen.map(({ before }) => before)).toEqual([0, 1, 2]);
  });

  it('that has left a silent connection, another one is made', async () => {
    const store = storeOf();
    await put(randomBytes(100), store);
    server.hook = ({ before }, request) => {
      if (before > 0) {
        request.socket.destroy();
      }
      return before > 0;
    };
    const content = randomBytes(200);
    await put(content, store);
    expect(onDisk('f')).toEqual(content);
    const large = randomBytes(3_000_000);
    await put(large, store);
    expect(onDisk('f')?.equals(large)).toBe(true);
    expect((await store.look(at('f'), 1, signal))?.adler32).toBe(adler32Of(large));
  });

  it('no more than two digests are asked for at once', async () => {
    await put();
    const store = storeOf();
    await Promise.all(Array.from({ length: 20 }, () => store.look(at('f'), 100, signal)));
    expect(server.digests.most).toBeLessThanOrEqual(2);
  });

  it('that says no digest, the size is known', async () => {
    server.saysDigest = false;
    await put(Buffer.from('12345'));
    expect(await storeOf().look(at('f'), 5, signal)).toEqual({ bytes: 5, adler32: null });
  });

  it('that has said digests before, is asked again for one that is missing', async () => {
    await put(Buffer.from('12345'));
    const store = storeOf();
    await store.look(at('f'), 5, signal);
    let missing = 1;
    server.hook = (_seen, _request, response) => {
      if (missing-- > 0) {
        response.writeHead(200, { 'Content-Length': 5 }).end();
        return true;
      }
      return false;
    };
    expect(await store.look(at('f'), 5, signal)).toMatchObject({
      adler32: adler32Of(Buffer.from('12345'))
    });
  });

  it('that can compute none, the size is known', async () => {
    await put(Buffer.from('12345'));
    server.hook = ({ headers }, _request, response) => {
      const refuses = headers['want-digest'] !== undefined;
      if (refuses) {
        response.writeHead(500).end();
      }
      return refuses;
    };
    expect(await storeOf().look(at('f'), 5, signal)).toEqual({ bytes: 5, adler32: null });
  });

  it.each([
    ['adler32=1a0b', '00001a0b'],
    ['md5=abc, ADLER32=1A0B045D', '1a0b045d'],
    ['md5=abc', null],
    ['adler32=xyz', null]
  ])('digest %s is read as %s', async (digest, adler32) => {
    server.hook = (_seen, _request, response) => {
      response.writeHead(200, { Digest: digest, 'Content-Length': 5 }).end();
      return true;
    };
    expect(await storeOf().look(at('f'), 5, signal)).toEqual({ bytes: 5, adler32 });
  });

  it('no word of it reaches people with the token', async () => {
    server.hook = ({ headers }, _request, response) => {
      response.writeHead(403).end(`you said ${headers.authorization}`);
      return true;
    };
    const error: unknown = await put().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'store-refused' });
    expect(JSON.stringify(error)).not.toContain('eyJ');
  });
});

describe('where it is sent on', () => {
  beforeEach(start);
  afterEach(stop);
  const put = (store: WebdavStore) => store.put(source(randomBytes(100)), at('f'), options, signal);
  const sendOn = (location: (path: string) => string) => {
    server.hook = ({ url }, _request, response) => {
      response.writeHead(307, { Location: location(url) }).end();
      return true;
    };
  };

  it('a strange host gets neither token nor bytes, and nobody reads the address', async () => {
    sendOn(
      path => `https://localhost:${redirector.port}${path}?authz=Bearer%20${TOKEN}&cap=s3cret`
    );
    const error: unknown = await put(storeOf()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'store-refused' });
    expect(String(error)).toMatch(/sends on to localhost, .*c\.DataLake\.storage_hosts/);
    expect(`${String(error)}${JSON.stringify(error)}`).not.toMatch(/eyJ|s3cret|authz/);
    expect(redirector.seen).toEqual([]);
  });

  it('a host of the list gets the token in a header, and no more of the address than it needs', async () => {
    sendOn(path => `https://localhost:${redirector.port}${path}?authz=Bearer%20${TOKEN}&cap=1`);
    redirector.hook = () => false;
    await put(storeOf(['localhost']));
    expect(redirector.seen).toMatchObject([
      { url: '/lake/RSE/f?cap=1', headers: { authorization: `Bearer ${TOKEN}` } }
    ]);
  });

  it('by http, the door is asked to take the file itself', async () => {
    server.hook = ({ url, headers }, _request, response) => {
      const waits = headers.expect !== undefined;
      if (waits) {
        response.writeHead(307, { Location: `http://127.0.0.1:1${url}` }).end();
      }
      return waits;
    };
    await put(storeOf());
    expect(server.files.size).toBe(1);
    sendOn(path => `http://127.0.0.1:1${path}`);
    await expect(put(storeOf())).rejects.toMatchObject({ code: 'store-refused' });
  });

  it('to another path, nothing is sent', async () => {
    sendOn(() => `https://127.0.0.1:${server.port}/lake/other`);
    await expect(put(storeOf())).rejects.toMatchObject({ code: 'store-failed' });
  });

  it('in a circle, it ends', async () => {
    sendOn(path => `https://127.0.0.1:${server.port}${path}`);
    await expect(put(storeOf())).rejects.toMatchObject({
      code: 'store-failed',
      message: expect.stringContaining('circle') as string
    });
  });
});

it('cannot be used without a token', async () => {
  const missing = storeOf([], null);
  expect(await missing.unusable('davs')).toContain('c.DataLake.token_targets');
  expect(await storeOf().unusable('davs')).toBeNull();
});
