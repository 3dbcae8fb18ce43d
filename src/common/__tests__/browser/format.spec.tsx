import { render, screen } from '@testing-library/react';
import { exactBytes, formatBytes } from '../../browser/bytes.js';
import { formatCount } from '../../browser/counts.js';
import { formatDuration, relativeTime, Time } from '../../browser/time.js';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1 kB'],
  [1300, '1.3 kB'],
  [999_499, '999 kB'],
  [999_500, '1 MB'],
  [1_300_000_000, '1.3 GB'],
  [99_960_000, '100 MB'],
  [2e18, '2 EB'],
  [null, '–'],
  [undefined, '–'],
  [NaN, '–']
])('%p bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes, 'en')).toBe(text);
});

it('writes exact bytes and counts with separators, and a dash for what is not known', () => {
  expect(exactBytes(1234567, 'en')).toBe('1,234,567 B');
  expect(exactBytes(null)).toBe('–');
  expect(formatCount(41200, 'en')).toBe('41,200');
  expect(formatCount(null)).toBe('–');
});

const now = Date.parse('2026-11-21T12:00:00Z');
it.each([
  [now - 10_000, '10 seconds ago'],
  [now - 3 * 3_600_000, '3 hours ago'],
  [now + 2 * 86_400_000, 'in 2 days'],
  [now, 'now']
])('%p is %s', (then, text) => {
  expect(relativeTime(then, now, 'en')).toBe(text);
});

it.each([
  [0, '0 s'],
  [59, '59 s'],
  [120, '2 min'],
  [3900, '1 h 5 min'],
  [90_061, '1 d 1 h']
])('%p seconds take %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

it('shows a moment with the exact one for machines, and a dash for none', () => {
  render(
    <>
      <Time value="2020-02-01T10:00:00Z" />
      <Time value="nonsense" />
      <Time value={null} />
    </>
  );
  expect(screen.getByText(/ago$/)).toHaveAttribute('datetime', '2020-02-01T10:00:00Z');
  expect(screen.getAllByText('–')).toHaveLength(2);
});
