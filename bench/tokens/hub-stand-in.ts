import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { LabIam } from '../../lab/iam/client/lab-iam.ts';
import type { ITokens } from '../../lab/iam/client/oauth-client.ts';

const FRESH_EVERY_MS = 3000;
const RETRY_MS = 500;

export interface IHubStandIn {
  /** For JUPYTERHUB_API_URL. */
  url: string;
  /** How often it was asked. */
  asked(): number;
  /** How many tokens it has got by exchange. */
  exchanged(): number;
  close(): Promise<void>;
}

/**
 * Stands in for what SwanHub adds to JupyterHub: GET /user with exchanged tokens in auth_state. It takes new ones
 * every 3 s, so that what it hands out is as fresh as can be, and the last ones while the identity provider is away.
 */
export async function startHubStandIn(
  iam: LabIam,
  redirectUri: string,
  port: number
): Promise<IHubStandIn> {
  const client = iam.client('jupyterhub', redirectUri);
  let session: ITokens = await client.signIn(iam.person('alice'));
  const counts = { asked: 0, exchanged: 0 };

  const exchange = async (audience: string, scope: string): Promise<string> => {
    const { status, access_token: token } = await client.exchange(
      session.access_token,
      audience,
      scope
    );
    if (status !== 200) throw new Error(`the exchange was answered by ${status}`);
    counts.exchanged += 1;
    return token;
  };
  const fresh = async () => {
    const refreshed = await client.refresh(session.refresh_token ?? '');
    if (refreshed.status !== 200)
      throw new Error(`the refresh was answered by ${refreshed.status}`);
    session = refreshed;
    return {
      rucio: await exchange('rucio', 'openid profile'),
      storage: await exchange('xrootd', 'storage.read:/')
    };
  };

  let last = await fresh();
  const end = new AbortController();
  const renewing = (async () => {
    let pause = FRESH_EVERY_MS;
    while (!end.signal.aborted) {
      await wait(pause, undefined, { signal: end.signal }).catch(() => {});
      pause = await fresh().then(
        tokens => ((last = tokens), FRESH_EVERY_MS),
        () => RETRY_MS
      );
    }
  })();
  const server = createServer((_, answer) => {
    counts.asked += 1;
    answer.setHeader('Content-Type', 'application/json');
    answer.end(JSON.stringify({ name: 'alice', auth_state: { exchanged_tokens: last } }));
  });
  await new Promise<void>(listening => server.listen(port, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${port}`,
    asked: () => counts.asked,
    exchanged: () => counts.exchanged,
    close: async () => {
      end.abort();
      await renewing;
      server.close();
      server.closeAllConnections();
    }
  };
}
