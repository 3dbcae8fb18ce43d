/** Values of ASN.1 in DER (X.690), as far as a certificate needs them. */
export const der = {
  sequence: (...parts: Buffer[]) => value(0x30, ...parts),
  set: (...parts: Buffer[]) => value(0x31, ...parts),
  octets: (...parts: Buffer[]) => value(0x04, ...parts),
  bits: (content: Buffer) => value(0x03, Buffer.from([0]), content),
  utf8: (text: string) => value(0x0c, Buffer.from(text)),
  ia5: (text: string) => value(0x16, Buffer.from(text)),
  yes: () => value(0x01, Buffer.from([0xff])),
  /** A number without a sign. */
  integer: (content: Buffer) => {
    const first = content.findIndex(byte => byte !== 0);
    const digits = first < 0 ? Buffer.from([0]) : content.subarray(first);
    return value(0x02, ...((digits[0] ?? 0) > 0x7f ? [Buffer.from([0])] : []), digits);
  },
  time: (time: Date) => {
    const text = time
      .toISOString()
      .replace(/[-:T]/g, '')
      .replace(/\.\d+Z$/, 'Z');
    return time.getUTCFullYear() < 2050
      ? value(0x17, Buffer.from(text.slice(2)))
      : value(0x18, Buffer.from(text));
  },
  oid: (text: string) => {
    const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
    return value(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
  },
  /** [n], constructed. */
  tagged: (n: number, ...parts: Buffer[]) => value(0xa0 + n, ...parts),
  /** [n], with bytes of its own. */
  implicit: (n: number, content: Buffer) => value(0x80 + n, content)
};

function value(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function base128(n: number): number[] {
  const digits = [n & 0x7f];
  for (let rest = n >> 7; rest > 0; rest >>= 7) {
    digits.unshift((rest & 0x7f) | 0x80);
  }
  return digits;
}
