const UNITS = ['kB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/** Bytes in SI units, as Rucio's own pages write them: 1.3 GB. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) {
    return `${bytes} B`;
  }
  let value = bytes / 1000;
  let unit = 0;
  // 999.95 would be written 1000.0.
  while (value >= 999.95 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(1)} ${UNITS[unit]}`;
}

/** A count with separators: 41,200. */
export function formatCount(count: number): string {
  return count.toLocaleString();
}

const STEPS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1]
] as const;

/** The largest unit of which there are at least `atLeast`, and how many. */
function inUnits(seconds: number, atLeast: number) {
  const [unit, length] = STEPS.find(step => Math.abs(seconds) >= atLeast * step[1]) ?? STEPS[3];
  return { unit, amount: Math.round(seconds / length) };
}

/** A length of time in the one unit that fits, in the reader's language: 45 sec, 12 min, 3 hr. */
export function formatDuration(seconds: number): string {
  const { unit, amount } = inUnits(seconds, 1);
  return amount.toLocaleString(undefined, { style: 'unit', unit, unitDisplay: 'short' });
}

const RELATIVE = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

/** How far off an ISO time is, in the reader's language: in 7 days, 2 hours ago. */
export function formatRelative(iso: string, now = Date.now()): string {
  // "in 47 hours" is no use to anyone, nor is "tomorrow" for 25 hours: two of a unit make it fit.
  const { unit, amount } = inUnits((Date.parse(iso) - now) / 1000, 2);
  return RELATIVE.format(amount, unit);
}

/** The exact time, for hovering over a relative one. */
export function formatTime(iso: string): string {
  return new Date(iso).toLocaleString();
}
