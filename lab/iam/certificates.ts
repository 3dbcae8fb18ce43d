import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { rootCertificates } from 'node:tls';
import { programPath } from '../debian.ts';
import { privateFolder, writePrivate } from '../private-file.ts';
import { run } from '../run.ts';

/** Where the lake's own certificate authority and the certificate of its servers are. */
export interface ICertificates {
  /** The authority's certificate alone. */
  authority: string;
  /** The authority's with those that everybody trusts, for programs that take one file. */
  bundle: string;
  certificate: string;
  key: string;
  /** The authority's under the name that OpenSSL looks for (X509_CERT_DIR). */
  folder: string;
}

/** Below this folder; nothing is made. */
export function certificatesIn(folder: string): ICertificates {
  return {
    authority: path.join(folder, 'ca.pem'),
    bundle: path.join(folder, 'bundle.pem'),
    certificate: path.join(folder, 'server.pem'),
    key: path.join(folder, 'server.key'),
    folder: path.join(folder, 'authorities')
  };
}

/** Makes an authority and a certificate for `localhost`, unless they are there. The authority's key is not kept. */
export async function makeCertificates(folder: string): Promise<void> {
  const files = certificatesIn(folder);
  const { authority, bundle, certificate, key } = files;
  // The bundle is made last.
  if (existsSync(bundle)) return;
  privateFolder(folder);
  const authorityKey = path.join(folder, 'ca.key');
  try {
    await openssl('req', '-x509', ...NEW_KEY, authorityKey, '-out', authority, ...AUTHORITY);
    const signed = ['-CA', authority, '-CAkey', authorityKey];
    await openssl('req', '-x509', ...signed, ...NEW_KEY, key, '-out', certificate, ...SERVER);
  } finally {
    rmSync(authorityKey, { force: true });
  }
  privateFolder(files.folder);
  const hash = await openssl('x509', '-in', authority, '-noout', '-hash');
  writePrivate(path.join(files.folder, `${hash.trim()}.0`), readFileSync(authority, 'utf8'));
  writePrivate(bundle, `${systemBundle()}\n${readFileSync(authority, 'utf8')}`);
}

/** As long as anybody keeps a lake. */
const DAYS = '3650';
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout'];
const AUTHORITY = [
  ...['-days', DAYS, '-subj', '/CN=Data lake lab'],
  ...['-addext', 'basicConstraints=critical,CA:TRUE,pathlen:0'],
  ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign']
];
const SERVER = [
  ...['-days', DAYS, '-subj', '/CN=localhost'],
  ...['-addext', 'basicConstraints=critical,CA:FALSE'],
  ...['-addext', 'extendedKeyUsage=serverAuth'],
  // An XRootD server that fetches from another says the address so, and takes it for a name.
  ...['-addext', 'subjectAltName=DNS:localhost,DNS:[::ffff:127.0.0.1],IP:127.0.0.1']
];

/** Runs openssl; what it writes is this user's alone. */
export async function openssl(...words: string[]): Promise<string> {
  const before = process.umask(0o077);
  try {
    return await run([programPath('openssl') ?? 'openssl', ...words]);
  } finally {
    process.umask(before);
  }
}

/** What this user trusts, or else Debian; elsewhere, what Node trusts. */
function systemBundle(): string {
  const file = process.env['SSL_CERT_FILE'] ?? '/etc/ssl/certs/ca-certificates.crt';
  return existsSync(file) ? readFileSync(file, 'utf8') : rootCertificates.join('\n');
}
