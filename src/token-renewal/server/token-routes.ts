import type { Hono } from 'hono';
import { DataLakeError } from '../../common/contract/problem.js';
import type { Instances } from '../../common/core/instances.js';
import { route } from '../../common/server/route.js';
import {
  beginDeviceSignIn,
  beginSignIn,
  cancelDeviceSignIn,
  finishSignIn,
  getTokens,
  renewTokens,
  signOut
} from '../contract.js';
import type { BrowserSignIns } from '../core/browser-sign-ins.js';
import type { IAuthorization } from '../core/ports.js';
import type { TokenService } from '../core/token-service.js';

/** What the bridge makes of the browser's own cookie. */
const BROWSER = 'X-DataLake-Browser';
const CALLBACK = '/jupyterlab-datalake/callback';

export interface ITokenRoutes {
  tokens: Instances<TokenService>;
  authorizations: Instances<IAuthorization>;
  browserSignIns: BrowserSignIns;
}

/** Mounts the tokens' state, and signing in and out. */
export function tokenRoutes(
  app: Hono,
  { tokens, authorizations, browserSignIns }: ITokenRoutes
): void {
  route(app, getTokens, async () => ({ tokens: [...tokens].map(([, each]) => each.status()) }));
  route(app, renewTokens, async ({ instance, target }) => tokens.get(instance).renew(target));
  route(app, beginSignIn, async ({ instance, redirectUri }, _, header) => {
    const { pathname, search, hash } = new URL(redirectUri);
    if (!pathname.endsWith(CALLBACK) || search !== '' || hash !== '') {
      throw new DataLakeError('bad-request', 'The browser names no call-back of this server.');
    }
    const url = await tokens.get(instance).beginInBrowser(redirectUri, header(BROWSER) ?? '');
    return { url };
  });
  route(app, finishSignIn, async ({ query }, _, header) => {
    const { instance, refreshed } = await browserSignIns.finish(
      query,
      header(BROWSER) ?? '',
      name => authorizations.get(name)
    );
    return tokens.get(instance).signedIn(refreshed);
  });
  route(app, beginDeviceSignIn, ({ instance }) => tokens.get(instance).beginOnDevice());
  route(app, cancelDeviceSignIn, async ({ instance }) => tokens.get(instance).cancelOnDevice());
  route(app, signOut, ({ instance }) => tokens.get(instance).signOut());
}
