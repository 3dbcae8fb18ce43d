import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import {
  asSigner,
  makeAuthority,
  makeCertificate,
  makeProxy,
  makeServerCertificate
} from '../../testing/certificates.js';
import { TestServer } from '../../testing/http-server.js';
import { request, SECRET, testApp, type ITestApp } from '../../testing/lake-server.js';
import { PASSWORD, startRucio, TOKEN } from '../../testing/rucio-server.js';

const folder = mkdtempSync(join(tmpdir(), 'datalake-secrets-'));
const passwordFile = join(folder, 'password');
writeFileSync(passwordFile, PASSWORD, { mode: 0o600 });
afterAll(() => rmSync(folder, { recursive: true }));

let rucio: TestServer;
beforeEach(async () => {
  rucio = await startRucio();
});
afterEach(() => rucio.close());

/** A request that each route can read. */
const QUERY = new URLSearchParams({ did: 'a:b', scope: 'a', path: 'x.ipynb' });
const BODY = JSON.stringify({
  did: 'a:b',
  dids: ['a:b'],
  ruleId: '0'.repeat(32),
  lifetimeSeconds: 3600,
  path: 'x.ipynb',
  items: []
});

/** What Rucio has really done: echo headers, print a trace, put a token into an error. */
const LEAKS = {
  'an error with a token': [500, `{"ExceptionMessage": "token ${TOKEN} of alice"}`],
  'an echo of the request': [400, `X-Rucio-Auth-Token: ${TOKEN}\r\npassword=${PASSWORD}`],
  'a refusal with a token': [
    401,
    `{"ExceptionClass":"CannotAuthenticate","ExceptionMessage":"${TOKEN}"}`
  ],
  'garbage with a token': [200, `<html>${TOKEN} ${PASSWORD}</html>`]
} as const;

describe.each(Object.entries(LEAKS))('when Rucio answers with %s', (_, [status, body]) => {
  it('no route answers or logs a secret', async () => {
    rucio.reply('/', status, body);
    // Signing in goes well: there is something to leak.
    await signInWorks();
    const made = testApp(
      [
        {
          name: 'lab',
          rucioUrl: rucio.url,
          account: 'alice',
          username: 'alice',
          passwordFile,
          mounts: [{ rse: 'MOUNT', path: folder }]
        }
      ],
      { requestDeadlineSeconds: 5 }
    );
    await mustKeep([PASSWORD, TOKEN, TOKEN.slice(-20), SECRET], made);
    expect(rucio.seen.length).toBeGreaterThan(5);
  }, 60_000);
});

describe.each(['x509', 'x509_proxy'])('with a certificate (%s)', authType => {
  const authority = makeAuthority();
  const front = makeServerCertificate(authority);
  const alice = makeCertificate({ subject: [['CN', 'alice']], by: asSigner(authority) });
  const proxy = makeProxy(alice);
  const [clientCert, clientKey, clientX509Proxy] = Object.entries({
    'cert.pem': alice.certificate,
    'key.pem': alice.key,
    proxy: proxy.text
  }).map(([name, text]) => {
    const file = join(folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  });
  const trusted = getCACertificates('default');
  let secure: TestServer;
  beforeAll(async () => {
    setDefaultCACertificates([...trusted, authority.certificate]);
    const { certificate: cert, key } = front;
    secure = await TestServer.start({ cert, key, requestCert: true, rejectUnauthorized: false });
  });
  afterAll(async () => {
    await secure.close();
    setDefaultCACertificates(trusted);
  });

  it.each([
    ['is taken', 200],
    ['is refused', 401],
    ['makes Rucio fail', 500]
  ])(
    'that %s no route answers or logs it, its key, or the token',
    async (_, status) => {
      // Everything that is asked for is answered with what was sent.
      secure.on('/', (response, { headers, certificate }) =>
        response.writeHead(500).end(JSON.stringify({ headers, certificate, TOKEN }))
      );
      secure.on('/auth/', (response, { headers, certificate }) =>
        response
          .writeHead(status, status === 200 ? { 'X-Rucio-Auth-Token': TOKEN } : {})
          .end(JSON.stringify({ headers, certificate }))
      );
      secure.reply('/accounts/whoami', 200, JSON.stringify({ account: 'alice' }));
      const made = testApp([
        {
          name: 'lab',
          rucioUrl: secure.url,
          ...{ authType, clientCert, clientKey, clientX509Proxy },
          mounts: [{ rse: 'MOUNT', path: folder }]
        }
      ]);
      const secrets = [alice.certificate, alice.key, proxy.certificate, proxy.key]
        .flatMap(pem => pem.split('\n'))
        // The last line of a PEM may be so short that it stands anywhere by chance.
        .filter(line => line.length >= 16 && !line.startsWith('-'));
      await mustKeep([...secrets, 'PRIVATE KEY', 'BEGIN CERTIFICATE', TOKEN, SECRET], made);
      expect(secure.seen.some(({ certificate }) => certificate !== '')).toBe(true);
    },
    60_000
  );
});

/** No route answers with any of these, and none of them is logged. */
async function mustKeep(secrets: string[], { app, lake, logged }: ITestApp): Promise<void> {
  for (const { method, path } of app.routes) {
    if (method === 'ALL' || path === '/events') {
      continue;
    }
    const response = await app.request(
      method === 'GET'
        ? request(`${path}?${QUERY}`)
        : request(path.replace(':id', '1'), { method, body: BODY })
    );
    const shown = (await response.text()) + JSON.stringify([...response.headers]);
    for (const secret of secrets) {
      expect({ path, leaks: shown.includes(secret) }).toEqual({ path, leaks: false });
    }
  }
  lake.hub.publish('session');
  for (const secret of secrets) {
    expect(logged()).not.toContain(secret);
  }
}

async function signInWorks(): Promise<void> {
  const expires = new Date(Date.now() + 3_600_000).toUTCString();
  rucio.reply('/auth/userpass', 200, '', {
    'X-Rucio-Auth-Token': TOKEN,
    'X-Rucio-Auth-Token-Expires': expires
  });
}
