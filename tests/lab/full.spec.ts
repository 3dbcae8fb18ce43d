import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PORTS } from '../../lab/lake.ts';
import { XrootdCopier } from '../../lab/copy-service/xrootd-copier.ts';
import {
  authenticationAskedBy,
  listeningAddresses,
  LOOPBACK,
  orderAsNobody
} from './other-users.ts';
import { run, runAsNobody, TestLake } from './test-lake.ts';

const testLake = new TestLake('full');

beforeAll(async () => {
  await testLake.destroy();
  await testLake.up('generic');
});

afterAll(() => testLake.destroy());

const xrootdCredentials = (): { keytab: string; authorities: string } => ({
  keytab: testLake.lake.keytab!,
  authorities: testLake.lake.iam!.certificates.folder
});

const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(name => path.join(folder, name))
    .filter(file => statSync(file).isFile());

describe('copies between XRootD servers', () => {
  it('arrive on the mount', async () => {
    const did = 'sun.2011:solar_flux';
    const alice = await testLake.account('alice');
    const seen = await alice.watchRule(await alice.addRule(did, 'MYSITE_MOUNT'), 'OK', 'STUCK');
    expect([seen[0]!.state, seen.at(-1)!.state, seen.at(-1)!.error]).toEqual([
      'REPLICATING',
      'OK',
      null
    ]);
    const [scope, name] = did.split(':') as [string, string];
    const source = files(testLake.lake.rses.find(rse => rse.name === 'SITEA_DISK')!.folder);
    const arrived = files(path.join(testLake.lake.mount.path, scope));
    for (const file of await alice.list<{ name: string }>(`/dids/${scope}/${name}/files`)) {
      const [from, to] = [source, arrived].map(list =>
        list.find(entry => path.basename(entry) === file.name)!
      );
      expect(readFileSync(to!).equals(readFileSync(from!))).toBe(true);
    }
  });

  it('of a damaged file fail, and the rule says that it is the checksum', async () => {
    const stored = files(testLake.lake.rses.find(rse => rse.name === 'SITEA_DISK')!.folder);
    const source = stored.find(file => path.basename(file) === 'wave_0412_07.mseed')!;
    const content = readFileSync(source);
    content[1000]! ^= 1;
    writeFileSync(source, content);
    const alice = await testLake.account('alice');
    const last = (
      await alice.watchRule(
        await alice.addRule('obs.2024:wave_0412_07.mseed', 'MYSITE_MOUNT'),
        'OK',
        'STUCK'
      )
    ).at(-1)!;
    expect([last.state, last.error]).toEqual([
      'STUCK',
      expect.stringContaining('SOURCE CHECKSUM MISMATCH')
    ]);
  });
});

it('a server that accepts and never answers is given up, and the reason says so', async () => {
  const silent = createServer();
  await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
  const prefix = `root://127.0.0.1:${(silent.address() as AddressInfo).port}//lake/`;
  const copier = new XrootdCopier([prefix], xrootdCredentials(), 1);
  const copied = copier.copy({ source: `${prefix}a`, destination: `${prefix}b`, verify: 'none' });
  await expect(copied).rejects.toThrow(/SOURCE .*did not end within 1 s/);
  silent.close();
});

describe('nobody else', () => {
  it('reaches it from another machine: it listens on the loopback only', () => {
    const addresses = listeningAddresses(testLake.lake.ports.rucio, PORTS);
    expect([addresses.length, [...new Set(addresses)]]).toEqual([10, [LOOPBACK]]);
  });

  it('reads from or writes to XRootD, a server or the redirector', async () => {
    const { ports } = testLake.lake;
    const folder = mkdtempSync(path.join(tmpdir(), 'lab-xrootd-'));
    chmodSync(folder, 0o755);
    const file = path.join(folder, 'file');
    writeFileSync(file, 'not wanted', { mode: 0o644 });
    const { keytab, authorities } = xrootdCredentials();
    // Whom to believe is no secret.
    const trusted = path.join(folder, 'authorities');
    cpSync(authorities, trusted, { recursive: true });
    for (const name of ['', ...readdirSync(trusted)]) chmodSync(path.join(trusted, name), 0o755);
    const stranger = (...command: string[]): ReturnType<typeof runAsNobody> =>
      runAsNobody(['env', `X509_CERT_DIR=${trusted}`, ...command]);
    const withSecret = {
      ...process.env,
      XrdSecPROTOCOL: 'sss',
      XrdSecSSSKT: keytab,
      X509_CERT_DIR: authorities
    };
    for (const port of [ports.siteA, ports.siteB, ports.mysite, ports.mysiteServer]) {
      const server = `root://127.0.0.1:${port}`;
      expect(
        (await run(['xrdfs', server, 'ls', '/lake'], { environment: withSecret })).status
      ).toBe(0);
      const written = await stranger('xrdcp', file, `${server}//lake/SITEA_DISK/not-wanted`);
      const listed = await stranger('xrdfs', server, 'ls', '/lake');
      expect([written.stderr, listed.stderr]).toEqual([
        expect.stringContaining('Auth failed'),
        expect.stringContaining('Auth failed')
      ]);
    }
    rmSync(folder, { recursive: true });
  });

  it('uses the mount, joins the cluster, orders a copy, logs in to PostgreSQL or asks the cache', async () => {
    const { ports, mount, folder } = testLake.lake;
    const asRoot = process.getuid?.() === 0;
    expect((await runAsNobody(['ls', mount.path])).status !== 0).toBe(asRoot);
    expect((await runAsNobody(['ls', path.join(folder, 'cache')])).status !== 0).toBe(asRoot);
    expect(await orderAsNobody(ports.copyService)).toBe('HTTP/1.1 401 Unauthorized');
    expect(await authenticationAskedBy(ports.postgres)).toBe(10);
    // The cluster manager hangs up before a word is said.
    const { stdout } = await runAsNobody([
      'bash',
      '-c',
      `exec 3<>/dev/tcp/127.0.0.1/${ports.mysiteManager} && cat <&3 && echo closed`
    ]);
    expect(stdout.trim() === 'closed').toBe(asRoot);
  });

  it('is needed to stop it: no process and no mount is left', async () => {
    const { ports, mount } = testLake.lake;
    const pids = await testLake.pids();
    expect(pids.length).toBe(14);
    expect((await testLake.lab('down')).status).toBe(0);
    expect(TestLake.alive(pids)).toEqual([]);
    expect(listeningAddresses(ports.rucio, PORTS)).toEqual([]);
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(mount.path);
  });
});
