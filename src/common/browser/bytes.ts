const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/**
 * Bytes in SI units, as Rucio's own WebUI shows them: `1.3 GB`, three significant digits at most.
 * null (Rucio does not say) is a dash.
 */
export function formatBytes(bytes: number | null | undefined, locale?: string): string {
  if (bytes === null || bytes === undefined || !Number.isFinite(bytes)) {
    return '–';
  }
  let value = Math.abs(bytes);
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  const text = value.toLocaleString(locale, { maximumFractionDigits: digits });
  return `${bytes < 0 ? '-' : ''}${text} ${UNITS[unit]}`;
}

/** Every byte, with separators: what stands in the tooltip. */
export function exactBytes(bytes: number | null | undefined, locale?: string): string {
  return bytes === null || bytes === undefined ? '–' : `${bytes.toLocaleString(locale)} B`;
}
