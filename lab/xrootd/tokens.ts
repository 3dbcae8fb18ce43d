import path from 'node:path';
import { certificatesIn, type ICertificates } from '../iam/certificates.ts';
import type { ILake } from '../lake.ts';

/** The certificates again, as files of the user that XRootD runs as. */
export const serversCertificates = (lake: ILake): ICertificates =>
  certificatesIn(path.join(lake.folders.storage, 'certificates'));

/** Who may do what: a file for tokens, and one for those who show the lake's secret (sss). */
export const accessFiles = (lake: ILake): { tokens: string; secret: string } => ({
  tokens: path.join(lake.folders.storage, 'scitokens.cfg'),
  secret: path.join(lake.folders.storage, 'authdb')
});

/** The name that the secret stands for. No token has it for its subject. */
export const SECRET_NAME = 'lake';

/** Which tokens count: for this audience, from the lake's own identity provider; their scopes say for which paths. */
export const tokenAccess = (issuer: string): string =>
  [
    '[Global]',
    'audience = xrootd',
    '[Issuer lab]',
    `issuer = ${issuer}`,
    'base_path = /',
    'map_subject = False',
    ''
  ].join('\n');

/** Everything below /lake for those who know the secret, and nothing for those who have neither it nor a token. */
export const secretAccess = `u ${SECRET_NAME} /lake a\n`;

/**
 * Lines of XRootD's configuration: tokens (ztn) beside the secret. Tokens need TLS, so whoever can is made to use it
 * from the first word, also with root://.
 */
export function tokenLines(lake: ILake): string[] {
  const { certificate, key, authority } = serversCertificates(lake);
  const { tokens, secret } = accessFiles(lake);
  return [
    'sec.protocol ztn',
    `xrd.tls ${certificate} ${key}`,
    `xrd.tlsca certfile ${authority}`,
    'xrootd.tls capable login',
    'ofs.authorize',
    `ofs.authlib ++ libXrdAccSciTokens.so config=${tokens}`,
    `acc.authdb ${secret}`
  ];
}

/** https on the port of a server. A redirector needs more: it would send people on by http, with their token in the URL. */
export const httpsLines = (port: number): string[] => [
  `xrd.protocol http:${port} libXrdHttp.so`,
  'http.header2cgi Authorization authz',
  'http.listingdeny yes'
];
