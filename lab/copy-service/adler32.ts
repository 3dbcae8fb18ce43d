import { createReadStream } from 'node:fs';

const MODULUS = 65521;
/** The sums of this many bytes stay below 2^31, so that the remainder is taken once per run of bytes. */
const RUN = 3800;

/** Adler-32 of a file as Rucio writes it: eight lower-case hexadecimal digits. */
export async function adler32(file: string): Promise<string> {
  let a = 1;
  let b = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    const bytes = chunk as Buffer;
    for (let from = 0; from < bytes.length; from += RUN) {
      const to = Math.min(from + RUN, bytes.length);
      for (let at = from; at < to; at++) {
        a += bytes[at]!;
        b += a;
      }
      a %= MODULUS;
      b %= MODULUS;
    }
  }
  return (b * 65536 + a).toString(16).padStart(8, '0');
}
