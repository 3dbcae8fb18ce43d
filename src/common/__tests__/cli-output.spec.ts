import fc from 'fast-check';
import { formatBytes, formatCount, formatDuration, formatTime } from '../cli/format.js';
import { Output, ReaderGone } from '../cli/output.js';
import type { IColumn } from '../cli/table.js';
import { cells, jsonLine, neutralise, speaksUnicode } from '../cli/terminal.js';
import { KeptStream } from '../../testing/terminal.js';

interface IThing {
  name: string;
  bytes: number | null;
}

const COLUMNS: readonly IColumn<IThing>[] = [
  { head: 'NAME', value: ({ name }) => name },
  { head: 'SIZE', value: ({ bytes }) => bytes, show: t => formatBytes(t.bytes), align: 'right' }
];
const THINGS = [
  { name: 'a', bytes: 1234 },
  { name: 'long-name', bytes: null }
];

function make({ terminal = true, json = false, env = { LANG: 'C.UTF-8' } } = {}) {
  const stdout = new KeptStream(terminal);
  const stderr = new KeptStream(terminal);
  return { stdout, stderr, out: new Output({ stdout, stderr, env }, json) };
}

describe('a list', () => {
  it('is a table with titles on a terminal, over several batches', async () => {
    const { stdout, out } = make();
    const show = out.table(COLUMNS);
    await show(THINGS);
    await show([{ name: 'b', bytes: 5 }]);
    expect(stdout.lines).toEqual([
      'NAME         SIZE',
      'a          1.2 kB',
      'long-name',
      'b             5 B'
    ]);
  });

  it('is plain values between tabs in a pipe', async () => {
    const { stdout, out } = make({ terminal: false });
    await out.table(COLUMNS)(THINGS);
    expect(stdout.lines).toEqual(['a\t1234', 'long-name\t']);
  });

  it('is one object a line with --json, on a terminal too', async () => {
    const { stdout, out } = make({ json: true });
    await out.table(COLUMNS)(THINGS);
    expect(stdout.lines.map(line => JSON.parse(line) as IThing)).toEqual(THINGS);
  });

  it('that is empty is nothing', async () => {
    for (const how of [{}, { terminal: false }, { json: true }]) {
      const { stdout, out } = make(how);
      await out.table(COLUMNS)([]);
      expect(stdout.text).toBe('');
    }
  });

  it('ends when its reader has gone', async () => {
    const { stdout, out } = make({ terminal: false });
    stdout.gone = true;
    await expect(out.table(COLUMNS)(THINGS)).rejects.toBeInstanceOf(ReaderGone);
  });
});

describe('what is not data', () => {
  it('goes to stderr, and to a terminal only', () => {
    const { stdout, stderr, out } = make();
    out.remark('3 DIDs');
    const progress = out.progress();
    progress.show('3 of 4', 0.5);
    progress.done();
    expect(stdout.text).toBe('');
    expect(stderr.text).toContain('3 DIDs\n');
    expect(stderr.text).toContain('██████████░░░░░░░░░░ 50% 3 of 4');
    expect(stderr.text.endsWith('\u001b[2K')).toBe(true);
  });

  it.each([{ terminal: false }, { json: true }])('is left out: %j', how => {
    const { stderr, out } = make(how);
    out.remark('3 DIDs');
    out.progress().show('3 of 4', 0.5);
    expect(stderr.text).toBe('');
  });

  it('is drawn in ASCII where the terminal knows no more', () => {
    const { stderr, out } = make({ env: { LANG: 'C' } });
    out.progress().show('x', 0.25);
    expect(stderr.text).toContain('[#####...............] 25% x');
    expect(speaksUnicode({ LANG: 'de_DE.UTF-8', TERM: 'dumb' })).toBe(false);
    expect(speaksUnicode({ LANG: 'de_DE.UTF-8', LC_ALL: 'C' })).toBe(false);
  });
});

describe('a record', () => {
  it('is one fact a line for people, without those that are not known', async () => {
    const { stdout, out } = make();
    await out.record({ a: 1 }, [
      ['DID', 'a:b'],
      ['type', null],
      ['owner', 'root']
    ]);
    expect(stdout.lines).toEqual(['DID    a:b', 'owner  root']);
  });

  it('is one line of JSON', async () => {
    const { stdout, out } = make({ json: true });
    await out.record({ a: 1 }, [['DID', 'a:b']]);
    await out.text('for people');
    expect(stdout.lines).toEqual(['{"a":1}']);
  });
});

describe("text of somebody else's making", () => {
  const hostile = fc.string({ unit: 'binary', maxLength: 50 });

  it('commands no terminal', () => {
    fc.assert(
      fc.property(hostile, text => {
        expect(neutralise(`\u001b]0;x\u0007\u009b1m${text}`)).not.toMatch(/\p{Cc}|\u202e/u);
      })
    );
  });

  it('commands none as JSON either, and is still the same text', () => {
    fc.assert(
      fc.property(hostile, text => {
        const line = jsonLine({ text });
        expect(line).not.toMatch(/\p{Cc}/u);
        expect(JSON.parse(line)).toEqual({ text });
      })
    );
  });

  it('is as wide as a terminal shows it', () => {
    expect(cells('abc')).toBe(3);
    expect(cells('日本')).toBe(4);
    expect(cells('e\u0301')).toBe(1);
  });
});

describe('formats', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [999_949, '999.9 kB'],
    [999_950, '1.0 MB'],
    [1.3e9, '1.3 GB'],
    [5e21, '5000.0 EB']
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [0, '0 s'],
    [59.4, '59 s'],
    [60, '1 min'],
    [3600, '1 h'],
    [12_000, '3 h 20 min'],
    [604_800, '7 d'],
    [612_000, '7 d 2 h'],
    [-5, '0 s']
  ])('%d seconds are %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it('say nothing of what is not known', () => {
    expect([formatBytes(null), formatCount(null), formatTime(null), formatDuration(null)]).toEqual([
      '',
      '',
      '',
      ''
    ]);
    expect(formatTime('yesterday')).toBe('');
    expect(formatCount(41_200)).toBe('41,200');
    expect(formatTime('2026-11-21T10:00:00Z')).toMatch(/^2026-11-2\d \d\d:00$/);
  });
});
