import { request, SECRET, serve, testApp } from '../../testing/lake-server.js';

const { app } = testApp([]);
const ROUTES = app.routes
  .filter(({ method }) => method !== 'ALL')
  .map(({ method, path }) => ({ method, path: path.replace(/:\w+/g, 'x') }));

describe('the table of the routes that are mounted', () => {
  it('has routes of every slice', () => {
    const paths = ROUTES.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(['/api/session', '/api/scopes', '/api/availability', '/events'])
    );
    expect(ROUTES.length).toBeGreaterThan(15);
  });

  it.each(ROUTES)('refuses $method $path without the secret', async ({ method, path }) => {
    for (const secret of [null, '', `${SECRET}x`]) {
      const headers = new Headers(secret === null ? {} : { 'x-datalake-secret': secret });
      const response = await app.request(path, { method, headers });
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ code: 'forbidden' });
    }
  });

  it('refuses a path that is not in it just so', async () => {
    expect((await app.request('/api/nothing')).status).toBe(403);
    expect((await app.request(request('/api/nothing'))).status).toBe(404);
  });
});

describe('the body of a request', () => {
  it('may not be larger than 8 MiB', async () => {
    const body = JSON.stringify({ dids: ['a:b'], fill: 'x'.repeat(9 * 1024 * 1024) });
    const response = await app.request(request('/api/availability', { method: 'POST', body }));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: 'too-large' });
  });

  it('is parsed also where it says what a window watches', async () => {
    const put = (body: string) => app.request(request('/windows/1', { method: 'PUT', body }));
    expect((await put('{"watch":["session"]}')).status).toBe(204);
    expect((await put('{"watch":"session"}')).status).toBe(400);
    expect((await put('{')).status).toBe(400);
  });
});

describe('news', () => {
  it('begin with a heartbeat, arrive as lines, and end with the subscription', async () => {
    const { app: newsApp, lake } = testApp([]);
    const response = await newsApp.request(request('/events'));
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe('{"heartbeat":true}\n');
    lake.hub.publish('session', 3);
    expect((await reader?.read())?.value).toBe('{"key":"session","version":3}\n');
    await reader?.cancel();
    lake.hub.publish('session', 4);
  });
});

describe('without any configuration', () => {
  it.each(['/api/scopes', '/api/dids?scope=a', '/api/did?did=a:b'])('says so: %s', async path => {
    const response = await app.request(request(path));
    expect(response.status).toBe(424);
    expect(await response.json()).toMatchObject({ code: 'not-configured' });
  });

  it('answers about the session all the same', async () => {
    const problems = [{ name: 'c.DataLake.rucio_url', message: 'This is not set.' }];
    const { app: other } = testApp([{ name: 'default' }], { problems, version: '1.2.3' });
    expect(await (await other.request(request('/api/session'))).json()).toEqual({
      version: '1.2.3',
      signIns: [],
      configurationProblems: problems
    });
  });

  it('tells by the name of the instance what is wrong where nobody has said so yet', async () => {
    const { app: other } = testApp([{ name: 'lab', rucioCfg: '/nonexistent.cfg' }]);
    expect(await (await other.request(request('/api/session'))).json()).toMatchObject({
      configurationProblems: [
        { name: 'lab', message: expect.stringContaining('/nonexistent.cfg') as string }
      ]
    });
  });
});

it('answers over a real connection, and notices that the other end has gone', async () => {
  const { app: newsApp, lake } = testApp([]);
  const { url, close } = await serve(newsApp);
  const leave = new AbortController();
  const response = await fetch(`${url}/events`, {
    headers: { 'x-datalake-secret': SECRET },
    signal: leave.signal
  });
  const reader = response.body?.getReader();
  await reader?.read();
  leave.abort();
  await reader?.closed.catch(() => undefined);
  await close();
  expect(() => lake.hub.publish('session')).not.toThrow();
});
