import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { DataLakeError } from '../common/contract/problem.js';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * Trusts these authorities beside those that Node trusts, for the whole process: a file of them, or a
 * folder as grids have it (/etc/grid-security/certificates). Throws `not-configured`.
 */
export function trust(place: string): void {
  let texts: string[];
  try {
    texts = statSync(place).isDirectory()
      ? readdirSync(place)
          .filter(name => /\.(?:pem|crt|0)$/.test(name))
          .map(name => readFileSync(join(place, name), 'utf8'))
      : [readFileSync(place, 'utf8')];
  } catch (cause) {
    throw new DataLakeError(
      'not-configured',
      `The certificate authorities in ${place} cannot be read: check c.DataLake.ca_cert.`,
      { cause }
    );
  }
  const authorities = texts.flatMap(text => text.match(CERTIFICATE) ?? []);
  if (authorities.length === 0) {
    throw new DataLakeError(
      'not-configured',
      `There is no certificate in ${place}: check c.DataLake.ca_cert.`
    );
  }
  setDefaultCACertificates([...getCACertificates('default'), ...new Set(authorities)]);
}
