import { useNow } from './use-now.js';

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1]
];

/** `3 hours ago`, `in 2 days`. */
export function relativeTime(then: number, now: number, locale?: string): string {
  const seconds = Math.round((then - now) / 1000);
  const [unit, size] = STEPS.find(([, step]) => Math.abs(seconds) >= step) ?? ['second', 1];
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  return format.format(Math.trunc(seconds / size), unit);
}

/** The exact moment as people read it, with the time zone. */
export function exactTime(then: number, locale?: string): string {
  return new Date(then).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'long' });
}

/** `2 min`, `1 h 5 min`, `3 days`: how long something takes, at most two parts. */
export function formatDuration(seconds: number): string {
  const total = Math.max(0, Math.round(seconds));
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(total / 86_400), 'd'],
    [Math.floor((total % 86_400) / 3600), 'h'],
    [Math.floor((total % 3600) / 60), 'min'],
    [total % 60, 's']
  ];
  const first = parts.findIndex(([n]) => n > 0);
  if (first < 0) {
    return '0 s';
  }
  return parts
    .slice(first, first + 2)
    .filter(([n]) => n > 0)
    .map(([n, unit]) => `${n} ${unit}`)
    .join(' ');
}

interface ITimeProps {
  /** ISO 8601, as on our wire. */
  value: string | null;
  /** It has happened: our clock is up to half a minute late, and says no future of it. */
  past?: boolean;
}

/** A moment relative to now, with the exact one on hover and for machines. */
export function Time({ value, past }: ITimeProps) {
  const now = useNow();
  const then = value === null ? NaN : Date.parse(value);
  if (Number.isNaN(then)) {
    return <span>–</span>;
  }
  return (
    <time dateTime={value ?? ''} title={exactTime(then)}>
      {relativeTime(past === true ? Math.min(then, now) : then, now)}
    </time>
  );
}
