import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { der } from './der.js';

/** A certificate with its key, to be used or to sign others. */
export interface ICertificate {
  /** PEM. */
  certificate: string;
  /** PEM. */
  key: string;
  /** With those that signed it, but for the authority itself. */
  chain: string;
  name: Buffer;
  privateKey: KeyObject;
}

export interface IOrder {
  /** [type, text], the outermost first: DC, O, CN. */
  subject: readonly (readonly [keyof typeof NAMES, string])[];
  /** Left out: signed by itself. */
  by?: Pick<ICertificate, 'name' | 'privateKey' | 'chain'>;
  from?: Date;
  until?: Date;
  extensions?: readonly Buffer[];
}

const NAMES = { DC: '0.9.2342.19200300.100.1.25', O: '2.5.4.10', CN: '2.5.4.3' };
const ECDSA_SHA256 = der.sequence(der.oid('1.2.840.10045.4.3.2'));
const HOUR_MS = 3_600_000;

function extension(oid: string, content: Buffer): Buffer {
  return der.sequence(der.oid(oid), der.yes(), der.octets(content));
}

const AUTHORITY = extension('2.5.29.19', der.sequence(der.yes()));
const LOOPBACK = extension(
  '2.5.29.17',
  der.sequence(
    der.implicit(7, Buffer.from([127, 0, 0, 1])),
    der.implicit(2, Buffer.from('localhost'))
  )
);
/** RFC 3820: may do all that its owner may. */
const PROXY = extension(
  '1.3.6.1.5.5.7.1.14',
  der.sequence(der.sequence(der.oid('1.3.6.1.5.5.7.21.1')))
);

/** A certificate to order, good for an hour if nothing else is said. */
export function makeCertificate({
  subject,
  by,
  from,
  until,
  extensions = []
}: IOrder): ICertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = nameOf(subject);
  return signed(name, { privateKey, publicKey }, { by, from, until, extensions });
}

/** A certificate authority. */
export function makeAuthority(name = 'Test authority'): ICertificate {
  return makeCertificate({ subject: [['CN', name]], extensions: [AUTHORITY] });
}

/** A certificate for servers on the loopback. */
export function makeServerCertificate(by: ICertificate): ICertificate {
  return makeCertificate({
    subject: [['CN', 'localhost']],
    by: asSigner(by),
    extensions: [LOOPBACK]
  });
}

/** A proxy of somebody (RFC 3820); the text is what its file holds: certificate, key, chain. */
export function makeProxy(
  of: Pick<ICertificate, 'name' | 'privateKey' | 'chain'>,
  life: Pick<IOrder, 'from' | 'until'> = {}
): ICertificate & { text: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const number = String(randomBytes(4).readUInt32BE());
  // The owner's name and one part more.
  const name = der.sequence(contentOf(of.name), part('CN', number));
  const made = signed(name, { privateKey, publicKey }, { ...life, by: of, extensions: [PROXY] });
  return { ...made, text: made.certificate + made.key + of.chain };
}

/** An authority is in nobody's chain. */
export const asSigner = (authority: ICertificate): ICertificate => ({ ...authority, chain: '' });

function signed(
  name: Buffer,
  { privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject },
  { by, from, until, extensions = [] }: Omit<IOrder, 'subject'>
): ICertificate {
  const start = from ?? new Date(Date.now() - HOUR_MS);
  const end = until ?? new Date(Date.now() + HOUR_MS);
  const body = der.sequence(
    der.tagged(0, der.integer(Buffer.from([2]))),
    der.integer(randomBytes(8)),
    ECDSA_SHA256,
    by?.name ?? name,
    der.sequence(der.time(start), der.time(end)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der.tagged(3, der.sequence(...extensions))
  );
  const signature = sign('sha256', body, by?.privateKey ?? privateKey);
  const certificate = pem(der.sequence(body, ECDSA_SHA256, der.bits(signature)));
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { certificate, key, chain: certificate + (by?.chain ?? ''), name, privateKey };
}

/** A name as it stands in a certificate. */
export function nameOf(subject: IOrder['subject']): Buffer {
  return der.sequence(...subject.map(([type, text]) => part(type, text)));
}

function part(type: keyof typeof NAMES, text: string): Buffer {
  const said = type === 'DC' ? der.ia5(text) : der.utf8(text);
  return der.set(der.sequence(der.oid(NAMES[type]), said));
}

/** What is within a sequence. */
function contentOf(sequence: Buffer): Buffer {
  const size = sequence[1] ?? 0;
  return sequence.subarray(size < 0x80 ? 2 : 2 + (size & 0x7f));
}

function pem(content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
