import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request, testApp } from '../../testing/lake-server.js';
import { PASSWORD, startRucio } from '../../testing/rucio-server.js';

const folder = mkdtempSync(join(tmpdir(), 'datalake-request-id-'));
const passwordFile = join(folder, 'password');
writeFileSync(passwordFile, PASSWORD, { mode: 0o600 });
afterAll(() => rmSync(folder, { recursive: true }));

const ID = 'request-of-the-browser-1';
const ROW = JSON.stringify({ scope: 'a', name: 'n', did_type: 'FILE', bytes: 1, length: null });

it('goes from the browser to every request to Rucio, and into every line of the log', async () => {
  const rucio = await startRucio();
  rucio.reply('/scopes/', 200, '["a", "b"]').reply('/dids/', 200, `${ROW}\n`);
  const { app, lake, logged } = testApp([
    { name: 'lab', rucioUrl: rucio.url, account: 'alice', username: 'alice', passwordFile }
  ]);
  try {
    const search = request('/api/dids?scope=a&pattern=*&type=all', {
      headers: { 'X-Request-Id': ID }
    });
    expect(await (await app.request(search)).text()).toContain('"end"');
    await app.request(request('/api/scopes'));
    const dids = rucio.seen.filter(({ url }) => url.startsWith('/dids/'));
    expect(dids.map(({ headers }) => headers['x-request-id'])).toEqual(dids.map(() => ID));
    expect(dids.length).toBeGreaterThan(0);
    const lines = logged()
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>);
    const ofSearch = lines.filter(({ requestId }) => requestId === ID);
    expect(ofSearch.map(({ message }) => message)).toEqual(
      expect.arrayContaining(['Rucio was asked', 'answered'])
    );
    // A request that brings none has one of its own.
    const others = lines.filter(({ requestId }) => requestId !== ID);
    expect(others.map(({ requestId }) => requestId)).not.toContain(undefined);
    expect(lake.figures.all.rucioRequests).toEqual({ ok: 3, 'not-found': 1 });
  } finally {
    await rucio.close();
  }
});
