import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import {
  asSigner,
  makeAuthority,
  makeCertificate,
  makeProxy,
  makeServerCertificate
} from '../../../testing/certificates.js';
import { TestServer } from '../../../testing/http-server.js';
import { aliceAt, clientOf, refuse, TOKEN } from '../../../testing/rucio-server.js';
import { RucioAccount } from '../account.js';
import type { IRucioClientSettings } from '../rucio-cfg.js';
import { RucioSignIn } from '../sign-in.js';

const signal = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), 'datalake-certificates-'));
const place = (name: string, text: string, mode = 0o600) => {
  const file = join(folder, name);
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
};

const HOUR = 3_600_000;
const authority = makeAuthority();
const front = makeServerCertificate(authority);
const ALICE = '/DC=org/DC=example/O=People/CN=Alice';
const alice = makeCertificate({
  subject: [
    ['DC', 'org'],
    ['DC', 'example'],
    ['O', 'People'],
    ['CN', 'Alice']
  ],
  by: asSigner(authority),
  until: new Date(Date.now() + 10 * HOUR)
});
const certFile = place('cert.pem', alice.certificate);
const keyFile = place('key.pem', alice.key);
/** As a certificate says it: whole seconds. */
const endOf = (pem: string) => Date.parse(new X509Certificate(pem).validTo);

const trusted = getCACertificates('default');
beforeAll(() => setDefaultCACertificates([...trusted, authority.certificate]));
afterAll(() => {
  setDefaultCACertificates(trusted);
  rmSync(folder, { recursive: true });
});

let server: TestServer;
beforeEach(async () => {
  server = await TestServer.start({
    cert: front.certificate,
    key: front.key,
    requestCert: true,
    rejectUnauthorized: false
  });
  const expires = new Date(Date.now() + HOUR).toUTCString();
  server.reply('/accounts/whoami', 200, JSON.stringify({ account: 'alice' }));
  for (const path of ['/auth/x509', '/auth/x509_proxy']) {
    server.reply(path, 200, '', {
      'X-Rucio-Auth-Token': TOKEN,
      'X-Rucio-Auth-Token-Expires': expires
    });
  }
});
afterEach(() => server.close());

function signInOf(change: Partial<IRucioClientSettings>) {
  const client: IRucioClientSettings = {
    ...aliceAt(server.url, ''),
    username: '',
    authType: 'x509',
    clientCert: certFile,
    clientKey: keyFile,
    ...change
  };
  const { http, session } = clientOf(client);
  return { signIn: new RucioSignIn(session, new RucioAccount(http, session)), session };
}

const proxied = (file: string): Partial<IRucioClientSettings> => ({
  authType: 'x509_proxy',
  clientX509Proxy: file
});

describe('with a certificate', () => {
  it('shows it to Rucio, and knows as whom and until when', async () => {
    const { signIn } = signInOf({});
    expect(await signIn.who(signal)).toEqual({
      authType: 'x509',
      account: 'alice',
      identity: ALICE,
      expiresAt: expect.any(Number) as number,
      source: certFile
    });
    expect(await signIn.credential()).toEqual({ endsAt: endOf(alice.certificate) });
    const [asked] = server.seen;
    expect([asked.url, asked.headers['x-rucio-account']]).toEqual(['/auth/x509', 'alice']);
    expect(new X509Certificate(asked.certificate).subject).toContain('CN=Alice');
  });

  it('shows it in the sign-in alone', async () => {
    await signInOf({}).signIn.who(signal);
    const { url, certificate } = server.seen[1];
    expect([url, certificate]).toEqual(['/accounts/whoami', '']);
  });

  it('takes one with its key in one file, as well', async () => {
    const both = place('both.pem', alice.certificate + alice.key);
    const { signIn } = signInOf({ clientCert: both, clientKey: '' });
    expect((await signIn.who(signal)).identity).toBe(ALICE);
  });

  it('leaves the account to Rucio where none is configured', async () => {
    await signInOf({ account: '' }).signIn.who(signal);
    expect(server.seen[0].headers).not.toHaveProperty('x-rucio-account');
  });

  it('says which accounts there are, where Rucio cannot choose', async () => {
    server.reply('/auth/x509', 206, '["alice", "prod"]', {
      'X-Rucio-Auth-Accounts': 'alice,prod'
    });
    await expect(signInOf({ account: '' }).signIn.who(signal)).rejects.toThrow(
      `At Rucio several accounts (alice, prod) have the identity ${ALICE}: say which in rucio.cfg, or by c.DataLake.account.`
    );
  });

  it('takes one token for all, and does not keep the key', async () => {
    const { session } = signInOf({});
    const [one, two] = await Promise.all([session.held(), session.held()]);
    expect(one).toBe(two);
    expect(server.seen).toHaveLength(1);
    expect(JSON.stringify(one)).not.toContain('PRIVATE KEY');
  });

  it('says whom Rucio refuses, and as which account', async () => {
    server.on('/auth/x509', response => refuse(response));
    const refused = signInOf({}).signIn.who(signal);
    await expect(refused).rejects.toMatchObject({ code: 'sign-in-refused' });
    await expect(refused).rejects.toThrow(
      `Rucio refuses to sign in ${ALICE} as account alice: check the account, or ask your administrator to add this name to it as an X509 identity (the certificate is in ${certFile}).`
    );
  });

  it('is not sent by http', async () => {
    const refused = signInOf({ authUrl: 'http://127.0.0.1:1' }).signIn.who(signal);
    await expect(refused).rejects.toMatchObject({ code: 'not-configured' });
    await expect(refused).rejects.toThrow(/by https only, and http:\/\/127.0.0.1:1 is not/);
  });

  it('is not shown to a server that nobody vouches for', async () => {
    const stranger = makeServerCertificate(makeAuthority('Another'));
    const impostor = await TestServer.start({ cert: stranger.certificate, key: stranger.key });
    const refused = signInOf({ authUrl: impostor.url }).signIn.who(signal);
    await expect(refused).rejects.toThrow(/is not trusted: set c.DataLake.ca_cert/);
    expect(impostor.seen).toEqual([]);
    await impostor.close();
  });

  it('says that Rucio is away', async () => {
    await server.close();
    await expect(signInOf({}).signIn.who(signal)).rejects.toMatchObject({
      code: 'rucio-unreachable'
    });
  });

  it('says that Rucio does not answer', async () => {
    server.on('/auth/x509', () => {});
    const client = { ...aliceAt(server.url, ''), authType: 'x509', clientCert: certFile };
    const { session } = clientOf({ ...client, clientKey: keyFile }, 100);
    await expect(session.token()).rejects.toMatchObject({ code: 'rucio-slow' });
  });
});

describe('with a proxy', () => {
  it('shows all of its chain, and is known by its owner', async () => {
    const proxy = makeProxy(alice);
    const file = place('proxy', proxy.text);
    const { signIn } = signInOf(proxied(file));
    expect(await signIn.who(signal)).toMatchObject({
      authType: 'x509_proxy',
      identity: ALICE,
      source: file
    });
    expect(server.seen[0].url).toBe('/auth/x509_proxy');
    expect(await signIn.credential()).toEqual({ endsAt: endOf(proxy.certificate) });
  });

  it('ends when the first of its chain does', async () => {
    const proxy = makeProxy(alice, { until: new Date(Date.now() + 20 * HOUR) });
    const { signIn } = signInOf(proxied(place('long', proxy.text)));
    expect(await signIn.credential()).toEqual({ endsAt: endOf(alice.certificate) });
  });

  it('that has ended is named with its end, and Rucio is not asked', async () => {
    const until = new Date(Date.UTC(2026, 0, 2, 3, 4));
    const proxy = makeProxy(alice, { from: new Date(Date.UTC(2026, 0, 1)), until });
    const file = place('ended', proxy.text);
    const { signIn } = signInOf(proxied(file));
    const refused = signIn.who(signal);
    await expect(refused).rejects.toMatchObject({ code: 'credential-ended' });
    await expect(refused).rejects.toThrow(
      `The proxy in ${file} ended on 2026-01-02 03:04 UTC: make a new one with voms-proxy-init or grid-proxy-init.`
    );
    expect(await signIn.credential()).toEqual({ endsAt: until.getTime() });
    expect(server.seen).toEqual([]);
  });

  it('is seen when it was made anew', async () => {
    const file = place('renewed', makeProxy(alice, { until: new Date(Date.now() - HOUR) }).text);
    const { signIn } = signInOf(proxied(file));
    await expect(signIn.who(signal)).rejects.toMatchObject({ code: 'credential-ended' });
    place('renewed', makeProxy(alice).text);
    expect((await signIn.who(signal)).account).toBe('alice');
  });

  it('that is not there says how one is made', async () => {
    const file = join(folder, 'nothing');
    const { signIn } = signInOf(proxied(file));
    await expect(signIn.who(signal)).rejects.toThrow(
      `There is no proxy at ${file}: make one with voms-proxy-init or grid-proxy-init.`
    );
    expect(await signIn.credential()).toBeNull();
  });
});

describe('what cannot be used says why, with what to do:', () => {
  const stranger = makeCertificate({ subject: [['CN', 'Somebody']], by: asSigner(authority) });
  const encrypted = createPrivateKey(alice.key)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'sesame' })
    .toString();
  const ended = makeCertificate({
    subject: [['CN', 'Alice']],
    by: asSigner(authority),
    from: new Date(Date.UTC(2026, 0, 1)),
    until: new Date(Date.UTC(2026, 0, 2, 3, 4))
  });

  it.each([
    ['no certificate', { clientCert: '' }, 'not-configured', 'set client_cert and client_key'],
    [
      'no file of the certificate',
      { clientCert: '/nonexistent/cert' },
      'credential-unusable',
      'There is no file /nonexistent/cert: check client_cert'
    ],
    [
      'no file of the key',
      { clientKey: '/nonexistent/key' },
      'credential-unusable',
      'There is no file /nonexistent/key: check client_key'
    ],
    ['a folder', { clientCert: folder }, 'credential-unusable', 'cannot be read'],
    [
      'something else for a certificate',
      { clientCert: keyFile },
      'credential-unusable',
      `There is no certificate in ${keyFile}`
    ],
    [
      'a damaged certificate',
      { clientCert: place('damaged', alice.certificate.replace(/MII..../, 'AAAAAAAA')) },
      'credential-unusable',
      'is damaged: check client_cert'
    ],
    [
      'something else for a key',
      { clientKey: place('no-key', alice.certificate) },
      'credential-unusable',
      'There is no key in'
    ],
    [
      'a damaged key',
      { clientKey: place('damaged-key', alice.key.replace(/MIG..../, 'AAAAAAAA')) },
      'credential-unusable',
      'is damaged: check client_key'
    ],
    [
      'a key that its group can read',
      { clientKey: place('wide', alice.key, 0o640) },
      'credential-unusable',
      `can be read by others (mode 0640), so it is not used: run chmod 600 ${join(folder, 'wide')}.`
    ],
    [
      'the key of another certificate',
      { clientKey: place('other-key', stranger.key) },
      'credential-unusable',
      `does not belong to the certificate in ${certFile}: check client_key`
    ],
    [
      'a key with a passphrase',
      { clientKey: place('locked', encrypted) },
      'credential-unusable',
      'has a passphrase, which cannot be asked for here: make a proxy'
    ],
    [
      'a certificate that has ended',
      { clientCert: place('ended-cert', ended.certificate) },
      'credential-ended',
      'ended on 2026-01-02 03:04 UTC: put a new one there.'
    ],
    [
      'a proxy that others can read',
      proxied(place('wide-proxy', makeProxy(alice).text, 0o644)),
      'credential-unusable',
      'chmod 600'
    ]
  ])('%s', async (_, change, code, sentence) => {
    const error = await signInOf(change)
      .signIn.who(signal)
      .then(
        () => null,
        (thrown: Error & { code: string }) => thrown
      );
    expect(error).toMatchObject({ code });
    expect(error?.message).toContain(sentence);
    expect(JSON.stringify([error, error?.message, error?.stack, error?.cause])).not.toMatch(
      /PRIVATE KEY|AAAAAAAA/
    );
    expect(server.seen).toEqual([]);
  });
});
