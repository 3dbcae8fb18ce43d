import type { IncomingHttpHeaders } from 'node:http';

/**
 * The adler32 among the digests of an answer (RFC 3230 and RFC 9530); null: there is none. XRootD answers with the
 * one that it has, whatever was asked for; EOS leaves out zeros in front.
 */
export function adler32In(headers: IncomingHttpHeaders): string | null {
  for (const part of String(headers.digest ?? '').split(',')) {
    const match = /^\s*adler32=["']?([0-9a-f]{1,8})["']?\s*$/i.exec(part);
    if (match !== null) {
      return match[1].toLowerCase().padStart(8, '0');
    }
  }
  const match = /(?:^|,)\s*adler(?:32)?=:([A-Za-z0-9+/=]+):/.exec(
    String(headers['repr-digest'] ?? '')
  );
  const bytes = match === null ? null : Buffer.from(match[1], 'base64');
  return bytes?.length === 4 ? bytes.toString('hex') : null;
}
