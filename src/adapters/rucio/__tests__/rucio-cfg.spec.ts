import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveClient, type IRucioClientConfig } from '../rucio-cfg.js';

const folder = mkdtempSync(join(tmpdir(), 'datalake-cfg-'));
afterAll(() => rmSync(folder, { recursive: true }));

const NOTHING: IRucioClientConfig = {
  rucioCfg: '',
  rucioUrl: '',
  authUrl: '',
  caCert: '',
  account: '',
  authType: '',
  username: '',
  passwordFile: '',
  oidcTokenFile: '',
  oidcTokenEnv: '',
  clientCert: '',
  clientKey: '',
  clientX509Proxy: ''
};

function cfg(...lines: string[]): string {
  const file = join(folder, `${Math.random()}.cfg`);
  writeFileSync(file, ['[client]', ...lines].join('\n'));
  return file;
}

const CFG = [
  'rucio_host = https://rucio.example.org',
  'auth_host = https://auth.example.org',
  'account = alice',
  'username = alice-user',
  'password = hunter2',
  'ca_cert = ~/ca.pem'
];

it('is enough by itself', () => {
  const rucioCfg = cfg(...CFG);
  const client = resolveClient({ ...NOTHING, rucioCfg }, { HOME: '/home/alice' });
  expect(client).toEqual({
    ...NOTHING,
    rucioCfg,
    rucioUrl: 'https://rucio.example.org',
    authUrl: 'https://auth.example.org',
    account: 'alice',
    username: 'alice-user',
    caCert: '/home/alice/ca.pem',
    authType: 'userpass',
    clientX509Proxy: `/tmp/x509up_u${process.geteuid?.()}`,
    passwordCfg: rucioCfg,
    oidcAudience: '',
    oidcRefreshLifetime: ''
  });
  expect(JSON.stringify(client)).not.toContain('hunter2');
});

it('gives way to what is configured, and the account and sign-in type to the environment', () => {
  const set = { rucioUrl: 'https://other.example.org', passwordFile: '/p' };
  const env = { RUCIO_ACCOUNT: 'bob', RUCIO_AUTH_TYPE: 'oidc' };
  expect(resolveClient({ ...NOTHING, ...set, rucioCfg: cfg(...CFG) }, env)).toMatchObject({
    rucioUrl: 'https://other.example.org',
    account: 'bob',
    authType: 'oidc',
    passwordFile: '/p',
    passwordCfg: ''
  });
});

it('is not needed', () => {
  expect(resolveClient({ ...NOTHING, rucioUrl: 'http://r' }, {})).toMatchObject({
    rucioUrl: 'http://r',
    authUrl: 'http://r',
    authType: 'userpass'
  });
});

it.each([
  ['nothing at all', {}, /No Rucio is configured/],
  ['a file that is not there', { rucioCfg: '/nonexistent.cfg' }, /cannot be read/],
  ['a file without a host', { rucioCfg: cfg('account = alice') }, /no rucio_host/],
  ['a malformed file', { rucioCfg: cfg('what is this') }, /line 2/],
  ['a % that is not doubled', { rucioCfg: cfg('rucio_host = http://r/%20') }, /must be doubled/],
  ['an address that is none', { rucioUrl: 'rucio.example.org' }, /not an http or https address/],
  ['another kind of address', { rucioUrl: 'file:///etc/passwd' }, /not an http or https address/],
  ['a password in an address', { rucioUrl: 'https://a:hunter2@r' }, /password_file/]
])('says what is wrong with %s', (_, config, sentence) => {
  const resolve = () => resolveClient({ ...NOTHING, ...config }, {});
  expect(resolve).toThrow(sentence);
  expect(resolve).toThrow(expect.objectContaining({ code: 'not-configured' }) as Error);
  expect(resolve).not.toThrow(/hunter2/);
});

describe('a certificate or proxy', () => {
  const rucioCfg = cfg(
    ...CFG,
    'auth_type = x509_proxy',
    'client_cert = ~/.globus/usercert.pem',
    'client_key = $GRID/userkey.pem',
    'client_x509_proxy = /cfg/proxy'
  );
  const env = { HOME: '/home/alice', GRID: '/grid' };

  it('is where rucio.cfg says', () => {
    expect(resolveClient({ ...NOTHING, rucioCfg }, env)).toMatchObject({
      authType: 'x509_proxy',
      clientCert: '/home/alice/.globus/usercert.pem',
      clientKey: '/grid/userkey.pem',
      clientX509Proxy: '/cfg/proxy'
    });
  });

  it('is where the environment says, as for Rucio’s clients', () => {
    const variables = {
      ...env,
      RUCIO_CLIENT_CERT: '/env/cert',
      RUCIO_CLIENT_KEY: '/env/key',
      RUCIO_CLIENT_PROXY: '/env/proxy',
      X509_USER_PROXY: '/grid/proxy'
    };
    expect(resolveClient({ ...NOTHING, rucioCfg }, variables)).toMatchObject({
      clientCert: '/env/cert',
      clientKey: '/env/key',
      clientX509Proxy: '/env/proxy'
    });
    const without = cfg(...CFG);
    const { X509_USER_PROXY } = variables;
    expect(
      resolveClient({ ...NOTHING, rucioCfg: without }, { X509_USER_PROXY }).clientX509Proxy
    ).toBe('/grid/proxy');
  });

  it('is first of all where our own configuration says', () => {
    const set = { clientCert: '/our/cert', clientKey: '/our/key', clientX509Proxy: '/our/proxy' };
    const variables = { RUCIO_CLIENT_CERT: '/env/cert', RUCIO_CLIENT_PROXY: '/env/proxy' };
    expect(resolveClient({ ...NOTHING, rucioCfg, ...set }, variables)).toMatchObject(set);
  });
});
