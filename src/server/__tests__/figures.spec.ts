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
    rucioSeconds: 30.75
  });
  const before = told.length;
  jest.advanceTimersByTime(24 * 3600 * 1000);
  expect(told).toHaveLength(before);
  figures.underWay = () => 3;
  jest.advanceTimersByTime(1000);
  expect(told.at(-1)?.transfersUnderWay).toBe(3);
  stop();
  figures.rucio('ok', 1);
  jest.advanceTimersByTime(5000);
  expect(told).toHaveLength(before + 1);
});
