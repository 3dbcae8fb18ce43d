import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { HandClock } from '../../../testing/hand-clock.js';
import { MountProber } from '../prober.js';

const PROGRAM = resolve(import.meta.dirname, '../prober-main.ts');
let folder: string;
const probers: MountProber[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mount-'));
});
afterEach(() => {
  probers.splice(0).forEach(prober => prober.dispose());
  rmSync(folder, { recursive: true });
});

function prober(options: Partial<ConstructorParameters<typeof MountProber>[0]> = {}) {
  const clock = new HandClock();
  const made = new MountProber({ path: folder, program: PROGRAM, clock, ...options });
  probers.push(made);
  return { clock, made };
}

/** A program that does this, and then takes questions and never answers. */
function deaf(first = ''): string {
  const program = join(folder, 'deaf.mjs');
  writeFileSync(program, `process.on("SIGTERM", () => {}); ${first} process.stdin.resume();`);
  return program;
}

const READY = `console.log('{"ready":true}');`;
/** Until so many deadlines run: processes take their time. */
async function waiting(clock: HandClock, deadlines: number): Promise<void> {
  while (clock.sleeping !== deadlines) {
    await setTimeout(5);
  }
}

describe('looking at a mount', () => {
  it('tells sizes, what is missing, and what is no file', async () => {
    writeFileSync(join(folder, 'five'), '12345');
    mkdirSync(join(folder, 'sub'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling'));
    const { made } = prober();
    const names = ['five', 'none', 'sub', 'five/below', 'dangling'];
    expect(await made.look(names.map(name => join(folder, name)))).toEqual([
      5,
      'missing',
      'missing',
      'missing',
      'missing'
    ]);
  });

  it('takes more paths than fit in one question, in order', async () => {
    writeFileSync(join(folder, 'there'), 'x');
    const { made } = prober();
    const paths = Array.from({ length: 450 }, (_, index) =>
      join(folder, index % 3 === 0 ? 'there' : `none${index}`)
    );
    const seen = await made.look(paths);
    expect(seen.map(each => each === 1)).toEqual(paths.map((_, index) => index % 3 === 0));
  });

  it('tells a mount that is there from one that is gone, and from an empty folder', async () => {
    const { made } = prober();
    expect(await made.lookAtMount()).toBe('empty-and-not-mounted');
    writeFileSync(join(folder, 'file'), '');
    expect(await made.lookAtMount()).toBe('there');
    expect(await prober({ path: join(folder, 'gone') }).made.lookAtMount()).toBe('missing');
    expect(await prober({ path: join(folder, 'file') }).made.lookAtMount()).toBe('missing');
    expect(await prober({ path: '/proc' }).made.lookAtMount()).toBe('there');
  });

  it('gives up after the deadline, pauses, and looks again', async () => {
    const program = deaf(READY);
    const { made, clock } = prober({ program });
    const first = expect(made.look(['/x'])).rejects.toMatchObject({ code: 'mount-not-answering' });
    const second = expect(made.lookAtMount()).rejects.toMatchObject({
      code: 'mount-not-answering'
    });
    await waiting(clock, 2);
    await clock.advance(5000);
    await first;
    await second;
    // In the pause it answers at once, without a process.
    await expect(made.look(['/x'])).rejects.toMatchObject({ code: 'mount-not-answering' });
    expect(clock.sleeping).toBe(0);
    writeFileSync(
      program,
      `import { createInterface } from 'node:readline';
       createInterface({ input: process.stdin }).on('line', line =>
         console.log(JSON.stringify({ id: JSON.parse(line).id, seen: [7] })));`
    );
    await clock.advance(2000);
    expect(await made.look(['/x'])).toEqual([7]);
  });

  it('does not count the start of the process: a slow one is no bad news of the mount', async () => {
    const go = join(folder, 'go');
    const program = join(folder, 'slow.mjs');
    writeFileSync(
      program,
      `import { existsSync } from 'node:fs';
       import { setTimeout } from 'node:timers/promises';
       while (!existsSync('${go}')) { await setTimeout(5); }
       await import('${PROGRAM}');`
    );
    const { made, clock } = prober({ program });
    writeFileSync(join(folder, 'five'), '12345');
    const look = made.look([join(folder, 'five')]);
    await clock.advance(29_000);
    writeFileSync(go, '');
    expect(await look).toEqual([5]);
  });

  it('gives up a process that does not start', async () => {
    const { made, clock } = prober({ program: deaf() });
    const look = expect(made.look(['/x'])).rejects.toMatchObject({ code: 'mount-not-answering' });
    await clock.advance(30_000);
    await look;
    expect(clock.sleeping).toBe(0);
  });

  it('says so when the process dies', async () => {
    const program = join(folder, 'dies.mjs');
    writeFileSync(program, 'process.exit(3);');
    const { made } = prober({ program });
    await expect(made.look(['/x'])).rejects.toMatchObject({ code: 'mount-not-answering' });
  });

  it('lets the process go when nobody has looked for a while', async () => {
    writeFileSync(join(folder, 'five'), '12345');
    const { made, clock } = prober();
    const paths = [join(folder, 'five')];
    expect(await made.look(paths)).toEqual([5]);
    expect(clock.sleeping).toBe(1);
    await clock.advance(30_000);
    expect(clock.sleeping).toBe(0);
    expect(await made.look(paths)).toEqual([5]);
  });

  it('takes an unreadable file for denied, unless we may read everything', async () => {
    const file = join(folder, 'secret');
    writeFileSync(file, 'x');
    chmodSync(file, 0o000);
    const { made } = prober();
    expect(await made.look([file])).toEqual(process.getuid?.() === 0 ? [1] : ['denied']);
  });
});
