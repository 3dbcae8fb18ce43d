const UNITS = ['kB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/** Bytes in SI units, as Rucio's own pages write them: 1.3 GB. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null) {
    return '';
  }
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
export function formatCount(count: number | null): string {
  return count === null ? '' : count.toLocaleString('en-US');
}

/** An ISO time as people write it, in this machine's time zone: 2026-11-21 14:05. */
export function formatTime(iso: string | null): string {
  const time = new Date(iso ?? NaN);
  if (Number.isNaN(time.getTime())) {
    return '';
  }
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** Seconds as people say them: 45 s, 12 min, 3 h 20 min, 6 d 4 h. */
export function formatDuration(seconds: number | null): string {
  if (seconds === null) {
    return '';
  }
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) {
    return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
  }
  if (hours > 0) {
    return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  }
  return minutes > 0 ? `${minutes} min` : `${whole} s`;
}
