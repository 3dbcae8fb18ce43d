import { keepTokens, thirtyDays } from '../../testing/kept-tokens.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function keep(options: { lifeMs?: number; seed?: number } = {}) {
  const kept = keepTokens(options);
  stops.push(kept.stop);
  return kept;
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map(stop => stop()));
});

it('has written every target before anything else can ask, and renews at two thirds of the life', async () => {
  const { clock, issuer, good } = keep();
  await clock.advance(0);
  expect(good()).toBe(true);
  const start = clock.now();
  await clock.advance(HOUR);
  expect(issuer.asked).toHaveLength(3);
  await clock.advance(21 * MINUTE);
  expect(issuer.asked).toHaveLength(6);
  const renewed = issuer.asked.slice(3).map(({ at }) => (at - start) / (2 * HOUR));
  expect(Math.min(...renewed)).toBeGreaterThan(0.6);
  expect(Math.max(...renewed)).toBeLessThan(0.68);
  expect(new Set(renewed).size).toBeGreaterThan(1);
});

it('rides out an outage shorter than what is left, and asks little meanwhile', async () => {
  const { clock, issuer, good, keeper } = keep();
  await clock.advance(70 * MINUTE);
  issuer.trouble = () => 'issuer-unreachable';
  const start = clock.now();
  await clock.advance(45 * MINUTE);
  expect(good()).toBe(true);
  expect(keeper.renewals.map(({ state }) => state)).toEqual(['failing', 'failing', 'failing']);
  expect(issuer.since(start)).toBeLessThan(45);
  issuer.trouble = () => null;
  const back = clock.now();
  await clock.advance(5 * MINUTE);
  expect(good()).toBe(true);
  expect(issuer.since(back)).toBe(3);
  // The first that succeeds is the sign for all.
  expect(new Set(issuer.asked.slice(-3).map(({ at }) => at)).size).toBe(1);
  expect(keeper.renewals.map(({ state }) => state)).toEqual(['valid', 'valid', 'valid']);
});

it('an hour without the identity provider costs few requests, and its end is noticed within a minute', async () => {
  const { clock, issuer, good, keeper } = keep({ lifeMs: 20_000 });
  await clock.advance(MINUTE);
  issuer.trouble = () => 'issuer-failed';
  await clock.advance(2 * MINUTE);
  const start = clock.now();
  await clock.advance(58 * MINUTE);
  expect(keeper.renewals.map(({ state }) => state)).toEqual(['expired', 'expired', 'expired']);
  expect(issuer.since(start)).toBeGreaterThan(58);
  expect(issuer.since(start)).toBeLessThan(58 * 6);
  issuer.trouble = () => null;
  await clock.advance(MINUTE);
  expect(good()).toBe(true);
});

it('what is refused to one target is no matter of the others', async () => {
  const { clock, issuer, outlet, keeper } = keep({ lifeMs: 20_000 });
  issuer.trouble = ({ name }) => (name === 'eos' ? 'token-refused' : null);
  await clock.advance(10 * MINUTE);
  expect(keeper.renewals.map(({ state }) => state)).toEqual(['valid', 'waiting', 'valid']);
  expect(keeper.renewals[1].problem?.code).toBe('token-refused');
  const refused = issuer.asked.filter(({ target }) => target === 'eos').length;
  expect(refused).toBeLessThan(40);
  expect(outlet.files.has('eos')).toBe(false);
});

it('does as Retry-After asks while the token lives long enough', async () => {
  const { clock, issuer } = keep();
  await clock.advance(70 * MINUTE);
  issuer.trouble = () => 'issuer-failed';
  issuer.retryAfterSeconds = 240;
  await clock.advance(15 * MINUTE);
  const [, , , first] = issuer.asked;
  const tries = issuer.asked.filter(({ at }) => at >= first.at);
  const pauses = tries.slice(1).map(({ at }, n) => at - tries[n].at);
  expect(Math.min(...pauses.filter(pause => pause > 0))).toBeGreaterThanOrEqual(240_000);
});

it('an identity provider that never answers is given up, and asked again', async () => {
  const { clock, issuer, good } = keep({ lifeMs: 20_000 });
  await clock.advance(MINUTE);
  issuer.hangs = true;
  await clock.advance(5 * MINUTE);
  expect(good()).toBe(false);
  issuer.hangs = false;
  await clock.advance(2 * MINUTE);
  expect(good()).toBe(true);
});

it('a machine that slept renews when it wakes', async () => {
  const { clock, issuer, good } = keep();
  await clock.advance(MINUTE);
  clock.jump(10 * HOUR);
  expect(good()).toBe(false);
  await clock.advance(30_000);
  expect(good()).toBe(true);
  expect(issuer.asked).toHaveLength(6);
});

it('a clock that is set back does not let a token end unseen', async () => {
  const { clock, issuer } = keep();
  await clock.advance(HOUR);
  clock.jump(-24 * HOUR);
  await clock.advance(30_000);
  expect(issuer.asked).toHaveLength(6);
});

it('a full disk costs no second request, and the old file stays', async () => {
  const { clock, issuer, outlet, good, keeper } = keep();
  await clock.advance(0);
  outlet.full = true;
  await clock.advance(90 * MINUTE);
  expect(good()).toBe(true);
  expect(issuer.asked).toHaveLength(6);
  expect(keeper.renewals[0].problem?.code).toBe('token-file');
  outlet.full = false;
  await clock.advance(10 * MINUTE);
  expect(issuer.asked).toHaveLength(6);
  expect(outlet.goodUntil('rucio') - clock.now()).toBeGreaterThan(90 * MINUTE);
});

it('files that somebody has removed are there again at the next tick, without a request', async () => {
  const { clock, issuer, outlet, good } = keep();
  await clock.advance(0);
  outlet.files.clear();
  await clock.advance(30_000);
  expect(good()).toBe(true);
  expect(issuer.asked).toHaveLength(3);
});

it('tells of changes, and only of changes', async () => {
  const { clock, issuer, changes } = keep({ lifeMs: 20_000 });
  await clock.advance(12_000);
  const before = changes();
  await clock.advance(1000);
  expect(changes() - before).toBeLessThanOrEqual(3);
  issuer.trouble = () => 'issuer-failed';
  await clock.advance(MINUTE);
  const ended = changes();
  await clock.advance(10 * MINUTE);
  expect(changes()).toBe(ended);
});

it('thirty days of tokens of two hours with random faults: no gap but where an outage is longer than what was left', async () => {
  const { unexplained, explained } = await thirtyDays(7);
  expect(unexplained).toBe(0);
  expect(explained).toBeGreaterThan(0);
}, 180_000);
