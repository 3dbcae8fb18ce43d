/** By its definition (RFC 1950): what others compute is held against it. */
export function adler32Of(bytes: Uint8Array): string {
  let a = 1;
  let b = 0;
  for (let start = 0; start < bytes.length; start += 3000) {
    const end = Math.min(start + 3000, bytes.length);
    for (let at = start; at < end; at++) {
      a += bytes[at];
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return (b * 65536 + a).toString(16).padStart(8, '0');
}
