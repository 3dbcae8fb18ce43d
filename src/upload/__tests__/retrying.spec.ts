import { describe, expect, it } from '@jest/globals';
import { fromProblem, toProblem } from '../../common/contract/problem.js';
import { pauseMs, triesAgain, triesOf } from '../core/retrying.js';

const problem = (retryAfterSeconds?: number) =>
  toProblem(fromProblem({ code: 'store-busy', message: 'Busy.', retryAfterSeconds }));

it('a pause is a whole number of milliseconds, whatever chance says', () => {
  for (const random of [0, 0.1234567, 1 / 3, 0.999999]) {
    for (const tries of [1, 2, 3, 30]) {
      expect(pauseMs(problem(), tries, () => random) % 1).toBe(0);
    }
  }
  expect(pauseMs(problem(1.0005), 1, () => 0)).toBe(1001);
});

describe('tries that are counted', () => {
  it('begin anew when a store that was away is back', () => {
    expect(triesOf('store-failed', 2, 'store-unreachable')).toBe(1);
    expect(triesAgain('store-failed', triesOf('store-failed', 7, 'store-unreachable'))).toBe(true);
  });

  it('go on otherwise', () => {
    expect(triesOf('store-failed', 0, undefined)).toBe(1);
    expect(triesOf('checksum-mismatch', 2, 'store-failed')).toBe(3);
    expect(triesOf('store-unreachable', 2, 'store-failed')).toBe(3);
    expect(triesOf('store-unreachable', 3, 'store-unreachable')).toBe(4);
  });
});
