import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IPosted, ITokenBoard } from '../../../token-renewal/core/ports.js';
import { FakeTokenBoard } from '../fake-token-board.js';
import { SqliteTokenBoard } from '../token-board.js';

const folder = mkdtempSync(join(tmpdir(), 'board-'));
afterAll(() => rmSync(folder, { recursive: true }));

const POSTED: IPosted[] = [
  {
    target: 'rucio',
    issued: { token: 'abc', life: { receivedAt: 1000, expiresAt: 2000 }, issuedAt: null },
    problem: null,
    nextAt: 1600
  },
  {
    target: 'eos',
    issued: null,
    problem: { code: 'issuer-failed', message: 'It has trouble.', retryAfterSeconds: 3 },
    nextAt: null
  }
];

let files = 0;
const boards: [string, () => ITokenBoard][] = [
  ['in memory', () => new FakeTokenBoard()],
  ['in SQLite', () => new SqliteTokenBoard(join(folder, `${files++}.sqlite`), 'default')]
];

describe.each(boards)('a board %s', (_, make) => {
  it('shows what was posted last, in its order', () => {
    const board = make();
    expect(board.read()).toEqual([]);
    board.post([POSTED[1]]);
    board.post(POSTED);
    expect(board.read()).toEqual(POSTED);
  });

  it('hands each wish over once', () => {
    const board = make();
    expect(board.takeWishes()).toEqual([]);
    const wishes = [
      { want: 'renew', target: 'eos' },
      { want: 'forget', target: null }
    ] as const;
    wishes.forEach(wish => board.wish(wish));
    expect(board.takeWishes()).toEqual(wishes);
    expect(board.takeWishes()).toEqual([]);
  });
});

it('is shared by the processes of this user alone, and apart for each instance', () => {
  const path = join(folder, 'shared', 'tokens.sqlite');
  const one = new SqliteTokenBoard(path, 'default');
  one.post(POSTED);
  one.wish({ want: 'renew', target: 'eos' });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(new SqliteTokenBoard(path, 'default').read()).toEqual(POSTED);
  const elsewhere = new SqliteTokenBoard(path, 'elsewhere');
  expect([elsewhere.read(), elsewhere.takeWishes()]).toEqual([[], []]);
});
