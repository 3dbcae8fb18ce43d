import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { LabIam } from '../../../lab/iam/client/lab-iam.ts';
import type { ILake } from '../../../lab/lake.ts';
import { InlineMover } from '../../../src/adapters/store/inline-mover.js';
import { foldersOf, PosixStore } from '../../../src/adapters/store/posix.js';
import { childEnvironment, XrootdStore } from '../../../src/adapters/store/xrootd.js';
import { XrdcpStore } from '../../../src/adapters/store/xrdcp.js';
import { RucioClientStore } from '../../../src/adapters/store/rucio-client.js';
import { WebdavStore } from '../../../src/adapters/store/webdav.js';
import { storePorts } from '../../../src/testing/suites/stores.js';
import { labFolder } from '../lab.js';

const lake = JSON.parse(readFileSync(join(labFolder(), 'lake.json'), 'utf8')) as ILake;
/** What is made is below a folder of this run, in an RSE's own. */
const RUN = `suite-${randomUUID().slice(0, 8)}`;
const rses = ['SITEA_USERDISK', 'MYSITE_USERDISK'].map(name =>
  lake.rses.find(rse => rse.name === name)!
);

function onDisk(folder: string, name: string): Buffer | null {
  const path = join(folder, RUN, name);
  return existsSync(path) ? readFileSync(path) : null;
}

afterAll(() =>
  rses.forEach(({ folder }) => rmSync(join(folder, RUN), { recursive: true, force: true }))
);

if (lake.profile === 'embedded') {
  describe('the folder of an RSE', () => {
    const [{ name: rse, folder, protocol }] = rses;
    const prefix = `file://localhost:0${protocol.prefix}`;
    storePorts(async () =>
      Promise.resolve({
        store: new PosixStore(new InlineMover(), async () => Promise.resolve(foldersOf([prefix]))),
        at: name => ({ rse, scheme: 'file', pfn: `${prefix}${RUN}/${name}` }),
        checksums: true,
        onDisk: name => onDisk(folder, name)
      })
    );
  });
} else {
  const trusted = getCACertificates('default');
  let token: string;
  beforeAll(async () => {
    const authority = readFileSync(lake.iam!.certificates.authority, 'utf8');
    setDefaultCACertificates([...trusted, authority]);
    token = await LabIam.of(lake).token('alice', 'xrootd', 'storage.read:/ storage.modify:/');
  });
  afterAll(() => setDefaultCACertificates(trusted));

  describe.each(rses)('XRootD of $name by its own protocol', ({ name: rse, folder, protocol }) => {
    const prefix = `root://${protocol.hostname}:${protocol.port}${protocol.prefix}`;
    storePorts(async () => {
      const tokenFile = join(mkdtempSync(join(tmpdir(), 'token-')), 'token');
      writeFileSync(tokenFile, token, { mode: 0o600 });
      return Promise.resolve({
        store: new XrootdStore({
          pythons: [resolve('.venv/bin/python')],
          program: resolve('jupyterlab_datalake/drivers/xrootd_driver.py'),
          env: childEnvironment({ PATH: process.env.PATH }, lake.iam!.certificates.folder),
          tokenFile: async () => Promise.resolve(tokenFile)
        }),
        at: name => ({ rse, scheme: 'root', pfn: `${prefix}${RUN}/${name}` }),
        checksums: true,
        onDisk: name => onDisk(folder, name)
      });
    });
  });

  describe.each(rses.slice(0, 1))('XRootD of $name by xrdcp', ({ name: rse, folder, protocol }) => {
    const prefix = `root://${protocol.hostname}:${protocol.port}${protocol.prefix}`;
    storePorts(async () => {
      const tokenFile = join(mkdtempSync(join(tmpdir(), 'token-')), 'token');
      writeFileSync(tokenFile, token, { mode: 0o600 });
      return Promise.resolve({
        store: new XrdcpStore({
          pythons: [resolve('.venv/bin/python')],
          program: resolve('jupyterlab_datalake/drivers/xrdcp_driver.py'),
          env: childEnvironment({ PATH: process.env.PATH }, lake.iam!.certificates.folder),
          tokenFile: async () => Promise.resolve(tokenFile)
        }),
        at: name => ({ rse, scheme: 'root', pfn: `${prefix}${RUN}/${name}` }),
        checksums: true,
        onDisk: name => onDisk(folder, name)
      });
    });
  });

  // A second for each step: the suite would take minutes.
  it("Rucio's own client puts a file, looks at it, overwrites it, and removes it", async () => {
    const [{ name: rse, protocol }] = rses;
    const path = join(mkdtempSync(join(tmpdir(), 'client-')), 'so:urce');
    const store = new RucioClientStore({
      program: resolve('jupyterlab_datalake/drivers/rucio_driver.py'),
      env: {
        PATH: `${resolve('.lab/venv/bin')}:/usr/bin:/bin`,
        HOME: process.env.HOME ?? '',
        RUCIO_CONFIG: join(lake.folders.accounts, 'alice/etc/rucio.cfg'),
        X509_CERT_DIR: lake.iam!.certificates.folder,
        XrdSecPROTOCOL: 'sss',
        XrdSecSSSKT: lake.keytab!
      }
    });
    const pfn = `root://${protocol.hostname}:${protocol.port}${protocol.prefix}${RUN}/by-client`;
    const at = { rse, scheme: 'root', pfn };
    const { signal } = new AbortController();
    const options = { md5: true, pace: null, onProgress: () => undefined };
    try {
      expect(await store.unusable('root')).toBeNull();
      for (const content of [Buffer.from('first'), Buffer.alloc(0)]) {
        writeFileSync(path, content);
        const { size, mtimeNs, ino } = statSync(path, { bigint: true });
        const facts = { bytes: Number(size), modifiedNs: String(mtimeNs), inode: String(ino) };
        const { adler32, md5 } = await store.put({ path, ...facts }, at, options, signal);
        expect(md5).toBe(createHash('md5').update(content).digest('hex'));
        expect(await store.look(at, content.length, signal)).toEqual({
          bytes: content.length,
          adler32
        });
      }
      await store.remove(at, signal);
      expect(await store.look(at, 0, signal)).toBeNull();
      const stopped = new AbortController();
      const look = store.look(at, 0, stopped.signal);
      stopped.abort();
      await expect(look).rejects.toMatchObject({ code: 'cancelled' });
    } finally {
      await store.dispose();
    }
  });

  describe.each(rses)('XRootD of $name by https', ({ name: rse, folder, second }) => {
    // The redirector sends on to the address, not to the name.
    const prefix = `davs://localhost:${second!.port}${second!.prefix}`;
    const mover = new InlineMover();
    afterAll(() => mover.dispose());
    storePorts(async () =>
      Promise.resolve({
        store: new WebdavStore({
          mover,
          trustedHosts: async () => Promise.resolve(['127.0.0.1']),
          token: async () => Promise.resolve(token)
        }),
        at: name => ({ rse, scheme: 'davs', pfn: `${prefix}${RUN}/${name}` }),
        checksums: true,
        onDisk: name => onDisk(folder, name)
      })
    );
  });
}
