import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { IJupyter } from '../jupyter.js';
import { serverBelow } from '../server-process.js';
import type { FaultyProxy } from './faulty-proxy.js';
import { jupyterBehindProxy } from './jupyter-behind-proxy.js';

/** Half an hour in `make drill`, a minute with the other tests. */
const SECONDS = Number(process.env.DATALAKE_SOAK_SECONDS ?? 60);
/** What is made at the first use is there by then. */
const WARM_SECONDS = Math.min(60, SECONDS / 3);
/** One is not there, half of one is, and one is: none is about to change, also on a lake that came up a moment ago. */
const DIDS = ['obs.2024:event_0412', 'obs.2024:event_0419', 'obs.2024:event_0503'];
const WINDOWS = 3;
/** To Rucio, of which some are open at one moment and not at another. */
const CONNECTIONS = 8;
/** Requests to Rucio that come together, now and then, and fall into one half or the other. */
const ONE_LOOK = 12;
const MB = 1e6;

let rucio: FaultyProxy;
let jupyter: IJupyter;
let stop: () => Promise<void>;
let windows: WebSocket[];
const news: string[] = [];

beforeAll(async () => {
  ({ rucio, jupyter, stop } = await jupyterBehindProxy());
}, 600_000);
afterAll(async () => {
  windows.forEach(window => window.close());
  await stop();
});

const route = (path: string) => `${jupyter.url}jupyterlab-datalake/api/${path}`;

async function availability(): Promise<[string, string | undefined][]> {
  const answer = await fetch(route('availability'), {
    method: 'POST',
    headers: { Authorization: `token ${jupyter.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ dids: DIDS })
  });
  expect(answer.status).toBe(200);
  const { answers } = (await answer.json()) as {
    answers: { did: string; availability?: { state: string } }[];
  };
  return answers.map(({ did, availability }) => [did, availability?.state]);
}

function openWindow(): Promise<WebSocket> {
  const address = `${route('events').replace(/^http/, 'ws')}?token=${jupyter.token}`;
  const window = new WebSocket(address);
  window.onmessage = ({ data }) => {
    if (!String(data).includes('heartbeat')) {
      news.push(String(data));
    }
  };
  return new Promise((resolve, reject) => {
    window.onerror = () => reject(new Error('The window could not be opened.'));
    window.onopen = () => {
      window.send(JSON.stringify({ watch: DIDS.map(did => `availability/default/${did}`) }));
      resolve(window);
    };
  });
}

interface IUse {
  megabytes: number;
  handles: number;
  threads: number;
}

/** What Jupyter and our server hold at this moment. */
function use(): Record<'jupyter' | 'node', IUse> {
  const of = (pid: number): IUse => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return {
      megabytes: Math.round((Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024) / MB),
      handles: readdirSync(`/proc/${pid}/fd`).length,
      threads: Number(/Threads:\s+(\d+)/.exec(status)?.[1])
    };
  };
  return { jupyter: of(jupyter.pid), node: of(serverBelow(jupyter.pid)) };
}

it(
  'three windows and a watched cart: no growth of memory, handles, threads or requests to Rucio',
  async () => {
    windows = await Promise.all(Array.from({ length: WINDOWS }, openWindow));
    const states = await availability();
    expect(states.filter(([, state]) => state === undefined)).toEqual([]);
    await setTimeout(WARM_SECONDS * 1000);
    const half = ((SECONDS - WARM_SECONDS) / 2) * 1000;
    const start = use();
    const requests: number[] = [];
    news.splice(0);
    for (let part = 0; part < 2; part++) {
      rucio.forget();
      await setTimeout(half);
      requests.push(rucio.seen.length);
    }
    const end = use();
    const figures = { drill: 'soak', seconds: SECONDS, start, end, requests, news: news.length };
    if (process.env.DATALAKE_DRILL_FIGURES !== undefined) {
      appendFileSync(process.env.DATALAKE_DRILL_FIGURES, `${JSON.stringify(figures)}\n`);
    }

    for (const each of ['jupyter', 'node'] as const) {
      expect(end[each].handles - start[each].handles).toBeLessThanOrEqual(CONNECTIONS);
      expect(end[each].threads).toBeLessThanOrEqual(start[each].threads);
      expect(end[each].megabytes - start[each].megabytes).toBeLessThan(20);
    }
    expect(news).toEqual([]);
    const [first, second] = requests;
    expect(first + second).toBeGreaterThan(0);
    expect(second).toBeLessThanOrEqual(first + ONE_LOOK);
    // Of three DIDs that wait for nothing.
    const minutes = (2 * half) / 60_000;
    expect(first + second).toBeLessThan(40 * minutes + ONE_LOOK);
    expect(await availability()).toEqual(states);
    // Each of them is still listened to.
    await fetch(route('session/renew'), {
      method: 'POST',
      headers: { Authorization: `token ${jupyter.token}`, 'Content-Type': 'application/json' },
      body: '{}'
    });
    while (news.length < WINDOWS) {
      await setTimeout(50);
    }
    expect(news.map(each => JSON.parse(each) as unknown)).toEqual(
      Array(WINDOWS).fill({ key: 'session' })
    );
  },
  (SECONDS + 120) * 1000
);
