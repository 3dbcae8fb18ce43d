import { randomInt } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { openssl } from './iam/certificates.ts';
import type { ILake, ILakeIam } from './lake.ts';
import { privateFolder, writePrivate } from './private-file.ts';

/** Who has a certificate. */
export const CERTIFIED = 'alice';

/** A person's certificate and key, and a proxy of it, as grid tools leave them. */
export interface IPersonalCertificate {
  certificate: string;
  key: string;
  proxy: string;
}

/** Where people's certificates are, with the authority that signed them: another one than the servers'. */
export const peopleFolder = ({ certificates }: ILakeIam): string =>
  path.join(path.dirname(certificates.authority), 'people');

export const peopleAuthority = (iam: ILakeIam): string => path.join(peopleFolder(iam), 'ca.pem');

export function certificateOf(iam: ILakeIam, person: string): IPersonalCertificate {
  const below = (ending: string): string => path.join(peopleFolder(iam), `${person}.${ending}`);
  return { certificate: below('pem'), key: below('key'), proxy: below('proxy') };
}

/** The name in a person's certificate, as Rucio knows it. */
export const nameOf = (person: string): string => `/DC=org/DC=example/O=Data lake lab/CN=${person}`;

/** As long as anybody keeps a lake; a proxy is made anew by each "up". */
const DAYS = '3650';
const PROXY_DAYS = '7';
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout'];
const NO_AUTHORITY = ['-addext', 'basicConstraints=critical,CA:FALSE'];

/** Makes the authority and a certificate, unless they are there. The authority's key is not kept. */
export async function makePeopleCertificates(iam: ILakeIam): Promise<void> {
  const folder = peopleFolder(iam);
  const authority = peopleAuthority(iam);
  const { certificate, key } = certificateOf(iam, CERTIFIED);
  // The person's is made last.
  if (existsSync(certificate)) return;
  privateFolder(folder);
  const authorityKey = path.join(folder, 'ca.key');
  try {
    await openssl(
      ...['req', '-x509', ...NEW_KEY, authorityKey, '-out', authority, '-days', DAYS],
      ...['-subj', '/CN=Data lake lab, people', '-addext', 'basicConstraints=critical,CA:TRUE'],
      ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign']
    );
    await openssl(
      ...['req', '-x509', '-CA', authority, '-CAkey', authorityKey, ...NEW_KEY, key],
      ...['-out', certificate, '-days', DAYS, '-subj', nameOf(CERTIFIED), ...NO_AUTHORITY],
      ...['-addext', 'keyUsage=critical,digitalSignature', '-addext', 'extendedKeyUsage=clientAuth']
    );
  } finally {
    rmSync(authorityKey, { force: true });
  }
}

/** Makes a proxy (RFC 3820) that may do all that the person may, as voms-proxy-init does. */
export async function makeProxy(iam: ILakeIam, person: string): Promise<void> {
  const { certificate, key, proxy } = certificateOf(iam, person);
  const [newCertificate, newKey] = [`${proxy}.pem`, `${proxy}.key`];
  try {
    await openssl(
      ...['req', '-x509', '-CA', certificate, '-CAkey', key, ...NEW_KEY, newKey],
      ...['-out', newCertificate, '-days', PROXY_DAYS, ...NO_AUTHORITY],
      ...['-subj', `${nameOf(person)}/CN=${randomInt(2 ** 31)}`],
      ...['-addext', 'keyUsage=critical,digitalSignature'],
      ...['-addext', 'proxyCertInfo=critical,language:id-ppl-inheritAll']
    );
    const parts = [newCertificate, newKey, certificate];
    writePrivate(proxy, parts.map(file => readFileSync(file, 'utf8')).join(''));
  } finally {
    for (const file of [newCertificate, newKey]) rmSync(file, { force: true });
  }
}

/** rucio.cfg files of a person who has a certificate. */
export const certifiedConfigs = (
  lake: ILake,
  person: string
): Record<'x509' | 'x509_proxy', string> => {
  const etc = path.join(lake.folders.accounts, person, 'etc');
  return { x509: path.join(etc, 'rucio-x509.cfg'), x509_proxy: path.join(etc, 'rucio-proxy.cfg') };
};
