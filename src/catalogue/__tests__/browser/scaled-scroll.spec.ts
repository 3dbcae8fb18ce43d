import * as fc from 'fast-check';
import { ScaledScroll, TALLEST } from '../../browser/scaled-scroll.js';

const VIEW = 400;

it('changes nothing for a list that browsers can lay out', () => {
  const scale = new ScaledScroll();
  scale.resize(100_000, VIEW);
  expect(ScaledScroll.heightOf(100_000)).toBe(100_000);
  expect(scale.topOf(5_000)).toBe(5_000);
  expect(scale.offsetOf(5_000)).toBe(5_000);
});

it('never lays out more than browsers do, and reaches the last row', () => {
  const total = 1_000_000 * 24;
  const scale = new ScaledScroll();
  scale.resize(total, VIEW);
  expect(ScaledScroll.heightOf(total)).toBe(TALLEST);
  expect(scale.offsetOf(0)).toBe(0);
  expect(scale.offsetOf(TALLEST - VIEW)).toBeCloseTo(total - VIEW, 3);
  expect(scale.topOf(total)).toBeCloseTo(TALLEST - VIEW, 3);
});

it('comes back to where it was set, to the pixel, though browsers round', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 700_000, max: 20_000_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (rows, part) => {
        const scale = new ScaledScroll();
        scale.resize(rows * 24, VIEW);
        const offset = part * (rows * 24 - VIEW);
        expect(scale.offsetOf(Math.round(scale.topOf(offset)))).toBeCloseTo(offset, 3);
      }
    )
  );
});
