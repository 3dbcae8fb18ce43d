import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  truncateSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SYSTEM_CLOCK } from '../../../src/adapters/system-clock.js';
import type { Availability, LocalFile, Rule } from '../../../src/availability/contract.js';
import type { AvailabilityService } from '../../../src/availability/core/service.js';
import { settle } from '../../../src/availability/core/settle.js';
import type { Problem } from '../../../src/common/contract/problem.js';
import { makeAvailabilities, type IAvailabilities } from '../../../src/server/availability.js';
import { OwnLake } from '../own-lake.js';
import { lost } from './faults.js';
import { FaultyProxy } from './faulty-proxy.js';

const PROGRAM = resolve(import.meta.dirname, '../../../src/adapters/mount/prober-main.ts');
/** All 24 files are on the mount from the start. */
const THERE = 'obs.2024:event_0503';
const NOT_THERE = 'obs.formats:miniseed_samples';

const { signal } = new AbortController();
let lake: OwnLake;
let folder: string;
const made: IAvailabilities[] = [];

beforeAll(() => {
  lake = OwnLake.start('generic');
  folder = mkdtempSync(join(tmpdir(), 'datalake-storage-'));
});
afterEach(() => made.splice(0).forEach(({ stop }) => stop()));
afterAll(() => rmSync(folder, { recursive: true }));

/** One that has seen nothing yet. */
function service(program = PROGRAM, of = lake.as('alice')): AvailabilityService {
  const availabilities = makeAvailabilities(of, program);
  made.push(availabilities);
  return availabilities.services.get();
}

async function know(did: string, of = service()): Promise<Availability | Problem> {
  const [answer] = await of.query([did], signal);
  return 'problem' in answer ? answer.problem : answer.availability;
}

async function filesOf(did: string, of = service()): Promise<LocalFile[]> {
  const files: LocalFile[] = [];
  for await (const batch of of.files(did, signal)) {
    files.push(...batch);
  }
  return files;
}

async function placeOfOne(): Promise<string> {
  const [, { path }] = await filesOf(THERE);
  return path ?? '';
}

/** A program that looks at mounts, or fails to. */
function program(name: string, text: string): string {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, text);
  return file;
}

describe('a path', () => {
  /** What is seen of the DID, and of its files, with one of them spoilt. */
  async function seenWith(spoil: (path: string) => () => void, looking = PROGRAM) {
    const path = await placeOfOne();
    const mend = spoil(path);
    try {
      const files = await filesOf(THERE, service(looking));
      return {
        path,
        seen: (await know(THERE, service(looking))) as Availability,
        bad: files.filter(({ state }) => state !== 'AVAILABLE')
      };
    } finally {
      mend();
      expect(await know(THERE, service(looking))).toMatchObject({ state: 'AVAILABLE' });
    }
  }

  it('that is missing though the rule is OK makes it PATH_MISSING, with the path', async () => {
    const { path, seen, bad } = await seenWith(path => {
      renameSync(path, `${path}.away`);
      return () => renameSync(`${path}.away`, path);
    });
    expect(seen).toMatchObject({ state: 'PATH_MISSING', rule: { state: 'OK' } });
    expect(seen.paths).toMatchObject({ checked: 24, missing: 1 });
    expect(seen.reason).toContain(path);
    expect(seen.reason).toContain('is not there');
    expect(bad).toEqual([expect.objectContaining({ path, state: 'PATH_MISSING' })]);
  });

  it('that holds less than is catalogued is told with both sizes', async () => {
    const { path, seen, bad } = await seenWith(path => {
      const whole = readFileSync(path);
      truncateSync(path, 10);
      return () => writeFileSync(path, whole);
    });
    expect(seen.state).toBe('PATH_MISSING');
    expect(seen.reason).toContain(path);
    expect(seen.reason).toMatch(/has 10 bytes and not the \d+ that are catalogued/);
    expect(bad).toEqual([expect.objectContaining({ path, state: 'PATH_MISSING' })]);
  });

  it('that may not be read is told as that', async () => {
    // root reads everything: looked at without the capabilities that let it.
    const plain = `
      import { spawn } from 'node:child_process';
      const less = '-dac_override,-dac_read_search';
      const as = process.getuid() === 0
        ? ['setpriv', '--bounding-set', less, '--inh-caps', less, process.execPath]
        : [process.execPath];
      spawn(as[0], [...as.slice(1), ${JSON.stringify(PROGRAM)}], {
        stdio: 'inherit', env: { PATH: '/usr/bin:/bin' }
      });`;
    const { path, seen, bad } = await seenWith(
      path => {
        chmodSync(path, 0o000);
        return () => chmodSync(path, 0o644);
      },
      program('plain', plain)
    );
    expect(seen.state).toBe('PATH_MISSING');
    expect(seen.reason).toContain(path);
    expect(seen.reason).toContain('may not be read by you');
    expect(bad).toEqual([expect.objectContaining({ path, state: 'PATH_MISSING' })]);
  });
});

describe('a mount', () => {
  const missing = { code: 'mount-missing', message: expect.stringContaining('mount') as string };

  it('that is gone, or empty, is a problem and no state; what is not on it has its state', async () => {
    const { path } = lake.mount;
    renameSync(path, `${path}.away`);
    try {
      expect(await know(THERE)).toMatchObject(missing);
      expect(((await know(THERE)) as Problem).message).toContain(path);
      await expect(filesOf(THERE)).rejects.toMatchObject(missing);
      expect(await know(NOT_THERE)).toMatchObject({ state: 'NOT_AVAILABLE' });
      mkdirSync(path);
      expect(await know(THERE)).toMatchObject(missing);
      rmdirSync(path);
    } finally {
      renameSync(`${path}.away`, path);
    }
    expect(await know(THERE)).toMatchObject({ state: 'AVAILABLE' });
  });

  it('that hangs is a problem and no state, and what is not on it has its state', async () => {
    const hangs = `console.log('{"ready":true}'); process.kill(process.pid, 'SIGSTOP');`;
    const hanging = service(program('hanging', hangs));
    const [there, notThere] = await Promise.all([know(THERE, hanging), know(NOT_THERE, hanging)]);
    expect(there).toMatchObject({
      code: 'mount-not-answering',
      message: expect.stringContaining(lake.mount.path) as string
    });
    expect(notThere).toMatchObject({ state: 'NOT_AVAILABLE' });
  });
});

describe('a copy', () => {
  const isHalf = (name: string | Buffer) => String(name).includes('.part-');

  /** After Rucio has tried. */
  async function brought(did: string): Promise<Availability> {
    const alice = service();
    expect(await alice.make([did], {}, signal)).toMatchObject([{ outcome: 'requested' }]);
    await settle(alice, [did], SYSTEM_CLOCK, { timeoutMs: 90_000, signal, show: () => {} });
    return (await know(did)) as Availability;
  }

  it('whose checksum is wrong is never on the mount, and the rule says why', async () => {
    const did = 'obs.formats:gse2_samples';
    const [{ path }] = await filesOf(did);
    const source = (path ?? '').replace(lake.mount.path, join(lake.mount.path, '../SITEA_DISK'));
    const bytes = readFileSync(source);
    bytes[0] ^= 0xff;
    writeFileSync(source, bytes);
    const seen = await brought(did);
    expect(seen.state).toBe('STUCK');
    expect(seen.reason).toMatch(/CHECKSUM MISMATCH/);
    expect(seen.files).toMatchObject({ total: 9, available: 8, stuck: 1 });
    expect(existsSync(path ?? '')).toBe(false);
  });

  it('for which the disk is full leaves no half file, and the rule says why', async () => {
    const did = 'obs.formats:miniseed_samples';
    const place = join(lake.mount.path, 'obs.formats');
    mkdirSync(place, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', place]);
    try {
      const seen = await brought(did);
      expect(seen.state).toBe('STUCK');
      expect(seen.reason).toMatch(/ENOSPC|No space left/i);
      expect(readdirSync(place, { recursive: true }).filter(isHalf)).toEqual([]);
      for (const { path, state, bytes } of await filesOf(did)) {
        expect(path?.startsWith(place)).toBe(true);
        if (state === 'AVAILABLE') {
          expect(readFileSync(path ?? '')).toHaveLength(bytes ?? NaN);
        } else {
          expect(existsSync(path ?? '')).toBe(false);
        }
      }
    } finally {
      execFileSync('umount', [place]);
    }
  });
});

describe('a rule whose making was not confirmed', () => {
  it('is found again: the person is told, nothing is repeated, and there is one rule', async () => {
    const did = 'sky.survey:sky_images';
    const through = await FaultyProxy.before(lake.as('alice').instances.get().client.rucioUrl);
    const alice = service(PROGRAM, lake.as('alice', through.url));
    through.fault('POST /rules/', lost, 1);
    expect(await alice.make([did], {}, signal)).toMatchObject([
      { problem: { code: 'rucio-unreachable' } }
    ]);
    expect(through.count('POST /rules/')).toBe(1);
    const [again] = await alice.make([did], {}, signal);
    expect(again).toMatchObject({ outcome: expect.stringMatching(/^already-/) as string });
    expect(through.count('POST /rules/')).toBe(1);
    const rules = await alice.rules(did, signal).next();
    expect((rules.value as Rule[]).filter(({ mine }) => mine)).toHaveLength(1);
    await through.down();
  });
});
