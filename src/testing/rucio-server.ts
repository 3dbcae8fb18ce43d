import { credentialSource } from '../adapters/rucio/credentials.js';
import { RucioHttp } from '../adapters/rucio/http.js';
import type { IRucioClientSettings } from '../adapters/rucio/rucio-cfg.js';
import { RucioSession } from '../adapters/rucio/session.js';
import type { IClock } from '../common/core/clock.js';
import { TestServer } from './http-server.js';

/** What must never be seen anywhere but in requests to Rucio. */
export const PASSWORD = 'correct-horse-battery';
export const TOKEN = 'alice-alice-unknown-0123456789abcdef0123456789abcdef';

/** A server that signs alice in as Rucio does. All else it is to be told. */
export async function startRucio(): Promise<TestServer> {
  const server = await TestServer.start();
  server.on('/auth/userpass', (response, { headers }) => {
    if (headers['x-rucio-password'] !== PASSWORD) {
      refuse(response);
      return;
    }
    const expires = new Date(Date.now() + 3_600_000).toUTCString();
    response
      .writeHead(200, { 'X-Rucio-Auth-Token': TOKEN, 'X-Rucio-Auth-Token-Expires': expires })
      .end();
  });
  return server.reply('/accounts/whoami', 200, JSON.stringify({ account: 'alice' }));
}

/** As Rucio refuses a password, and a token. */
export function refuse(response: Parameters<Parameters<TestServer['on']>[1]>[0]): void {
  response.writeHead(401, { ExceptionClass: 'CannotAuthenticate' }).end(
    JSON.stringify({
      ExceptionClass: 'CannotAuthenticate',
      ExceptionMessage: 'Cannot authenticate with given credentials'
    })
  );
}

/** A clock that does not wait, and says for how long it would have. */
export class HastyClock implements IClock {
  readonly waits: number[] = [];

  now(): number {
    return Date.now();
  }

  elapsed(): number {
    return performance.now();
  }

  async sleep(milliseconds: number): Promise<void> {
    this.waits.push(milliseconds);
  }
}

/** Settings for alice, whose password is in this file. */
export function aliceAt(url: string, passwordFile: string): IRucioClientSettings {
  return {
    rucioCfg: '',
    rucioUrl: url,
    authUrl: url,
    caCert: '',
    account: 'alice',
    authType: 'userpass',
    username: 'alice',
    passwordFile,
    oidcTokenFile: '',
    oidcTokenEnv: '',
    clientCert: '',
    clientKey: '',
    clientX509Proxy: '',
    passwordCfg: '',
    oidcAudience: '',
    oidcRefreshLifetime: ''
  };
}

export interface IClientParts {
  http: RucioHttp;
  session: RucioSession;
  clock: HastyClock;
}

/** Our client of such a server. */
export function clientOf(client: IRucioClientSettings, deadlineMs = 30_000): IClientParts {
  const clock = new HastyClock();
  const session = new RucioSession(
    client.authUrl,
    credentialSource(client, clock),
    clock,
    deadlineMs
  );
  return {
    http: new RucioHttp({ rucioUrl: client.rucioUrl, session, clock, deadlineMs }),
    session,
    clock
  };
}
