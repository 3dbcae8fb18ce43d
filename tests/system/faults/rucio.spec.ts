import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Row } from '../../../src/catalogue/contract.js';
import type { Problem } from '../../../src/common/contract/problem.js';
import { TestServer } from '../../../src/testing/http-server.js';
import { request, testApp, type ITestApp } from '../../../src/testing/lake-server.js';
import { labEnvironment } from '../lab.js';
import { answering, cut, late, reset, Standstill, trickling } from './faults.js';
import { FaultyProxy } from './faulty-proxy.js';

const LEAKED = 'alice-alice-unknown-00ddba11facade0123456789';
const TRACE = `Traceback (most recent call last):
  File "/opt/rucio/lib/rucio/web/rest/flaskapi/v1/dids.py", line 158, in get
X-Rucio-Auth-Token: ${LEAKED}`;
const SEARCH = 'GET /dids/obs.2024/dids/search';
const SIGN_IN = 'GET /auth/userpass';
const SCOPES = 'GET /scopes/';
const NEW_RULE = 'POST /rules/';
const NOT_HERE = 'obs.formats:regional_networks';

let rucio: FaultyProxy;
/** Of another origin. */
let other: TestServer;
let settings: object;
let direct: object;
let password: string;
let state: string;
let shown: string;
let made: ITestApp;

beforeAll(async () => {
  const { RUCIO_CONFIG: rucioCfg } = labEnvironment();
  const text = readFileSync(rucioCfg, 'utf8');
  const url = /rucio_host *= *(\S+)/.exec(text)?.[1] ?? '';
  password = /password *= *(\S+)/.exec(text)?.[1] ?? '';
  rucio = await FaultyProxy.before(url);
  other = await TestServer.start();
  state = mkdtempSync(join(tmpdir(), 'datalake-faults-'));
  const own = { rucioCfg, account: 'alice', mounts: [{ rse: 'MYSITE_MOUNT', path: state }] };
  settings = { ...own, name: 'faulty', rucioUrl: rucio.url, authUrl: rucio.url };
  direct = { ...own, name: 'direct' };
}, 600_000);
afterAll(async () => {
  await rucio.down();
  await other.close();
  rmSync(state, { recursive: true });
});

/** Signed in at both instances: faults meet somebody at work. */
beforeEach(async () => {
  rucio.heal();
  shown = '';
  await serverWith(30);
});
afterEach(() => {
  const all = shown + made.logged();
  expect(password).not.toBe('');
  for (const secret of [LEAKED, password, 'Traceback', '/opt/rucio']) {
    expect(all).not.toContain(secret);
  }
});

async function serverWith(requestDeadlineSeconds: number): Promise<void> {
  made = testApp([settings, direct], {
    stateDir: state,
    kernelDir: state,
    requestDeadlineSeconds
  });
  for (const instance of ['faulty', 'direct']) {
    expect((await ask(`/api/scopes?instance=${instance}`)).status).toBe(200);
  }
  rucio.forget();
}

interface ISaid {
  status: number;
  body: Problem & { scopes: string[]; answers: object[]; results: { problem?: Problem }[] };
}

async function ask(path: string, body?: object): Promise<ISaid> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const answer = await made.app.request(request(path, init));
  const text = await answer.text();
  shown += text;
  return { status: answer.status, body: JSON.parse(text) as ISaid['body'] };
}

const scopes = () => ask('/api/scopes?instance=faulty');
const make = (...dids: string[]) => ask('/api/availability/make', { instance: 'faulty', dids });

/** Others are served whatever this Rucio does. */
async function othersAreServed(): Promise<void> {
  expect((await ask('/api/scopes?instance=direct')).body.scopes).toContain('obs.2024');
}

interface IFound {
  rows: Row[];
  end: { count: number } | undefined;
  problem: Problem | undefined;
}

/** A search as a window reads it; `arrived` is called when the first rows have come. */
async function search(arrived?: () => Promise<void>): Promise<IFound> {
  const answer = await made.app.request(request('/api/dids?instance=faulty&scope=obs.2024'));
  const found: IFound = { rows: [], end: undefined, problem: undefined };
  let rest = '';
  for await (const piece of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    const text = new TextDecoder().decode(piece);
    shown += text;
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const { item, ...last } = JSON.parse(line) as { item?: Row[] } & Partial<IFound>;
      found.rows.push(...(item ?? []));
      Object.assign(found, last);
      if (item !== undefined) {
        await arrived?.();
        arrived = undefined;
      }
    }
  }
  if (rest !== '') {
    found.problem = JSON.parse(rest) as Problem;
  }
  return found;
}

describe('Rucio', () => {
  it('down: said so, the sign-in is kept, and it goes on when Rucio is back', async () => {
    await rucio.down();
    const { problem, rows } = await search();
    expect(rows).toEqual([]);
    expect(problem).toMatchObject({
      code: 'rucio-unreachable',
      message: expect.stringMatching(/cannot be reached: check the network/) as string
    });
    const { body } = await ask('/api/availability', { instance: 'faulty', dids: [NOT_HERE] });
    expect(body.answers).toEqual([
      { did: NOT_HERE, problem: expect.objectContaining({ code: 'rucio-unreachable' }) as object }
    ]);
    await othersAreServed();
    await rucio.up();
    expect((await search()).end?.count).toBeGreaterThan(100);
    expect(rucio.count(SIGN_IN)).toBe(0);
  });

  it('that resets each connection is asked three times', async () => {
    rucio.fault('GET', reset);
    expect((await search()).problem).toMatchObject({ code: 'rucio-unreachable' });
    expect(rucio.count(SEARCH)).toBe(3);
    await othersAreServed();
  });

  it('that answers each request after 3 s is waited for, and asked once', async () => {
    rucio.fault('GET', late(3000));
    expect((await scopes()).body.scopes).toContain('obs.2024');
    expect(rucio.count(SCOPES)).toBe(1);
  });

  it('that does not answer holds up nobody else', async () => {
    const still = new Standstill(0);
    rucio.fault(SEARCH, still.fault);
    const waiting = search();
    await still.reached;
    await othersAreServed();
    expect((await scopes()).status).toBe(200);
    await still.goOn();
    expect((await waiting).problem).toBeUndefined();
  });

  it('that sends one byte a second is given up in time: the rows before are kept', async () => {
    await serverWith(5);
    rucio.fault(SEARCH, trickling(1500)).fault(SCOPES, trickling(1));
    const [{ rows, problem }, said] = await Promise.all([search(othersAreServed), scopes()]);
    expect(rows.length).toBeGreaterThan(3);
    expect(problem).toMatchObject({
      code: 'rucio-slow',
      message: expect.stringMatching(/did not answer in time/) as string
    });
    expect(said).toMatchObject({ status: 504, body: { code: 'rucio-slow' } });
    expect([rucio.count(SEARCH), rucio.count(SCOPES)]).toEqual([1, 1]);
  });

  it('that resets the connection in mid-stream: the rows before are kept', async () => {
    const still = new Standstill(1500);
    rucio.fault(SEARCH, still.fault);
    const { rows, problem } = await search(async () => {
      await othersAreServed();
      await still.reset();
    });
    expect(rows.length).toBeGreaterThan(3);
    expect(problem).toMatchObject({
      code: 'rucio-unreachable',
      message: expect.stringMatching(/broke off: try again/) as string
    });
    expect(rucio.count(SEARCH)).toBe(1);
  });

  it('that ends in the middle of a line: the rows before are kept', async () => {
    rucio.fault(SEARCH, cut(1500)).fault(SCOPES, cut(10));
    const { rows, problem } = await search(othersAreServed);
    expect(rows.length).toBeGreaterThan(3);
    expect(problem).toMatchObject({
      code: 'rucio-garbled',
      message: expect.stringMatching(/is not what Rucio answers/) as string
    });
    expect(await scopes()).toMatchObject({ status: 502, body: { code: 'rucio-garbled' } });
    expect([rucio.count(SEARCH), rucio.count(SCOPES)]).toEqual([1, 1]);
  });

  it.each(['text/html', 'application/x-json-stream'])(
    'that answers a page of HTML with status 200 as %s is not believed',
    async type => {
      const page = `<!DOCTYPE html><html><script>alert("${LEAKED}")</script>Sign in</html>`;
      rucio.fault('GET', answering(200, page, { 'Content-Type': type }));
      const { rows, problem } = await search();
      expect(rows).toEqual([]);
      expect(problem).toMatchObject({ code: 'rucio-garbled' });
      expect(await scopes()).toMatchObject({
        status: 502,
        body: { message: expect.stringMatching(/or a proxy in between/) as string }
      });
      expect(shown).not.toContain('alert');
      expect([rucio.count(SEARCH), rucio.count(SCOPES)]).toEqual([1, 1]);
      await othersAreServed();
    }
  );

  it('that sends on to another origin is not followed, and no token goes there', async () => {
    const onwards = (status: number) => answering(status, '', { Location: `${other.url}/scopes/` });
    rucio.fault('GET', onwards(302));
    const message = expect.stringMatching(/another address, which we do not follow/) as string;
    expect(await scopes()).toMatchObject({ status: 502, body: { code: 'rucio-garbled', message } });
    expect((await search()).problem).toMatchObject({ code: 'rucio-garbled' });
    expect([rucio.count(SEARCH), rucio.count(SCOPES)]).toEqual([1, 1]);
    rucio.heal();
    rucio.fault(NEW_RULE, onwards(307));
    const { body } = await make(NOT_HERE);
    expect(body.results[0].problem).toMatchObject({ code: 'rucio-garbled' });
    expect(rucio.count(NEW_RULE)).toBe(1);
    expect(other.seen).toEqual([]);
    await othersAreServed();
  });
});

const REFUSED = JSON.stringify({
  ExceptionClass: 'CannotAuthenticate',
  ExceptionMessage: `Cannot authenticate with token ${LEAKED}`
});

describe('a token that Rucio refuses in mid-use', () => {
  it('is taken anew once for all who are at work, and nobody notices', async () => {
    const asked = 5;
    rucio.fault(SEARCH, answering(401, REFUSED, { ExceptionClass: 'CannotAuthenticate' }), asked);
    const found = await Promise.all(Array.from({ length: asked }, () => search()));
    expect(found.map(({ problem }) => problem)).toEqual(Array(asked).fill(undefined));
    expect(rucio.count(SEARCH)).toBe(2 * asked);
    expect(rucio.count(SIGN_IN)).toBe(1);
  });

  it('and again, is a matter for the person', async () => {
    rucio.fault('GET /', answering(401, REFUSED, { ExceptionClass: 'CannotAuthenticate' }));
    rucio.fault(SIGN_IN, (response, askRucio) => {
      void askRucio().then(({ status, headers }) => response.writeHead(status, headers).end());
    });
    expect(await scopes()).toMatchObject({
      status: 424,
      body: {
        code: 'not-signed-in',
        message: 'Rucio does not accept the sign-in any more: sign in again.'
      }
    });
    expect(rucio.count(SCOPES)).toBe(2);
    await othersAreServed();
  });
});

describe('a status that refuses', () => {
  const duplicate = JSON.stringify({ ExceptionClass: 'DuplicateRule', ExceptionMessage: 'Exists' });

  it.each([
    ['409', 409, duplicate, {}, 'conflict', 'There is such a rule already.'],
    [
      '413 of a proxy',
      413,
      '<html><h1>413 Request Entity Too Large</h1></html>',
      {},
      'too-large',
      'Rucio says that this is too much at once.'
    ],
    [
      '429 with Retry-After',
      429,
      '',
      { 'Retry-After': '7' },
      'rucio-busy',
      'Rucio asks to wait: too many requests.'
    ],
    [
      '500 with a trace and a token',
      500,
      `ERROR ${LEAKED} ${TRACE}`,
      {},
      'rucio-failed',
      'Rucio failed (status 500): try again, or tell your administrator.'
    ]
  ])(
    '%s to what changes something is told, and not repeated',
    async (_, status, body, headers, code, message) => {
      rucio.fault(NEW_RULE, answering(status, body, headers));
      const { results } = (await make(NOT_HERE)).body;
      expect(results).toEqual([
        { did: NOT_HERE, problem: expect.objectContaining({ code, message }) as object }
      ]);
      expect(rucio.count(NEW_RULE)).toBe(1);
      await othersAreServed();
    }
  );

  it('413 to a question about many: each of them has the problem, and none a state', async () => {
    rucio.fault('POST /dids/bulkmeta', answering(413, '<html>Too Large</html>'));
    const dids = [NOT_HERE, 'obs.2024:event_0517'];
    const { body } = await ask('/api/availability', { instance: 'faulty', dids });
    expect(body.answers).toEqual(
      dids.map(did => ({ did, problem: expect.objectContaining({ code: 'too-large' }) as object }))
    );
    expect(rucio.count('POST /dids/bulkmeta')).toBe(1);
  });

  it('429 with a short Retry-After to a question is asked again, up to three times', async () => {
    rucio.fault(SCOPES, answering(429, '', { 'Retry-After': '1' }), 2);
    expect((await scopes()).body.scopes).toContain('obs.2024');
    rucio.fault(SCOPES, answering(429, '', { 'Retry-After': '1' }));
    rucio.forget();
    expect(await scopes()).toMatchObject({
      status: 503,
      body: { code: 'rucio-busy', retryAfterSeconds: 1 }
    });
    expect(rucio.count(SCOPES)).toBe(3);
    await othersAreServed();
  });

  it('429 with a long Retry-After is not asked again: the person is told how long', async () => {
    rucio.fault(SEARCH, answering(429, '', { 'Retry-After': '120' }));
    expect((await search()).problem).toMatchObject({
      code: 'rucio-busy',
      retryAfterSeconds: 120
    });
    expect(rucio.count(SEARCH)).toBe(1);
  });

  it('500 with a trace and a token to a question is asked again, up to three times', async () => {
    rucio.fault(SEARCH, answering(500, `ERROR ${LEAKED} ${TRACE}`), 2);
    expect((await search()).end?.count).toBeGreaterThan(100);
    rucio.fault(SEARCH, answering(500, `ERROR ${LEAKED} ${TRACE}`));
    rucio.forget();
    expect((await search()).problem).toMatchObject({ code: 'rucio-failed' });
    expect(rucio.count(SEARCH)).toBe(3);
    await othersAreServed();
  });
});
