import { createHash, randomBytes } from 'node:crypto';
import {
  appendFileSync,
  mkdtempSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IDestination, IPutOptions, ISource, IStore } from '../../upload/core/ports.js';
import { adler32Of } from '../adler32.js';

/** A store that the suite may fill. */
export interface IStoreUnderTest {
  store: IStore;
  /** Where a file of this name below the suite's own folder goes. */
  at(name: string): IDestination;
  /** It says checksums. */
  checksums: boolean;
  /** What is on its disk; null: nobody can look there. */
  onDisk: ((name: string) => Buffer | null) | null;
}

const MB = 1 << 20;

/** What uploads are promised of a store (upload/core/ports.ts). Run on the fake and on real stores. */
export function storePorts(make: () => Promise<IStoreUnderTest>): void {
  let tested: IStoreUnderTest;
  let store: IStore;
  let folder: string;
  const never = new AbortController().signal;
  beforeAll(async () => {
    tested = await make();
    ({ store } = tested);
    folder = mkdtempSync(join(tmpdir(), 'store-'));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await store.dispose();
  });

  function file(name: string, content: Uint8Array): ISource {
    const path = join(folder, name);
    writeFileSync(path, content);
    const { size, mtimeNs, ino } = statSync(path, { bigint: true });
    return { path, bytes: Number(size), modifiedNs: String(mtimeNs), inode: String(ino) };
  }
  const options = (some: Partial<IPutOptions> = {}): IPutOptions => ({
    md5: false,
    pace: null,
    onProgress: () => undefined,
    ...some
  });
  const put = (source: ISource, name: string, some?: Partial<IPutOptions>, signal = never) =>
    store.put(source, tested.at(name), options(some), signal);
  const look = (name: string, bytes = 0) => store.look(tested.at(name), bytes, never);
  const remove = (name: string) => store.remove(tested.at(name), never);
  const stored = (content: Uint8Array) => ({
    bytes: content.length,
    adler32: tested.checksums ? adler32Of(content) : null
  });

  async function expectThere(name: string, content: Buffer): Promise<void> {
    expect(await look(name, content.length)).toEqual(stored(content));
    const disk = tested.onDisk?.(name) ?? content;
    expect(disk.equals(content)).toBe(true);
  }

  it('puts a file, looks at it, and removes it, more than once', async () => {
    const content = randomBytes(10_000);
    expect(await look('some/folder/plain')).toBeNull();
    const sums = await put(file('plain', content), 'some/folder/plain');
    expect(sums).toEqual({ adler32: adler32Of(content), md5: null });
    await expectThere('some/folder/plain', content);
    await remove('some/folder/plain');
    expect(await look('some/folder/plain')).toBeNull();
    await remove('some/folder/plain');
    await remove('no/such/folder/plain');
  });

  it('puts a large file, with md5, and says how far it is', async () => {
    const content = randomBytes(9 * MB + 1);
    const seen: number[] = [];
    const sums = await put(file('large', content), 'large', {
      md5: true,
      onProgress: bytes => seen.push(bytes)
    });
    const md5 = createHash('md5').update(content).digest('hex');
    expect(sums).toEqual({ adler32: adler32Of(content), md5 });
    expect(seen.length).toBeGreaterThan(0);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBeLessThanOrEqual(content.length);
    await expectThere('large', content);
    await remove('large');
  });

  it('puts an empty file', async () => {
    expect(await put(file('empty', Buffer.alloc(0)), 'empty')).toMatchObject({
      adler32: '00000001'
    });
    await expectThere('empty', Buffer.alloc(0));
    await remove('empty');
  });

  it.each(['sp ace', 'h#ash', 'pl+us', 'ä€ö', 'a;b&c=d,e@f', "quo'te", `long${'g'.repeat(200)}`])(
    'puts a file with the name %s',
    async name => {
      const content = Buffer.from(name);
      await put(file('named', content), `odd/${name}`);
      await expectThere(`odd/${name}`, content);
      await remove(`odd/${name}`);
      expect(await look(`odd/${name}`)).toBeNull();
    }
  );

  it.each(['qu?stion', 'per%20cent', 'li\nne', 'a/../../b', ''])(
    'refuses a name that stores understand differently: %j',
    async name => {
      await expect(put(file('named', Buffer.from('x')), name)).rejects.toMatchObject({
        code: 'name-refused'
      });
    }
  );

  it('overwrites what is there', async () => {
    await put(file('first', randomBytes(5000)), 'twice');
    const content = randomBytes(300);
    await put(file('second', content), 'twice');
    await expectThere('twice', content);
    await remove('twice');
  });

  it('puts many at once', async () => {
    const names = Array.from({ length: 24 }, (_, index) => `many/${index % 7}/${index}`);
    const sums = await Promise.all(
      names.map((name, index) => put(file(`m${index}`, Buffer.from(name)), name))
    );
    expect(sums.map(({ adler32 }) => adler32)).toEqual(
      names.map(name => adler32Of(Buffer.from(name)))
    );
    const found = await Promise.all(names.map(name => look(name, name.length)));
    expect(found).toEqual(names.map(name => stored(Buffer.from(name))));
    await Promise.all(names.map(remove));
    expect(await look(names[0])).toBeNull();
  });

  it('does not put a file where a folder is', async () => {
    await put(file('below', Buffer.from('x')), 'as-folder/below');
    await expect(put(file('on', Buffer.from('y')), 'as-folder')).rejects.toMatchObject({
      code: 'conflict'
    });
    await remove('as-folder/below');
  });

  it('sends nothing of a file that is gone, or another one by now', async () => {
    const missing = file('missing', Buffer.from('here'));
    rmSync(missing.path);
    await expect(put(missing, 'unsent')).rejects.toMatchObject({ code: 'source-changed' });
    const grown = file('grown', Buffer.from('here'));
    appendFileSync(grown.path, 'more');
    await expect(put(grown, 'unsent')).rejects.toMatchObject({ code: 'source-changed' });
    const unreadable = { ...file('unreadable', Buffer.from('x')), path: folder };
    await expect(put(unreadable, 'unsent')).rejects.toMatchObject({
      code: expect.stringMatching(/^source-/) as string
    });
    expect(await look('unsent')).toBeNull();
  });

  it.each(['grows', 'shrinks'])('does not pass off a file that %s meanwhile', async what => {
    const source = file(what, randomBytes(9 * MB));
    let spoilt = false;
    const spoil = () => {
      if (!spoilt) {
        spoilt = true;
        if (what === 'grows') {
          appendFileSync(source.path, 'x');
        } else {
          truncateSync(source.path, 10);
        }
      }
    };
    const pace = { take: async () => Promise.resolve(spoil()) };
    await expect(put(source, what, { pace, onProgress: spoil })).rejects.toMatchObject({
      code: 'source-changed'
    });
    await remove(what);
    expect(await look(what)).toBeNull();
  });

  it('stops in the middle, and what it leaves can be removed or overwritten', async () => {
    const content = randomBytes(24 * MB);
    const source = file('stopped', content);
    const controller = new AbortController();
    const stop = () => controller.abort();
    await expect(
      put(
        source,
        'stopped',
        { pace: { take: async () => Promise.resolve(stop()) }, onProgress: stop },
        controller.signal
      )
    ).rejects.toMatchObject({ code: 'cancelled' });
    const left = await look('stopped', content.length);
    expect(left === null || left.bytes <= content.length).toBe(true);
    await remove('stopped');
    expect(await look('stopped')).toBeNull();
    await put(source, 'stopped');
    await expectThere('stopped', content);
    await remove('stopped');
  });
}
