import { readFileSync } from 'node:fs';
import path from 'node:path';
import { clientSecretFile } from './iam/plan.ts';
import { secretOf } from './iam/settings.ts';
import type { ILake, ILakeIam } from './lake.ts';
import { memcachedSocket } from './memcached.ts';
import { certificateOf } from './people-certificates.ts';

const passwordOf = (lake: ILake, name: string): string =>
  readFileSync(path.join(lake.folders.secrets, name), 'utf8').trim();

/** rucio.cfg of the REST server and the daemons. Holds passwords: 0600. */
export function serverConfig(lake: ILake, environment: string): string {
  const { log } = lake.folders;
  // The cache defaults to any memcached on port 11211, which may hold another lake's answers.
  return ini({
    common: {
      logdir: log,
      loglevel: 'WARNING',
      mailtemplatedir: path.join(environment, 'rucio/etc/mail_templates')
    },
    client: { rucio_host: lake.rucioUrl, auth_host: lake.rucioUrl },
    database: {
      default: databaseUrl(lake),
      schema: 'dev',
      echo: '0',
      pool_size: '10',
      max_overflow: '10',
      pool_recycle: '3600',
      pool_reset_on_return: 'rollback'
    },
    bootstrap: {
      userpass_identity: 'root',
      userpass_pwd: passwordOf(lake, 'root'),
      userpass_email: 'root@example.org',
      x509_identity: '/CN=Rucio User',
      x509_email: 'root@example.org',
      gss_identity: 'root@EXAMPLE.ORG',
      gss_email: 'root@example.org'
    },
    monitor: { enable_metrics: 'False' },
    cache: {
      url:
        lake.profile === 'full' ? `unix:${memcachedSocket(lake)}` : `127.0.0.1:${lake.ports.nobody}`
    },
    conveyor: {
      scheme: 'root,davs,https,file',
      transfertool: 'fts3',
      use_preparer: 'False'
    },
    policy: {
      ...(lake.policy === 'permissive' ? { package: 'lab_policy' } : {}),
      permission: 'generic',
      schema: 'generic',
      lfn2pfn_algorithm_default: 'hash',
      support: 'root@example.org',
      support_rucio: 'https://github.com/rucio/rucio/issues/'
    },
    alembic: { cfg: path.join(lake.folders.server, 'etc/alembic.ini') },
    api: { endpoints_add: 'accountlimits, archives, vos' },
    ...(lake.iam
      ? {
          oidc: {
            idpsecrets: idpSecretsFile(lake),
            admin_issuer: ISSUER_NAME,
            expected_audience: 'rucio',
            // All of it must be in a token.
            expected_scope: 'openid profile'
          }
        }
      : {})
  });
}

/** What Rucio calls the identity provider. */
const ISSUER_NAME = 'lab';

export const idpSecretsFile = (lake: ILake): string =>
  path.join(lake.folders.server, 'etc/idpsecrets.json');

/** Rucio as a client of the identity provider. Holds its secrets: 0600. Without `SCIM` Rucio knows no issuer at all. */
export function idpSecrets(lake: ILake, { issuer, rucioHttpsUrl }: ILakeIam): string {
  const client = (id: string): { client_id: string; client_secret: string } => ({
    client_id: id,
    client_secret: secretOf(clientSecretFile(lake.folders.secrets, id))
  });
  const lab = {
    ...client('rucio'),
    issuer,
    redirect_uris: rucioRedirectUris(rucioHttpsUrl),
    SCIM: client('rucio-admin')
  };
  return JSON.stringify({ [ISSUER_NAME]: lab }, undefined, 2) + '\n';
}

/** Where the identity provider sends browsers back to when Rucio is the client. */
export const rucioRedirectUris = (rucioHttpsUrl: string): string[] =>
  ['oidc_code', 'oidc_token'].map(route => `${rucioHttpsUrl}/auth/${route}`);

/** alembic.ini: Rucio only stamps the version of its tables with it. Holds a password: 0600. */
export function alembicConfig(lake: ILake): string {
  return ini({
    alembic: {
      script_location: 'rucio.db.sqla:migrate_repo',
      'sqlalchemy.url': databaseUrl(lake),
      version_table_schema: 'dev'
    },
    loggers: { keys: 'root' },
    handlers: { keys: 'console' },
    formatters: { keys: 'generic' },
    logger_root: { level: 'WARN', handlers: 'console' },
    handler_console: {
      class: 'StreamHandler',
      args: '(sys.stderr,)',
      level: 'NOTSET',
      formatter: 'generic'
    },
    formatter_generic: { format: '%(levelname)s [%(name)s] %(message)s' }
  });
}

/** rucio.cfg as a person has it, for one account. Holds the password: 0600. */
export function accountConfig(lake: ILake, account: string): string {
  return ini({
    client: {
      rucio_host: lake.rucioUrl,
      auth_host: lake.rucioUrl,
      auth_type: 'userpass',
      username: account,
      password: passwordOf(lake, account),
      account,
      request_retries: '3',
      // The default lies in /tmp and is shared by all lakes of this machine.
      auth_token_file_path: path.join(lake.folders.accounts, account, 'token')
    },
    policy: { permission: 'generic', schema: 'generic', lfn2pfn_algorithm_default: 'hash' }
  });
}

/** rucio.cfg of somebody who has a certificate, or a proxy of one. */
export function certifiedConfig(
  lake: ILake,
  iam: ILakeIam,
  person: string,
  authType: 'x509' | 'x509_proxy'
): string {
  const { certificate, key, proxy } = certificateOf(iam, person);
  return ini({
    client: {
      rucio_host: lake.rucioUrl,
      auth_host: iam.rucioHttpsUrl,
      ca_cert: iam.certificates.authority,
      auth_type: authType,
      ...(authType === 'x509'
        ? { client_cert: certificate, client_key: key }
        : { client_x509_proxy: proxy }),
      account: person,
      auth_token_file_path: path.join(lake.folders.accounts, person, `token-${authType}`)
    },
    policy: { permission: 'generic', schema: 'generic', lfn2pfn_algorithm_default: 'hash' }
  });
}

/** The only place where the secret of the copy service is: Rucio's HTTP client reads it from there. */
export function netrc(secret: string): string {
  return `machine 127.0.0.1 login rucio password ${secret}\n`;
}

function databaseUrl(lake: ILake): string {
  const password = passwordOf(lake, 'database');
  return `postgresql+psycopg://rucio:${password}@127.0.0.1:${lake.ports.postgres}/rucio`;
}

function ini(sections: Record<string, Record<string, string>>): string {
  return Object.entries(sections)
    .map(([section, values]) =>
      [
        `[${section}]`,
        ...Object.entries(values).map(([key, value]) => `${key} = ${value}`),
        ''
      ].join('\n')
    )
    .join('\n');
}
