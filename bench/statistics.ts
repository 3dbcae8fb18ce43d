/** The value that `share` of the numbers do not exceed; null of none. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const at = Math.max(0, Math.ceil(share * sorted.length) - 1);
  return sorted[at] ?? null;
}

/** The middle one; null of none. */
export function median(values: readonly (number | null)[]): number | null {
  const known = values.filter(value => value !== null).toSorted((a, b) => a - b);
  const middle = Math.floor(known.length / 2);
  if (known.length % 2 === 1) return known[middle] ?? null;
  return known.length === 0 ? null : ((known[middle - 1] ?? 0) + (known[middle] ?? 0)) / 2;
}
