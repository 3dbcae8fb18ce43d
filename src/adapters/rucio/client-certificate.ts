import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { open } from 'node:fs/promises';
import { DataLakeError } from '../../common/contract/problem.js';

/** Where a certificate and its key are; of a proxy, both are in one file. */
export interface ICertificatePlace {
  kind: 'x509' | 'x509_proxy';
  certificateFile: string;
  keyFile: string;
}

/** What everybody may know of a certificate. */
export interface ICertificateFacts {
  /** As grids write it: /DC=org/CN=Alice; of a proxy, whose proxy it is. */
  dn: string;
  /** When the first of the chain ends, in milliseconds since 1970. */
  endsAt: number;
}

export interface IClientCertificate extends ICertificateFacts {
  /** PEM, with what was signed first in front. */
  chain: string;
  /** PEM: a secret. */
  key: string;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;
const KEY = /-----BEGIN ([A-Z ]*)PRIVATE KEY-----[\s\S]+?-----END \1PRIVATE KEY-----/;
/** What proxies add to the name of their owner, as Rucio takes it off (core/authentication.py). */
const OF_PROXY = /(\/CN=(limited proxy|proxy|[0-9]+))+$/;

/** The certificate without its key. Throws `credential-unusable`; one that has ended is none the less told. */
export async function readCertificateFacts(place: ICertificatePlace): Promise<ICertificateFacts> {
  const { dn, endsAt } = certificatesIn(await read(place, place.certificateFile), place);
  return { dn, endsAt };
}

/**
 * The certificate and its key, as they are in their files now. Throws `credential-ended`, or
 * `credential-unusable` with what to do.
 */
export async function readClientCertificate(
  place: ICertificatePlace,
  now: number
): Promise<IClientCertificate> {
  const { certificateFile, keyFile } = place;
  const text = await read(place, certificateFile);
  const { chain, first, dn, endsAt } = certificatesIn(text, place);
  if (endsAt <= now) {
    throw new DataLakeError('credential-ended', endedSentence(place.kind, certificateFile, endsAt));
  }
  const key = KEY.exec(await readKey(place))?.[0];
  if (key === undefined) {
    throw unusable(`There is no key in ${keyFile}: ${check(place, 'client_key')}.`);
  }
  if (!first.checkPrivateKey(parsedKey(key, place))) {
    throw unusable(
      `The key in ${keyFile} does not belong to the certificate in ${certificateFile}: ${check(place, 'client_key')}.`
    );
  }
  return { chain, key, dn, endsAt };
}

/** That it has ended, when, and what to do. */
export function endedSentence(
  kind: ICertificatePlace['kind'],
  file: string,
  endsAt: number
): string {
  const when = `${new Date(endsAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return kind === 'x509_proxy'
    ? `The proxy in ${file} ended on ${when}: make a new one with voms-proxy-init or grid-proxy-init.`
    : `The certificate in ${file} ended on ${when}: put a new one there.`;
}

function certificatesIn(text: string, place: ICertificatePlace) {
  const texts = text.match(CERTIFICATE) ?? [];
  let chain: X509Certificate[];
  try {
    chain = texts.map(each => new X509Certificate(each));
  } catch (cause) {
    throw unusable(
      `The certificate in ${place.certificateFile} is damaged: ${check(place, 'client_cert')}.`,
      cause
    );
  }
  const first = chain[0];
  if (first === undefined) {
    throw unusable(
      `There is no certificate in ${place.certificateFile}: ${check(place, 'client_cert')}.`
    );
  }
  return {
    chain: texts.join('\n'),
    first,
    dn: distinguishedName(first.subject),
    endsAt: Math.min(...chain.map(({ validTo }) => Date.parse(validTo)))
  };
}

/** Node has a line for each part, and a backslash before what RFC 2253 would mistake. */
function distinguishedName(subject: string): string {
  const name = subject
    .split('\n')
    .map(part => `/${part.replace(/\\(.)/g, '$1')}`)
    .join('');
  return name.replace(OF_PROXY, '');
}

function parsedKey(key: string, { keyFile, kind }: ICertificatePlace): KeyObject {
  try {
    return createPrivateKey(key);
  } catch (cause) {
    throw /\bENCRYPTED\b/.test(key)
      ? unusable(
          `The key in ${keyFile} has a passphrase, which cannot be asked for here: make a proxy with voms-proxy-init or grid-proxy-init, and set auth_type to x509_proxy.`
        )
      : unusable(
          `The key in ${keyFile} is damaged: ${check({ kind }, 'client_key')}.`,
          // Its text may be in the message.
          new Error((cause as NodeJS.ErrnoException).code)
        );
  }
}

/** As grid tools do: a key that others can read is not used. */
async function readKey(place: ICertificatePlace): Promise<string> {
  const { keyFile } = place;
  let file;
  try {
    file = await open(keyFile);
  } catch (cause) {
    throw missing(place, keyFile, cause);
  }
  try {
    const mode = (await file.stat()).mode & 0o777;
    if ((mode & 0o077) !== 0) {
      throw unusable(
        `The key in ${keyFile} can be read by others (mode 0${mode.toString(8)}), so it is not used: run chmod 600 ${keyFile}.`
      );
    }
    return await file.readFile('utf8');
  } catch (cause) {
    throw cause instanceof DataLakeError ? cause : missing(place, keyFile, cause);
  } finally {
    await file.close();
  }
}

async function read(place: ICertificatePlace, path: string): Promise<string> {
  let file;
  try {
    file = await open(path);
    return await file.readFile('utf8');
  } catch (cause) {
    throw missing(place, path, cause);
  } finally {
    await file?.close();
  }
}

function missing(place: ICertificatePlace, path: string, cause: unknown): DataLakeError {
  if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') {
    return unusable(`${path} cannot be read: check whose it is.`, cause);
  }
  if (place.kind === 'x509_proxy') {
    return unusable(
      `There is no proxy at ${path}: make one with voms-proxy-init or grid-proxy-init.`,
      cause
    );
  }
  const option = path === place.certificateFile ? 'client_cert' : 'client_key';
  return unusable(`There is no file ${path}: ${check(place, option)}.`, cause);
}

function check({ kind }: Pick<ICertificatePlace, 'kind'>, option: string): string {
  return kind === 'x509_proxy'
    ? 'make a new proxy with voms-proxy-init or grid-proxy-init'
    : `check ${option} in rucio.cfg, or c.DataLake.${option}`;
}

const unusable = (message: string, cause?: unknown) =>
  new DataLakeError('credential-unusable', message, { cause });
