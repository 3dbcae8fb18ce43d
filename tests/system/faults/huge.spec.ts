import { readFileSync } from 'node:fs';
import type { IJupyter } from '../jupyter.js';
import { serverBelow } from '../server-process.js';
import { answering } from './faults.js';
import type { FaultyProxy } from './faulty-proxy.js';
import { jupyterBehindProxy } from './jupyter-behind-proxy.js';

const HUGE = 'A'.repeat(10 * 1024 * 1024);
const ROW = { scope: 'obs.2024', name: 'event_0419', did_type: 'DATASET', bytes: 1, length: 1 };
const META = 'GET /dids/obs.2024/event_0419/meta';
const DETAILS = 'did?did=obs.2024:event_0419';
/** For what each answer to a person may be, whatever Rucio says. */
const SHORT = 64 * 1024;
/** More than one such text at a time, and no more than a few. */
const ROOM = 150e6;

let rucio: FaultyProxy;
let jupyter: IJupyter;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ rucio, jupyter, stop } = await jupyterBehindProxy());
}, 600_000);
beforeEach(() => rucio.heal());
afterAll(() => stop());

function ask(path: string): Promise<Response> {
  const url = `${jupyter.url}jupyterlab-datalake/api/${path}`;
  return fetch(url, { headers: { Authorization: `token ${jupyter.token}` } });
}

const json = (value: unknown) =>
  answering(200, JSON.stringify(value), { 'Content-Type': 'application/json' });

async function short(path: string): Promise<{ status: number; text: string }> {
  const answer = await ask(path);
  const text = await answer.text();
  expect(text.length).toBeLessThan(SHORT);
  return { status: answer.status, text };
}

/** Most memory that our own server has ever had, in bytes. */
function peak(): number {
  const status = readFileSync(`/proc/${serverBelow(jupyter.pid)}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) * 1024;
}

describe('10 MB of text from Rucio', () => {
  it('as a name ends the list with a sentence: the rows before are kept', async () => {
    const line = (name: string) => `${JSON.stringify({ ...ROW, name })}\n`;
    const rows = answering(200, line('event_0419') + line(HUGE) + line('last'), {
      'Content-Type': 'application/x-json-stream'
    });
    rucio.fault('GET /dids/obs.2024/dids/search', rows);
    const { text } = await short('dids?scope=obs.2024');
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('event_0419');
    expect(JSON.parse(lines[1])).toMatchObject({ problem: { code: 'rucio-garbled' } });
  });

  it('as a scope is a sentence', async () => {
    rucio.fault('GET /scopes', json(['obs.2024', HUGE]));
    const { status, text } = await short('scopes');
    expect(status).toBe(502);
    expect(JSON.parse(text)).toMatchObject({ code: 'rucio-garbled' });
  });

  it.each([
    ['a value of metadata', { ...ROW, project: HUGE }],
    ['a key of metadata', { ...ROW, [HUGE]: 'x' }],
    ['an account', { ...ROW, account: HUGE }]
  ])('as %s is shown as far as a person can read it', async (_, answer) => {
    rucio.fault(META, json(answer));
    const { status, text } = await short(DETAILS);
    expect(status).toBe(200);
    expect(text).toContain('AAAA…"');
  });

  it('as an error becomes a sentence, and a detail of some lines', async () => {
    rucio.fault(META, answering(400, HUGE));
    const { status, text } = await short(DETAILS);
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ code: 'bad-request' });
    expect(text.length).toBeLessThan(1000);
    expect(jupyter.log().length).toBeLessThan(SHORT);
  });

  it('again and again fills no memory, and others are served meanwhile', async () => {
    rucio.fault(META, json({ ...ROW, project: HUGE }));
    await short(DETAILS);
    const before = peak();
    for (let round = 0; round < 10; round++) {
      const [, other] = await Promise.all([short(DETAILS), ask('scopes')]);
      expect(other.status).toBe(200);
    }
    expect(peak() - before).toBeLessThan(ROOM);
  });
});
