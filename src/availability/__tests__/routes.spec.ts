import { Hono } from 'hono';
import { Instances } from '../../common/core/instances.js';
import { NO_LOG } from '../../common/core/log.js';
import { answerErrors } from '../../common/server/route.js';
import { availabilityRoutes } from '../server/routes.js';
import { makeLake } from './lake.js';

function serve(options = {}) {
  const lake = makeLake(options);
  const app = new Hono();
  answerErrors(app, NO_LOG);
  availabilityRoutes(app, new Instances(new Map([['lake', lake.service]])));
  const send = async (method: string, path: string, body?: object) => {
    const response = await app.request(`/api${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    });
    const text = await response.text();
    return {
      status: response.status,
      text,
      lines: () =>
        text.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line) as object])),
      json: () => JSON.parse(text) as Record<string, unknown>
    };
  };
  return { ...lake, send };
}

describe('the routes of availability', () => {
  it('answer in the order asked, problems beside states, in a few hundred bytes each', async () => {
    const { send, rucio } = serve();
    rucio.addRule({ did: 'obs:event_2', rseExpression: 'MOUNT' });
    const dids = ['obs:event_2', 'obs:none', 'obs:event_1'];
    const answer = await send('POST', '/availability', { dids });
    expect(answer.status).toBe(200);
    expect(answer.json().answers).toMatchObject([
      { did: 'obs:event_2', availability: { state: 'REPLICATING' } },
      { did: 'obs:none', problem: { code: 'not-found' } },
      { did: 'obs:event_1', availability: { state: 'NOT_AVAILABLE' } }
    ]);
    expect(answer.text.length).toBeLessThan(3000);
  });

  it.each([
    [{ dids: ['nocolon'] }, 'malformed-did'],
    [{ dids: ['a:b:c'] }, 'malformed-did'],
    [{ dids: ['a:../b'] }, 'malformed-did'],
    [{ dids: [`a:${'x'.repeat(1_000_000)}`] }, 'malformed-did'],
    [{ dids: [] }, 'bad-request'],
    [{}, 'bad-request'],
    [{ dids: ['a:b'], instance: 'http://evil' }, 'bad-request']
  ])('refuse what is no request (%#)', async (body, code) => {
    const { send, rucio } = serve();
    for (const path of ['/availability', '/availability/plan', '/availability/make']) {
      const answer = await send('POST', path, body);
      expect(answer.status).toBe(400);
      expect(answer.json().code).toBe(code);
    }
    expect(rucio.requests).toEqual([]);
  });

  it('know no other instance', async () => {
    const { send } = serve();
    const answer = await send('POST', '/availability', { dids: ['a:b'], instance: 'other' });
    expect(answer.status).toBe(404);
  });

  it('plan, make, and list rules', async () => {
    const { send } = serve();
    const dids = ['obs:event_1'];
    expect((await send('POST', '/availability/plan', { dids })).json()).toMatchObject({
      missingBytes: 400,
      fits: true
    });
    const made = await send('POST', '/availability/make', { dids, lifetimeSeconds: 3600 });
    expect(made.json().results).toMatchObject([{ outcome: 'requested' }]);
    expect((await send('GET', '/rules?did=obs%3Aevent_1')).lines()).toMatchObject([
      { item: [{ did: 'obs:event_1', mine: true }] },
      { end: { count: 1 } }
    ]);
  });

  it('change rules, or say why not', async () => {
    const { send, rucio } = serve({ policy: 'permissive' });
    const ruleId = rucio.addRule({ did: 'obs:event_1', rseExpression: 'MOUNT', account: 'alice' });
    const extended = await send('POST', '/rules/extend', { ruleId, lifetimeSeconds: 3600 });
    expect(extended.json()).toMatchObject({ rule: { id: ruleId } });
    expect((await send('POST', '/rules/retry', { ruleId })).status).toBe(409);
    expect((await send('POST', '/rules/cancel', { ruleId })).status).toBe(200);
    expect((await send('POST', '/rules/cancel', { ruleId: '../x' })).status).toBe(400);
    const foreign = rucio.addRule({ did: 'obs:event_2', rseExpression: 'MOUNT' });
    expect((await send('POST', '/rules/cancel', { ruleId: foreign })).status).toBe(403);
  });

  it('stream files, and end with their number', async () => {
    const { send, pathOf } = serve();
    const lines = (await send('GET', '/files?did=obs%3Aevent_1')).lines();
    expect(lines).toMatchObject([
      { item: [{ path: pathOf('obs:wave_1_0'), state: 'NOT_AVAILABLE' }, {}, {}, {}] },
      { end: { count: 4 } }
    ]);
    expect((await send('GET', '/files?did=obs%3Anone')).status).toBe(404);
  });

  it('tell the health of the mounts', async () => {
    const { send, mount } = serve();
    mount.state = 'missing';
    expect((await send('GET', '/mounts')).json()).toMatchObject({
      mounts: [{ instance: 'lake', rse: 'MOUNT', state: 'MISSING' }]
    });
  });
});
