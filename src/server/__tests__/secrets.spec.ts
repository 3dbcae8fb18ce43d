import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestServer } from '../../testing/http-server.js';
import { request, SECRET, testApp } from '../../testing/lake-server.js';
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
    const { app, lake, logged } = testApp(
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
      for (const secret of [PASSWORD, TOKEN, TOKEN.slice(-20), SECRET]) {
        expect({ path, leaks: shown.includes(secret) }).toEqual({ path, leaks: false });
      }
    }
    lake.hub.publish('session');
    expect(rucio.seen.length).toBeGreaterThan(5);
    for (const secret of [PASSWORD, TOKEN, TOKEN.slice(-20), SECRET]) {
      expect(logged()).not.toContain(secret);
    }
  }, 60_000);
});

async function signInWorks(): Promise<void> {
  const expires = new Date(Date.now() + 3_600_000).toUTCString();
  rucio.reply('/auth/userpass', 200, '', {
    'X-Rucio-Auth-Token': TOKEN,
    'X-Rucio-Auth-Token-Expires': expires
  });
}
