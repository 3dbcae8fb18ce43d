import {
  formatBytes,
  formatCount,
  formatDuration,
  formatRelative
} from '../../browser/quantity.js';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [999_949, '999.9 kB'],
  [999_950, '1.0 MB'],
  [1_250_000_000, '1.3 GB'],
  [3e21, '3000.0 EB']
])('writes %d bytes as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it('separates thousands', () => {
  expect(formatCount(41_200)).toBe('41,200');
});

it.each([
  [0, '0 sec'],
  [45, '45 sec'],
  [90, '2 min'],
  [7200, '2 hr'],
  [7 * 86_400, '7 days']
])('writes %d seconds as %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

it.each([
  [7 * 86_400, 'in 7 days'],
  [25 * 3600, 'in 25 hours'],
  [-600, '10 minutes ago']
])('writes %d seconds from now as %s', (seconds, text) => {
  const now = Date.UTC(2026, 10, 21);
  expect(formatRelative(new Date(now + seconds * 1000).toISOString(), now)).toBe(text);
});
