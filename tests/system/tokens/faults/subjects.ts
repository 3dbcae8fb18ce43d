import { renameSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { until } from '../home.ts';
import { LIFE_SECONDS, scene, type Stage } from './stage.ts';

/** JupyterHub as far as the token of its user goes. */
class StandInHub {
  /** The token that it hands over. */
  token = '';
  asked = 0;

  async open(port = 0): Promise<void> {
    this._server = createServer((_, response) => {
      this.asked++;
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ auth_state: { access_token: this.token } }));
    })
      .listen(port, '127.0.0.1')
      .unref();
    await once(this._server, 'listening');
  }

  async close(): Promise<void> {
    this._server.closeAllConnections();
    await new Promise(resolve => this._server.close(resolve));
  }

  get port(): number {
    return (this._server.address() as AddressInfo).port;
  }

  private _server!: Server;
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
    hub.token = await freshToken(2.5 * LIFE_SECONDS);
    const server = await start();
    const { port } = hub;
    await hub.close();
    const first = server.claims('storage').expiresAt ?? Infinity;
    await until(() => (server.claims('storage').expiresAt ?? 0) > first + LIFE_SECONDS * 1000);
    await stage.until(server, 'expired');
    expect((await server.problems())[0]).toBe('issuer-unreachable');
    expect(server.has('eos') && server.has('storage')).toBe(true);
    await hub.open(port);
    hub.token = await freshToken(3600);
    await stage.until(server, 'valid');
    await hub.close();
  }
);

scene(
  'JupyterHub that hands over a token that has ended is asked calmly, until it has another',
  async stage => {
    const { hub, freshToken, start } = await behindHub(stage);
    hub.token = await freshToken(LIFE_SECONDS);
    const server = await start();
    await stage.until(server, 'expired');
    const told = await server.problems();
    expect(told[0]).toBe('issuer-failed');
    hub.token = await freshToken(3600);
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
  // Bob's own sign-in, and an exchange for each target.
  expect((await stage.requestsFor('/token')) - before).toBe(3);
});
