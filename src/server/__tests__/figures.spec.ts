import { Figures, type IFigures } from '../figures.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('tells what has changed, and nothing while nothing happens', () => {
  const figures = new Figures();
  const told: IFigures[] = [];
  const stop = figures.tell(one => told.push(one), 1000);
  jest.advanceTimersByTime(1000);
  figures.rucio('ok', 0.5);
  figures.rucio('ok', 0.25);
  figures.rucio('rucio-slow', 30);
  jest.advanceTimersByTime(1000);
  expect(told.at(-1)).toEqual({
    transfersUnderWay: 0,
    rucioRequests: { ok: 2, 'rucio-slow': 1 },
    rucioSeconds: 30.75,
    tokens: [],
    renewals: []
  });
  const before = told.length;
  jest.advanceTimersByTime(24 * 3600 * 1000);
  expect(told).toHaveLength(before);
  figures.underWay.push(
    () => 1,
    () => 2
  );
  jest.advanceTimersByTime(1000);
  expect(told.at(-1)?.transfersUnderWay).toBe(3);
  stop();
  figures.rucio('ok', 1);
  jest.advanceTimersByTime(5000);
  expect(told).toHaveLength(before + 1);
});

it('counts renewals of tokens by how they ended, and tells until when tokens are good', () => {
  const figures = new Figures();
  figures.renewal('near', 'eos', 'ok');
  figures.renewal('near', 'eos', 'ok');
  figures.renewal('near', 'eos', 'issuer-unreachable');
  figures.renewal('near', 'rucio', 'ok');
  const eos = {
    instance: 'near',
    target: 'eos',
    state: 'failing',
    expiresAt: 1_700_000_000
  } as const;
  figures.tokens = () => [eos];
  expect(figures.all).toMatchObject({
    tokens: [eos],
    renewals: [
      { instance: 'near', target: 'eos', outcome: 'ok', count: 2 },
      { instance: 'near', target: 'eos', outcome: 'issuer-unreachable', count: 1 },
      { instance: 'near', target: 'rucio', outcome: 'ok', count: 1 }
    ]
  });
});
