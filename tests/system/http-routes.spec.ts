import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeApp } from '../../src/server/app.js';
import { Config } from '../../src/server/config.js';
import { makeLake } from '../../src/server/lake.js';
import { makeSlices } from '../../src/server/slices.js';
import { InlineMover } from '../../src/adapters/store/inline-mover.js';
import { makeUploads } from '../../src/server/uploads.js';
import { makeTokens } from '../../src/server/tokens.js';
import { NO_LOG } from '../../src/common/core/log.js';
import { startJupyter, type IJupyter } from './jupyter.js';

/** The table of the routes that the server really mounts, as the bridge offers them. */
function mountedRoutes(): { method: string; path: string }[] {
  const config = Config.parse({
    instances: [],
    stateDir: mkdtempSync(join(tmpdir(), 'datalake-routes-')),
    kernelDir: '/nonexistent'
  });
  const lake = makeLake(config, NO_LOG);
  const { hub, windows, log } = lake;
  const app = makeApp({
    secret: 's'.repeat(32),
    log,
    hub,
    windows,
    slices: makeSlices(
      lake,
      makeTokens(lake, null, () => {}),
      makeUploads(lake, { givesWay: true, mover: new InlineMover() })
    )
  });
  const routes = app.routes.filter(
    ({ method, path }) => method !== 'ALL' && path.startsWith('/api/')
  );
  return routes.map(({ method, path }) => ({ method, path }));
}

const ROUTES = mountedRoutes();
const CHANGING = ROUTES.filter(({ method }) => method !== 'GET');

describe('every route that the server mounts', () => {
  let jupyter: IJupyter;
  let cookie: string;
  let xsrf: string;

  beforeAll(async () => {
    jupyter = await startJupyter({ rucio_url: 'http://127.0.0.1:9' });
    const page = await fetch(`${jupyter.url}?token=${jupyter.token}`, { redirect: 'manual' });
    const xsrfPage = await fetch(`${jupyter.url}login?token=${jupyter.token}`, {
      redirect: 'manual'
    });
    const cookies = [...page.headers.getSetCookie(), ...xsrfPage.headers.getSetCookie()].map(
      line => line.split(';')[0]
    );
    cookie = [...new Map(cookies.map(pair => [pair.split('=')[0], pair])).values()].join('; ');
    xsrf = /(?:^|; )_xsrf=([^;]+)/.exec(cookie)?.[1] ?? '';
  });

  afterAll(() => jupyter.stop());

  function ask(
    route: { method: string; path: string },
    headers: Record<string, string>
  ): Promise<Response> {
    const url = `${jupyter.url}jupyterlab-datalake${route.path}`;
    const body = route.method === 'GET' ? {} : { body: '{}' };
    return fetch(url, { method: route.method, headers, redirect: 'manual', ...body });
  }

  it('is a table with routes of both kinds, and a session to try them with', () => {
    expect(CHANGING.length).toBeGreaterThan(3);
    expect(ROUTES.length - CHANGING.length).toBeGreaterThan(3);
    expect(cookie).toContain('username-');
    expect(xsrf).not.toBe('');
  });

  it.each(ROUTES)('$method $path refuses who is not signed in', async route => {
    expect((await ask(route, {})).status).toBe(403);
    expect((await ask(route, { Authorization: 'token wrong' })).status).toBe(403);
  });

  it.each(ROUTES)('$method $path refuses a page of another origin', async route => {
    const foreign = { Cookie: cookie, 'X-XSRFToken': xsrf, Origin: 'http://evil.example' };
    expect([403, 404]).toContain((await ask(route, foreign)).status);
    const crossSite = { Cookie: cookie, 'X-XSRFToken': xsrf, 'Sec-Fetch-Site': 'cross-site' };
    expect((await ask(route, crossSite)).status).toBe(403);
  });

  it.each(CHANGING)('$method $path refuses a cookie without the XSRF token', async route => {
    expect((await ask(route, { Cookie: cookie })).status).toBe(403);
    expect((await ask(route, { Cookie: cookie, 'X-XSRFToken': 'wrong' })).status).toBe(403);
  });

  it.each(ROUTES)('$method $path lets the person in', async route => {
    const own = {
      Cookie: cookie,
      'X-XSRFToken': xsrf,
      'Sec-Fetch-Site': 'same-origin',
      Referer: `${jupyter.url}lab`
    };
    const { status } = await ask(route, own);
    expect([200, 400, 424, 502]).toContain(status);
  });
});
