import * as z from 'zod';

/** A time as Rucio writes it (RFC 1123, or ISO without a zone, both UTC), or what else stands in its place. */
export function isoTime(value: unknown): string | null {
  if (typeof value !== 'string') {
    return null;
  }
  const zoned = /[Z+]|GMT|UTC|-\d\d:\d\d$/.test(value) ? value : `${value}Z`;
  const time = new Date(zoned);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

/** A number that is null, or left out, where Rucio does not know. */
export const Known = z
  .number()
  .nullish()
  .transform(value => value ?? null);

export const KnownText = z
  .string()
  .nullish()
  .transform(value => value ?? null);
