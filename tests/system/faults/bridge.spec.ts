import type { IJupyter } from '../jupyter.js';
import { answering, Standstill } from './faults.js';
import type { FaultyProxy } from './faulty-proxy.js';
import { jupyterBehindProxy } from './jupyter-behind-proxy.js';

const SEARCH = 'GET /dids/obs.2024/dids/search';
const LEAKED = 'alice-alice-unknown-00ddba11facade0123456789';

let rucio: FaultyProxy;
let jupyter: IJupyter;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ rucio, jupyter, stop } = await jupyterBehindProxy());
}, 600_000);
beforeEach(() => rucio.heal());
afterAll(() => stop());

function ask(path: string): Promise<Response> {
  return fetch(`${jupyter.url}${path}`, { headers: { Authorization: `token ${jupyter.token}` } });
}

const search = () => ask('jupyterlab-datalake/api/dids?scope=obs.2024');

describe('through the Jupyter server', () => {
  it('a Rucio that stands still holds up nobody else, and what it broke off ends in order', async () => {
    const still = new Standstill(1500);
    rucio.fault(SEARCH, still.fault);
    const answer = await search();
    await still.reached;
    expect((await ask('api/status')).status).toBe(200);
    expect((await ask('jupyterlab-datalake/api/scopes')).status).toBe(200);
    await still.reset();
    const lines = (await answer.text()).trimEnd().split('\n');
    expect(JSON.parse(lines[0])).toHaveProperty('item');
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
      problem: { code: 'rucio-unreachable' }
    });
  });

  it('a page of HTML and a trace become a sentence, with a status that Jupyter does not use', async () => {
    rucio.fault('GET', answering(200, `<html>${LEAKED}</html>`, { 'Content-Type': 'text/html' }));
    const garbled = await search();
    expect(garbled.status).toBe(502);
    expect(await garbled.json()).toMatchObject({ code: 'rucio-garbled' });
    rucio.heal();
    rucio.fault(SEARCH, answering(500, `ERROR ${LEAKED} Traceback (most recent call last): ...`));
    const failed = await search();
    expect(failed.status).toBe(502);
    const text = await failed.text();
    expect(JSON.parse(text)).toMatchObject({ code: 'rucio-failed' });
    expect(text + jupyter.log()).not.toMatch(new RegExp(`${LEAKED}|${LEAKED.slice(-16)}`));
    expect(text).not.toContain('Traceback');
  });
});
