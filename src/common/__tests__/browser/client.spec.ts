import { ServerConnection } from '@jupyterlab/services';
import * as z from 'zod';
import { call, stream } from '../../browser/client.js';
import { endpoint, streamEndpoint } from '../../contract/endpoint.js';

const ask = endpoint({
  method: 'GET',
  path: '/ask',
  request: z.object({ did: z.string().optional(), times: z.number().optional() }),
  answer: z.object({ text: z.string() })
});
const change = endpoint({
  method: 'POST',
  path: '/change',
  request: z.object({ did: z.string() }),
  answer: z.object({ done: z.boolean() })
});
const list = streamEndpoint({
  method: 'GET',
  path: '/list',
  request: z.object({}),
  item: z.array(z.number()),
  end: z.object({ count: z.number() })
});

/** Settings whose fetch answers so, and what it was asked. */
function answering(answer: (request: Request) => Response | Promise<Response>) {
  const asked: Request[] = [];
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://jupyter.example/base/',
    token: '',
    fetch: async (input, init) => {
      const request = new Request(input, init);
      asked.push(request);
      return answer(request);
    }
  });
  return { settings, asked };
}

const reply = (body: unknown, status = 200) =>
  answering(() => new Response(JSON.stringify(body), { status }));

/** A body of these pieces; `cut` breaks the connection after them. */
function pieces(texts: string[], cut = false): Response {
  const encoder = new TextEncoder();
  return new Response(
    new ReadableStream<Uint8Array>({
      pull(controller) {
        const text = texts.shift();
        if (text !== undefined) {
          controller.enqueue(encoder.encode(text));
        } else if (cut) {
          controller.error(new TypeError('network error'));
        } else {
          controller.close();
        }
      }
    })
  );
}

async function collect(response: Response, signal: AbortSignal | null = null) {
  const items: number[][] = [];
  const { settings } = answering(() => response);
  const source = stream(settings, list, {}, signal);
  for (let next = await source.next(); ; next = await source.next()) {
    if (next.done === true) {
      return { items, end: next.value };
    }
    items.push(next.value);
  }
}

afterEach(() => {
  document.cookie = '_xsrf=; expires=Thu, 01 Jan 1970 00:00:00 GMT';
});

describe('a call', () => {
  it('asks below the base URL, and leaves out what is not given', async () => {
    const { settings, asked } = reply({ text: 'x' });
    expect(await call(settings, ask, { did: 'a:b/c&d', times: undefined })).toEqual({ text: 'x' });
    // JupyterLab adds the time to each address, so that no cache answers.
    expect(asked[0].url.replace(/&\d+$/, '')).toBe(
      'http://jupyter.example/base/jupyterlab-datalake/api/ask?did=a%3Ab%2Fc%26d'
    );
  });

  it('that changes something sends JSON and the XSRF token of the cookie', async () => {
    document.cookie = '_xsrf=2|abc|def|123';
    const { settings, asked } = reply({ done: true });
    await call(settings, change, { did: 'a:b' });
    const [request] = asked;
    expect(request.method).toBe('POST');
    expect(request.headers.get('X-XSRFToken')).toBe('2|abc|def|123');
    expect(await request.json()).toEqual({ did: 'a:b' });
  });

  it('throws the problem that the server answers', async () => {
    const problem = { code: 'quota-exceeded', message: 'Too much.', detail: 'theirs' };
    const { settings } = reply(problem, 409);
    await expect(call(settings, ask, {})).rejects.toMatchObject(problem);
  });

  it.each([
    [403, 'forbidden'],
    [404, 'server-down'],
    [503, 'server-down']
  ])("explains Jupyter's own status %d", async (status, code) => {
    const { settings } = answering(() => new Response('<html></html>', { status }));
    await expect(call(settings, ask, {})).rejects.toMatchObject({ code });
  });

  it.each(['{"text": 1}', '{}', 'not json'])('does not take %s for an answer', async body => {
    const { settings } = answering(() => new Response(body));
    await expect(call(settings, ask, {})).rejects.toMatchObject({ code: 'internal' });
  });

  it('tells a server that is away from one who has left', async () => {
    const { settings } = answering(() => Promise.reject(new TypeError('failed to fetch')));
    await expect(call(settings, ask, {})).rejects.toMatchObject({ code: 'server-down' });
    const left = AbortSignal.abort();
    await expect(call(settings, ask, {}, left)).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('a stream', () => {
  it('yields item by item, however the pieces are cut, and returns the end', async () => {
    const found = await collect(
      pieces(['{"item":[1]}\n{"it', 'em":[2,', '3]}\n', '{"end":{"count":3}}\n'])
    );
    expect(found).toEqual({ items: [[1], [2, 3]], end: { count: 3 } });
  });

  it('throws the problem in its middle', async () => {
    const problem = { code: 'rucio-slow', message: 'Too slow.' };
    await expect(
      collect(pieces(['{"item":[1]}\n', `${JSON.stringify({ problem })}\n`]))
    ).rejects.toMatchObject(problem);
  });

  it.each([false, true])('that stops before its end was cut off (broken: %s)', async cut => {
    await expect(collect(pieces(['{"item":[1]}\n{"item":[2'], cut))).rejects.toMatchObject({
      code: 'server-down',
      message: 'The answer was cut off before its end.'
    });
  });

  it.each(['{"item":["x"]}\n', '{"end":{}}\n', 'what\n', '{}\n', 'null\n', '{"problem":{}}\n'])(
    'does not take %j for a line',
    async text => {
      await expect(collect(pieces([text]))).rejects.toMatchObject({ code: 'internal' });
    }
  );

  it('lets go of the answer when it is left', async () => {
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: controller => controller.enqueue(new TextEncoder().encode('{"item":[1]}\n')),
      cancel() {
        cancelled = true;
      }
    });
    const { settings } = answering(() => new Response(body));
    for await (const item of stream(settings, list, {})) {
      expect(item).toEqual([1]);
      break;
    }
    expect(cancelled).toBe(true);
  });

  it('that is left while it waits says that it was cancelled', async () => {
    const leave = new AbortController();
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        leave.signal.addEventListener('abort', () => controller.error(leave.signal.reason));
      },
      pull: () => leave.abort()
    });
    await expect(collect(new Response(body), leave.signal)).rejects.toMatchObject({
      code: 'cancelled'
    });
  });
});
