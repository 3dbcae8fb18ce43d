import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { DataLakeError } from '../../../common/contract/problem.js';
import { TestServer } from '../../../testing/http-server.js';
import {
  aliceAt,
  clientOf,
  PASSWORD,
  refuse,
  startRucio,
  TOKEN
} from '../../../testing/rucio-server.js';
import { readRow } from '../row.js';

const folder = mkdtempSync(join(tmpdir(), 'datalake-http-'));
const passwordFile = join(folder, 'password');
writeFileSync(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
afterAll(() => rmSync(folder, { recursive: true }));

const signal = new AbortController().signal;
const Anything = z.unknown();
const ROW = JSON.stringify({ scope: 's', name: 'n', did_type: 'FILE', bytes: 1, length: null });

let server: TestServer;
beforeEach(async () => {
  server = await startRucio();
});
afterEach(() => server.close());

const client = (deadlineMs?: number) => clientOf(aliceAt(server.url, passwordFile), deadlineMs);
const ask = (path: string, parts = client()) => parts.http.json({ path, signal }, Anything);
const count = (path: string) => server.seen.filter(({ url }) => url.startsWith(path)).length;

async function rowsOf(path: string, parts = client()): Promise<{ rows: number; error: unknown }> {
  let rows = 0;
  try {
    for await (const batch of parts.http.rows({ path, signal }, readRow)) {
      rows += batch.length;
    }
    return { rows, error: null };
  } catch (error) {
    return { rows, error };
  }
}

describe('an answer', () => {
  it('comes with the token, which is taken once', async () => {
    server.reply('/scopes/', 200, '["a"]');
    const parts = client();
    expect(await Promise.all([ask('/scopes/', parts), ask('/scopes/', parts)])).toEqual([
      ['a'],
      ['a']
    ]);
    expect(count('/auth/userpass')).toBe(1);
    expect(server.seen.at(-1)?.headers['x-rucio-auth-token']).toBe(TOKEN);
  });

  it.each([
    ['a page of HTML', '<html><body>Log in here</body></html>'],
    ['half a document', '["a", "b'],
    ['another document', '{"a": 1}']
  ])('that is %s is garbled', async (_, body) => {
    server.reply('/scopes/', 200, body, { 'Content-Type': 'text/html' });
    await expect(
      client().http.json({ path: '/scopes/', signal }, z.array(z.string()))
    ).rejects.toMatchObject({ code: 'rucio-garbled' });
  });

  it('that never comes is given up after the deadline', async () => {
    server.on('/scopes/', () => {});
    await expect(ask('/scopes/', client(60))).rejects.toMatchObject({ code: 'rucio-slow' });
  });

  it('that nobody waits for any more is given up at once', async () => {
    const cancel = new AbortController();
    server.on('/scopes/', () => cancel.abort());
    await expect(
      client().http.json({ path: '/scopes/', signal: cancel.signal }, Anything)
    ).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('is asked for three times where nothing listens, with longer and longer pauses', async () => {
    const parts = client();
    await parts.session.token();
    await server.close();
    await expect(ask('/scopes/', parts)).rejects.toMatchObject({ code: 'rucio-unreachable' });
    expect(parts.clock.waits).toEqual([400, 800]);
    server = await TestServer.start();
  });

  it('is asked for again after status 500, and what the server said is scrubbed', async () => {
    const trace = `Traceback (most recent call last):\n  File "/opt/rucio.py"\nX-Rucio-Auth-Token: ${TOKEN}`;
    server.reply('/scopes/', 500, `could not: token ${TOKEN} ${trace}`);
    const error = await ask('/scopes/').catch((thrown: unknown) => thrown as DataLakeError);
    expect(error).toMatchObject({ code: 'rucio-failed' });
    const shown = JSON.stringify({ ...(error as DataLakeError) }) + String(error);
    expect(shown).not.toContain(TOKEN);
    expect(shown).not.toContain('/opt/rucio.py');
    expect(count('/scopes/')).toBe(3);
  });

  it('that breaks off is asked for again, unless it changes something', async () => {
    let answered = 0;
    for (const path of ['/scopes/', '/rules/']) {
      server.on(path, response => {
        const whole = answered++ % 2 === 1;
        response.write(whole ? '["a"]' : '["a');
        if (whole) {
          response.end();
        } else {
          setImmediate(() => response.destroy());
        }
      });
    }
    expect(await ask('/scopes/')).toEqual(['a']);
    expect(count('/scopes/')).toBe(2);
    const change = { path: '/rules/', method: 'POST', body: {}, signal } as const;
    await expect(client().http.json(change, Anything)).rejects.toMatchObject({
      code: 'rucio-unreachable'
    });
    expect(count('/rules/')).toBe(1);
  });

  it.each([
    ['200', 'rucio-garbled'],
    ['409', 'conflict']
  ])('with status %s and without an end is not read to its end', async (status, code) => {
    const left = new Promise<void>(resolve =>
      server.on('/scopes/', response => {
        response.writeHead(Number(status));
        const megabyte = Buffer.alloc(1 << 20, 'a');
        const more = () => {
          while (!response.destroyed && response.write(megabyte));
        };
        response.on('drain', more).once('close', resolve);
        more();
      })
    );
    await expect(ask('/scopes/')).rejects.toMatchObject({ code });
    await left;
  });

  it('is waited for as long as Rucio asks, if that is short', async () => {
    server.reply('/scopes/', 429, '', { 'Retry-After': '2' });
    const parts = client();
    await expect(ask('/scopes/', parts)).rejects.toMatchObject({
      code: 'rucio-busy',
      retryAfterSeconds: 2
    });
    expect(parts.clock.waits).toEqual([2000, 2000]);
  });

  it('is not waited for longer than a person would', async () => {
    server.reply('/scopes/', 503, '', { 'Retry-After': '120' });
    const parts = client();
    await expect(ask('/scopes/', parts)).rejects.toMatchObject({ retryAfterSeconds: 120 });
    expect(count('/scopes/')).toBe(1);
  });

  it('to what changes something is never asked for again', async () => {
    server.reply('/rules/', 500, '');
    const request = { method: 'POST', path: '/rules/', body: {}, signal } as const;
    await expect(client().http.json(request, Anything)).rejects.toMatchObject({
      code: 'rucio-failed'
    });
    expect(count('/rules/')).toBe(1);
  });

  it('keeps all of what Rucio says: its header is cut after 125 characters', async () => {
    const message = `The quota of alice is ${'far '.repeat(40)}too small`;
    server.reply(
      '/rules/',
      409,
      JSON.stringify({ ExceptionClass: 'InsufficientAccountLimit', ExceptionMessage: message }),
      { ExceptionClass: 'InsufficientAccountLimit', ExceptionMessage: message.slice(0, 125) }
    );
    await expect(ask('/rules/')).rejects.toMatchObject({ code: 'quota-exceeded', detail: message });
  });
});

describe('a token that Rucio refuses in mid-use', () => {
  it('is taken anew once', async () => {
    let refused = 0;
    server.on('/scopes/', response => {
      if (refused++ === 0) {
        refuse(response);
      } else {
        response.end('["a"]');
      }
    });
    expect(await ask('/scopes/')).toEqual(['a']);
    expect(count('/auth/userpass')).toBe(2);
  });

  it('is not taken anew for ever', async () => {
    server.on('/scopes/', response => refuse(response));
    await expect(ask('/scopes/')).rejects.toMatchObject({ code: 'not-signed-in' });
    expect(count('/scopes/')).toBe(2);
  });

  it('is told from what the account may not do', async () => {
    server.reply('/scopes/', 401, '{}', { ExceptionClass: 'AccessDenied' });
    await expect(ask('/scopes/')).rejects.toMatchObject({ code: 'forbidden' });
    expect(count('/auth/userpass')).toBe(1);
  });
});

describe('a redirect', () => {
  it('is followed on the same origin', async () => {
    server.reply('/scopes/', 303, '', { Location: '/elsewhere' });
    server.reply('/elsewhere', 200, '["a"]');
    expect(await ask('/scopes/')).toEqual(['a']);
    expect(server.seen.at(-1)?.headers['x-rucio-auth-token']).toBe(TOKEN);
  });

  it('to another origin is not followed, and the token stays here', async () => {
    const other = await TestServer.start();
    server.reply('/scopes/', 302, '', { Location: `${other.url}/scopes/` });
    await expect(ask('/scopes/')).rejects.toMatchObject({ code: 'rucio-garbled' });
    expect(other.seen).toEqual([]);
    await other.close();
  });

  it('at sign-in is not followed: the password stays here', async () => {
    const other = await TestServer.start();
    server.reply('/auth/userpass', 302, '', { Location: `${other.url}/auth/userpass` });
    await expect(ask('/scopes/')).rejects.toMatchObject({ code: 'rucio-garbled' });
    expect(other.seen).toEqual([]);
    await other.close();
  });

  it('in circles comes to an end', async () => {
    server.reply('/scopes/', 302, '', { Location: '/scopes/' });
    await expect(ask('/scopes/')).rejects.toMatchObject({ code: 'rucio-garbled' });
  });
});

/** All timers but setTimeout, by which a stream's deadline is kept. */
const REAL_TIMERS = [
  ...(['Date', 'hrtime', 'performance', 'nextTick', 'queueMicrotask'] as const),
  ...(['setImmediate', 'clearImmediate', 'setInterval', 'clearInterval'] as const)
];

describe('a stream of rows', () => {
  const DEADLINE_MS = 30_000;
  afterEach(() => jest.useRealTimers());

  /** A stream of which one row has come; its deadline passes by hand, however slow the machine is. */
  async function begun() {
    jest.useFakeTimers({ doNotFake: REAL_TIMERS });
    const begins = new Promise<ServerResponse>(resolve => {
      server.on('/rows', response => {
        response.write(`${ROW}\n`);
        resolve(response);
      });
    });
    const rows = client(DEADLINE_MS).http.rows({ path: '/rows', signal }, readRow);
    expect((await rows.next()).value).toHaveLength(1);
    const next = rows.next();
    next.catch(() => undefined);
    return { answer: await begins, next };
  }

  it('arrives, also without an end of line at its end and with characters cut in two', async () => {
    const wide = JSON.stringify({ scope: 's', name: 'größe', did_type: 'FILE' });
    const bytes = Buffer.from(`${ROW}\n${wide}`);
    const cut = bytes.indexOf(0xc3) + 1;
    server.on('/rows', response => {
      response.write(bytes.subarray(0, cut), () => response.end(bytes.subarray(cut)));
    });
    expect(await rowsOf('/rows')).toEqual({ rows: 2, error: null });
  });

  it.each([
    ['half a line', `${ROW}\n${ROW}\n{"scope": "s", "na`],
    ['a line that is no row', `${ROW}\n${ROW}\n{"error": "x"}\n${ROW}\n`],
    ['a row of a type that is none', `${ROW}\n${ROW}\n${ROW.replace('FILE', 'DERIVED')}\n`]
  ])('with %s ends there, after the rows before it', async (_, body) => {
    server.reply('/rows', 200, body);
    const { rows, error } = await rowsOf('/rows');
    expect(rows).toBe(2);
    expect(error).toMatchObject({ code: 'rucio-garbled' });
  });

  it('that is a page of HTML is garbled', async () => {
    server.reply('/rows', 200, '<html></html>', { 'Content-Type': 'text/html' });
    expect((await rowsOf('/rows')).error).toMatchObject({ code: 'rucio-garbled' });
  });

  it('that breaks off says so, after the rows before it', async () => {
    server.on('/rows', response => {
      response.write(`${ROW}\n${ROW}\n`, () => response.destroy());
    });
    const { rows, error } = await rowsOf('/rows');
    expect(rows).toBe(2);
    expect(error).toMatchObject({ code: 'rucio-unreachable' });
    expect((error as Error).message).toMatch(/broke off/);
  });

  it('that stands still is given up after the deadline', async () => {
    const { next } = await begun();
    jest.advanceTimersByTime(DEADLINE_MS - 1);
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(1);
    await expect(next).rejects.toMatchObject({ code: 'rucio-slow' });
  });

  it('that comes a byte now and then is given up all the same, after the rows before it', async () => {
    const { answer, next } = await begun();
    for (let passed = 0; passed < DEADLINE_MS; passed += 1000) {
      answer.write(' ');
      // Time enough for it to arrive.
      for (let turns = 0; turns < 100; turns++) {
        await new Promise(setImmediate);
      }
      jest.advanceTimersByTime(1000);
    }
    await expect(next).rejects.toMatchObject({ code: 'rucio-slow' });
  });

  it('with a long line is waited for while the line goes on', async () => {
    const { answer, next } = await begun();
    const started = jest.spyOn(globalThis, 'setTimeout');
    const long = `${ROW.replace('"n"', `"${'n'.repeat(50_000)}"`)}\n`;
    for (let sent = 0; sent < long.length; sent += 5000) {
      started.mockClear();
      jest.advanceTimersByTime(DEADLINE_MS - 1);
      answer.write(long.slice(sent, sent + 5000));
      const end = performance.now() + 45_000;
      while (started.mock.calls.length === 0 && performance.now() < end) {
        await new Promise(setImmediate);
      }
    }
    answer.end();
    expect((await next).value).toHaveLength(1);
  });

  it('is closed when its reader leaves', async () => {
    const closed = new Promise<void>(resolve => {
      server.on('/rows', response => {
        response.on('close', resolve);
        response.write(`${ROW}\n`);
      });
    });
    for await (const rows of client().http.rows({ path: '/rows', signal }, readRow)) {
      expect(rows).toHaveLength(1);
      break;
    }
    await closed;
  });

  it('is not read further than its reader has read', async () => {
    let written = 0;
    let stalled: () => void;
    const full = new Promise<void>(resolve => (stalled = resolve));
    server.on('/rows', response => {
      const line = `${ROW.replace('"n"', `"${'n'.repeat(60_000)}"`)}\n`;
      const more = () => {
        while (written < 2000) {
          written++;
          if (!response.write(line)) {
            response.once('drain', more);
            stalled();
            return;
          }
        }
        response.end();
      };
      more();
    });
    const rows = client().http.rows({ path: '/rows', signal }, readRow);
    await rows.next();
    await full;
    // Time enough for a reader that would go on by itself.
    for (let turn = 0; turn < 2000; turn++) {
      await new Promise(setImmediate);
    }
    expect(written).toBeLessThan(2000);
    await rows.return();
  });
});

describe('ping', () => {
  it('knows the version without signing in', async () => {
    server.reply('/ping', 200, '{"version": "41.5.1"}');
    expect(await client().http.ping(signal)).toBe('41.5.1');
    expect(count('/auth/')).toBe(0);
  });

  it('tells what is not Rucio', async () => {
    server.reply('/ping', 200, 'pong');
    await expect(client().http.ping(signal)).rejects.toMatchObject({ code: 'rucio-garbled' });
  });
});
