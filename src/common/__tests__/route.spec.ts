import { Hono } from 'hono';
import * as z from 'zod';
import { DidText } from '../contract/did.js';
import { endpoint, streamEndpoint } from '../contract/endpoint.js';
import { DataLakeError } from '../contract/problem.js';
import type { ILog } from '../core/log.js';
import { answerErrors, route, streamRoute, type ItemStream } from '../server/route.js';

const logged: string[] = [];
const take = (message: string, fields: object = {}) =>
  void logged.push(message + JSON.stringify(fields));
const LOG: ILog = { debug: take, info: take, warning: take, error: take };

const ask = endpoint({
  method: 'GET',
  path: '/ask',
  request: z.object({ did: DidText, times: z.coerce.number().default(1) }),
  answer: z.object({ text: z.string() })
});
const tell = endpoint({
  method: 'POST',
  path: '/tell',
  request: z.object({ dids: z.array(DidText) }),
  answer: z.object({ count: z.number() })
});
const list = streamEndpoint({
  method: 'GET',
  path: '/list',
  request: z.object({}),
  item: z.array(z.number()),
  end: z.object({ count: z.number() })
});

type Numbers = ItemStream<number[], { count: number }>;

function appOf(numbers: (signal: AbortSignal) => Numbers): Hono {
  const app = new Hono();
  answerErrors(app, LOG);
  route(app, ask, async ({ did, times }) => ({ text: did.repeat(times) }));
  route(app, tell, async ({ dids }) => {
    if (dids.length === 0) {
      throw new TypeError('hunter2 is a bug');
    }
    return { count: dids.length, more: 'than was asked for' } as { count: number };
  });
  streamRoute(app, list, (_, signal) => numbers(signal));
  return app;
}

async function* three(): Numbers {
  yield [1];
  yield [2, 3];
  return { count: 3 };
}

const get = (path: string, app = appOf(three)) => app.request(`/api${path}`);
const post = (body: string) => appOf(three).request('/api/tell', { method: 'POST', body });

beforeEach(() => logged.splice(0));

describe('a route', () => {
  it('parses what is asked', async () => {
    expect(await (await get('/ask?did=a:b&times=2')).json()).toEqual({ text: 'a:ba:b' });
  });

  it('answers what its contract says and no more', async () => {
    expect(await (await post('{"dids":["a:b"]}')).json()).toEqual({ count: 1 });
  });

  it.each([
    ['/ask', 400, 'bad-request'],
    ['/ask?did=a', 400, 'malformed-did'],
    ['/ask?did=a:b&times=x', 400, 'bad-request'],
    ['/nothing', 404, 'not-found']
  ])('answers %s with a problem', async (path, status, code) => {
    const response = await get(path);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code });
  });

  it.each([
    ['{', 'bad-request'],
    ['', 'bad-request'],
    ['null', 'bad-request'],
    ['{"dids":"a:b"}', 'bad-request'],
    ['{"dids":["a:b","a:.."]}', 'malformed-did']
  ])('answers the body %j with a problem', async (body, code) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code });
  });

  it('keeps a bug to itself and tells the log', async () => {
    const response = await post('{"dids":[]}');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('hunter2');
    expect(logged).toEqual([expect.stringContaining('hunter2 is a bug')]);
  });
});

describe('a streaming route', () => {
  it('answers item by item, and then the end', async () => {
    const response = await get('/list');
    expect(response.headers.get('Content-Type')).toContain('application/x-ndjson');
    expect(await response.text()).toBe('{"item":[1]}\n{"item":[2,3]}\n{"end":{"count":3}}\n');
  });

  it('answers a failure before the first item with its status', async () => {
    const response = await get(
      '/list',
      // eslint-disable-next-line require-yield
      appOf(async function* () {
        throw new DataLakeError('rucio-slow', 'Too slow.');
      })
    );
    expect(response.status).toBe(504);
    expect(await response.json()).toEqual({ code: 'rucio-slow', message: 'Too slow.' });
  });

  it('answers a later failure as its last line', async () => {
    const app = appOf(async function* () {
      yield [1];
      throw new DataLakeError('rucio-slow', 'Too slow.');
    });
    const response = await get('/list', app);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(
      '{"item":[1]}\n{"problem":{"code":"rucio-slow","message":"Too slow."}}\n'
    );
  });

  it('tells the log of a bug in the middle, and the reader only that there was one', async () => {
    const app = appOf(async function* () {
      yield [1];
      throw new TypeError('hunter2 is a bug');
    });
    expect(await (await get('/list', app)).text()).not.toContain('hunter2');
    expect(logged).toEqual([expect.stringContaining('hunter2 is a bug')]);
  });

  it('asks for no more than its reader takes, and ends when the reader leaves', async () => {
    let asked = 0;
    let left = false;
    const app = appOf(async function* () {
      try {
        for (;;) {
          yield [asked++];
        }
      } finally {
        left = true;
      }
    });
    const reader = (await get('/list', app)).body?.getReader();
    await reader?.read();
    for (let turn = 0; turn < 100; turn++) {
      await new Promise(setImmediate);
    }
    expect(asked).toBeLessThan(5);
    await reader?.cancel();
    expect(left).toBe(true);
  });

  it('tells its source when the reader leaves while it waits', async () => {
    let told = false;
    const app = appOf(async function* (signal) {
      yield [1];
      await new Promise<void>(resolve =>
        signal.addEventListener('abort', () => {
          told = true;
          resolve();
        })
      );
      return { count: 1 };
    });
    const reader = (await get('/list', app)).body?.getReader();
    await reader?.read();
    void reader?.read();
    await reader?.cancel();
    expect(told).toBe(true);
  });
});
