import { renameSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { until } from '../home.ts';
import { LIFE_SECONDS, scene, type Stage } from './stage.ts';

/** Below those that the system gives away: it can be opened again. */
const FIRST_PORT = 22450;
let hubs = 0;

/** JupyterHub as far as the token of its user goes. */
class StandInHub {
  readonly port = FIRST_PORT + hubs++;
  asked = 0;

  /** What it hands over from now on; made when it is asked the next time. */
  hand(make: () => Promise<string>): void {
    let made: Promise<string> | undefined;
    this._token = () => (made ??= make());
  }

  async open(): Promise<void> {
    this._server = createServer((_, response) => {
      this.asked++;
      response.setHeader('Content-Type', 'application/json');
      void this._token()
        .then(token => response.end(JSON.stringify({ auth_state: { access_token: token } })))
        .catch(() => response.destroy());
    })
      .listen(this.port, '127.0.0.1')
      .unref();
    await once(this._server, 'listening');
  }

  async close(): Promise<void> {
    this._server.closeAllConnections();
    await new Promise(resolve => this._server.close(resolve));
  }

  private _server!: Server;
  private _token = () => Promise.resolve('');
}

/** A server behind a hub that hands over a token which lasts. */
async function behindHub(stage: Stage) {
  const hub = new StandInHub();
  await hub.open();
  const freshToken = async (seconds: number) => {
    await stage.iam.control.turn({ accessTokenSeconds: seconds });
    const { access_token } = await stage.iam.client('jupyterhub').signIn(stage.iam.person('alice'));
    await stage.iam.control.turn({ accessTokenSeconds: LIFE_SECONDS });
    return access_token;
  };
  const start = async () => {
    const access = { apiUrl: `http://127.0.0.1:${hub.port}/hub/api`, user: 'alice', token: 'x' };
    const server = await stage.server(stage.config('server', { source: 'hub' }), access);
    await stage.until(server, 'valid');
    return server;
  };
  return { hub, freshToken, start };
}

scene(
  'JupyterHub down: tokens go on while the one in hand lasts, and again when it is back',
  async stage => {
    const { hub, freshToken, start } = await behindHub(stage);
    hub.hand(() => freshToken(2.5 * LIFE_SECONDS));
    const server = await start();
    await hub.close();
    const first = server.claims('storage').expiresAt ?? Infinity;
    await until(() => (server.claims('storage').expiresAt ?? 0) > first + LIFE_SECONDS * 1000);
    await stage.until(server, 'expired');
    await until(async () => (await server.problems())[0] === 'issuer-unreachable');
    expect(server.has('eos') && server.has('storage')).toBe(true);
    hub.hand(() => freshToken(3600));
    await hub.open();
    await stage.until(server, 'valid');
    await hub.close();
  }
);

scene(
  'JupyterHub that hands over a token that has ended is asked calmly, until it has another',
  async stage => {
    const { hub, freshToken, start } = await behindHub(stage);
    hub.hand(() => freshToken(LIFE_SECONDS));
    const server = await start();
    await stage.until(server, 'expired');
    await until(async () => (await server.problems())[0] === 'issuer-failed');
    hub.hand(() => freshToken(3600));
    await stage.until(server, 'valid');
    expect(hub.asked).toBeLessThan(12);
    await hub.close();
  }
);

scene('a token in a file is used as soon as somebody has put another one there', async stage => {
  await stage.iam.control.turn({ accessTokenSeconds: 3600 });
  const subjectFile = join(stage.home, 'subject');
  const put = async (person: string) => {
    const { access_token } = await stage.iam.client('datalake').signIn(stage.iam.person(person));
    writeFileSync(`${subjectFile}.new`, access_token, { mode: 0o600 });
    renameSync(`${subjectFile}.new`, subjectFile);
  };
  const server = await stage.server(stage.config('server', { source: 'file', subjectFile }));
  await until(async () => (await server.problems())[0] === 'not-signed-in');
  await put('alice');
  await stage.until(server, 'valid');
  const before = await stage.requestsFor('/token');
  await put('bob');
  await until(() => server.claims('storage').subject === 'subject-of-bob');
  await until(() => server.claims('eos').subject === 'subject-of-bob');
  // Bob's own sign-in, and an exchange for each target; one more each if Alice's token was found before it was news.
  const asked = (await stage.requestsFor('/token')) - before;
  expect(asked).toBeGreaterThanOrEqual(3);
  expect(asked).toBeLessThanOrEqual(5);
});
