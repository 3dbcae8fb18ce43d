import { FakeOwnership } from '../../adapters/state/fake-ownership.js';
import { FakeTokenBoard } from '../../adapters/state/fake-token-board.js';
import { DataLakeError } from '../../common/contract/problem.js';
import { NO_LOG } from '../../common/core/log.js';
import { HandClock } from '../../testing/hand-clock.js';
import { MemoryOutlet, TokenIssuer } from '../../testing/token-issuer.js';
import { Custody } from '../core/custody.js';
import { Renewal } from '../core/renewal.js';

const TARGETS = ['rucio', 'eos'].map(name => ({ name, audience: name, scope: '' }));
/** Short: each second of it is looked at. */
const HALF_LIFE = 300_000;

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map(stop => stop()));
});

/** A user's home, in which processes come and go. */
function home() {
  const clock = new HandClock();
  const issuer = new TokenIssuer(clock, 2 * HALF_LIFE);
  const board = new FakeTokenBoard();
  const slot: { owner: FakeOwnership | null } = { owner: null };
  const random = () => 0.5;
  const start = (settled?: () => Promise<void>) => {
    const outlet = new MemoryOutlet();
    const ownership = new FakeOwnership(slot);
    const renewals = TARGETS.map(target => new Renewal(target, { issuer, outlet, clock, random }));
    const onChange = jest.fn();
    const common = { clock, random, log: NO_LOG, onChange };
    let tell = () => {};
    const subjectNews = (listener: () => void) => void (tell = listener);
    const custody = new Custody({
      ...{ ...common, ownership, board, outlet, renewals, subjectNews, settled }
    });
    const end = new AbortController();
    const ended = custody.run(end.signal);
    const stop = async () => {
      end.abort();
      await ended;
    };
    stops.push(stop);
    return { custody, outlet, stop, onChange, tell: () => tell() };
  };
  return { clock, issuer, board, slot, start };
}

it('two servers of one user make the requests of one, and both have the tokens', async () => {
  const { clock, issuer, start } = home();
  const one = start();
  const other = start();
  await clock.advance(2000);
  expect([one.custody.owns, other.custody.owns]).toEqual([true, false]);
  await clock.advance(6 * HALF_LIFE);
  expect(issuer.asked.length).toBeLessThan(2 * 6);
  for (const { outlet } of [one, other]) {
    for (const { name } of TARGETS) {
      expect(outlet.goodUntil(name)).toBeGreaterThan(clock.now());
    }
  }
  expect(other.custody.posted).toEqual(one.custody.posted);
});

it('when the owner ends, the other takes its place, with the tokens that there are', async () => {
  const { clock, issuer, start } = home();
  const one = start();
  const other = start();
  await clock.advance(2000);
  await one.stop();
  await clock.advance(2000);
  expect(other.custody.owns).toBe(true);
  expect(issuer.asked).toHaveLength(2);
  await clock.advance(6 * HALF_LIFE);
  expect(other.outlet.goodUntil('eos')).toBeGreaterThan(clock.now());
});

it('whom the ownership is taken from renews no more, and may own again', async () => {
  const { clock, issuer, slot, start } = home();
  const { custody, outlet } = start();
  await clock.advance(2000);
  const somebody = new FakeOwnership(slot);
  slot.owner = somebody;
  await clock.advance(HALF_LIFE);
  expect(custody.owns).toBe(false);
  const { length } = issuer.asked;
  await clock.advance(3 * HALF_LIFE);
  expect(issuer.asked).toHaveLength(length);
  somebody.release();
  await clock.advance(2000);
  expect(custody.owns).toBe(true);
  expect(outlet.goodUntil('eos')).toBeGreaterThan(clock.now());
});

it('another token of the subject is used at once, by the owner alone', async () => {
  const { clock, issuer, start } = home();
  const one = start();
  const other = start();
  await clock.advance(HALF_LIFE);
  one.tell();
  other.tell();
  await clock.advance(0);
  expect(issuer.asked).toHaveLength(4);
});

it('a server that starts has the tokens that there are at once, before it asks for new ones', async () => {
  const { clock, issuer, start } = home();
  await clock.advance(0);
  const first = start();
  await clock.advance(HALF_LIFE);
  await first.stop();
  issuer.trouble = () => 'issuer-unreachable';
  const second = start();
  await clock.advance(0);
  expect(second.outlet.goodUntil('rucio')).toBeGreaterThan(clock.now());
  expect(issuer.asked).toHaveLength(2);
});

it('a wish of any process is granted by the owner', async () => {
  const { clock, issuer, start } = home();
  start();
  const other = start();
  await clock.advance(HALF_LIFE);
  other.custody.hurry('eos');
  await clock.advance(3000);
  expect(issuer.asked.map(({ target }) => target)).toEqual(['rucio', 'eos', 'eos']);
  expect(other.outlet.goodUntil('eos')).toBeGreaterThan(other.outlet.goodUntil('rucio'));
});

it('a follower puts back a file that was taken away, and says what keeps it from that', async () => {
  const { clock, start } = home();
  start();
  const other = start();
  await clock.advance(2000);
  other.outlet.full = true;
  other.outlet.files.clear();
  await clock.advance(2000);
  expect(other.custody.posted.map(({ problem }) => problem?.code)).toEqual([
    'token-file',
    'token-file'
  ]);
  other.outlet.full = false;
  await clock.advance(2000);
  expect(other.outlet.files.size).toBe(2);
  expect(other.custody.posted.map(({ problem }) => problem)).toEqual([null, null]);
});

it('goes on while the board is out of reach', async () => {
  const { clock, board, start } = home();
  const away = () => {
    throw new DataLakeError('token-file', 'damaged');
  };
  const spies = (['read', 'post', 'takeWishes'] as const).map(name =>
    jest.spyOn(board, name).mockImplementation(away)
  );
  const { outlet, custody } = start();
  const other = start();
  await clock.advance(5 * HALF_LIFE);
  expect(outlet.goodUntil('rucio')).toBeGreaterThan(clock.now());
  expect(custody.posted).toHaveLength(2);
  expect(other.outlet.files.size).toBe(0);
  spies.forEach(spy => spy.mockRestore());
  await clock.advance(2 * HALF_LIFE);
  expect(other.outlet.goodUntil('rucio')).toBeGreaterThan(clock.now());
});

it('tells of changes alone', async () => {
  const { clock, start } = home();
  start();
  const other = start();
  await clock.advance(3000);
  const { length } = other.onChange.mock.calls;
  await clock.advance(HALF_LIFE);
  expect(other.onChange.mock.calls).toHaveLength(length);
});

it('a sign-out takes the tokens away from all processes', async () => {
  const { clock, issuer, start } = home();
  const one = start();
  const other = start();
  await clock.advance(2000);
  issuer.trouble = () => 'not-signed-in';
  other.custody.forget();
  await clock.advance(3000);
  expect([one.outlet.files.size, other.outlet.files.size]).toEqual([0, 0]);
  expect(other.custody.posted.map(({ problem }) => problem?.code)).toEqual([
    'not-signed-in',
    'not-signed-in'
  ]);
});

it('nobody else owns before what must not be broken off has ended', async () => {
  const { clock, start } = home();
  let end = () => {};
  const one = start(() => new Promise(resolve => (end = resolve)));
  const other = start();
  await clock.advance(2000);
  const stopped = one.stop();
  await clock.advance(5000);
  expect([one.custody.owns, other.custody.owns]).toEqual([true, false]);
  end();
  await stopped;
  await clock.advance(2000);
  expect([one.custody.owns, other.custody.owns]).toEqual([false, true]);
});
