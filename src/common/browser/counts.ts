/** A count with separators; a dash where it is not known. */
export function formatCount(count: number | null | undefined, locale?: string): string {
  return count === null || count === undefined ? '–' : count.toLocaleString(locale);
}
