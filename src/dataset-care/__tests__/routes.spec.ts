import { Hono } from 'hono';
import { NO_LOG } from '../../common/core/log.js';
import { answerErrors } from '../../common/server/route.js';
import { datasetCareRoutes } from '../server/routes.js';
import { makeCare } from './care.js';

function serve() {
  const { registry, services } = makeCare();
  const app = new Hono();
  answerErrors(app, NO_LOG);
  datasetCareRoutes(app, services);
  const post = async (path: string, body: object) => {
    const response = await app.request(`/api${path}`, {
      method: 'POST',
      body: JSON.stringify(body)
    });
    return { status: response.status, answer: (await response.json()) as object };
  };
  return { registry, post };
}

const RUN = { did: 'user.alice:run' };

describe('the routes of dataset care', () => {
  it('change what they say', async () => {
    const { registry, post } = serve();
    const did = 'user.alice:new';
    const created = { did, type: 'CONTAINER', metadata: { mine: 'yes' } };
    expect(await post('/collections/create', created)).toEqual({ status: 200, answer: {} });
    await post('/collections/attach', { did, members: [RUN.did] });
    expect(registry.mustKnow(did)).toMatchObject({
      type: 'CONTAINER',
      metadata: new Map([['mine', 'yes']]),
      content: new Set([RUN.did])
    });
    await post('/collections/detach', { did, members: [RUN.did] });
    await post('/collections/open', { did, open: false });
    await post('/dids/metadata', { did, metadata: { mine: null, other: 'x' } });
    expect(registry.mustKnow(did)).toMatchObject({
      open: false,
      metadata: new Map([['other', 'x']]),
      content: new Set()
    });
    const { answer } = await post('/dids/lifetime', { did, lifetimeSeconds: 60 });
    expect(answer).toEqual({ warning: expect.stringContaining('erases') as string });
    expect(registry.mustKnow(did).endsAt).not.toBeNull();
  });

  it.each([
    ['/collections/create', { ...RUN, type: 'DATASET' }, 409, 'conflict'],
    ['/collections/create', { did: 'user.alice:x', type: 'FILE' }, 400, 'bad-request'],
    ['/collections/create', { did: 'no colon', type: 'DATASET' }, 400, 'malformed-did'],
    ['/collections/attach', { ...RUN, members: [] }, 400, 'bad-request'],
    ['/collections/attach', { ...RUN, members: ['user.alice:none'] }, 404, 'not-found'],
    ['/collections/detach', { ...RUN, members: ['user.alice:free'] }, 404, 'not-found'],
    ['/collections/open', { did: 'user.bob:run', open: false }, 403, 'forbidden'],
    ['/dids/metadata', { ...RUN, metadata: { bytes: '7' } }, 400, 'bad-request'],
    ['/dids/lifetime', { ...RUN, lifetimeSeconds: -1 }, 400, 'bad-request']
  ])('%s refuses %j', async (path, body, status, code) => {
    const { registry, post } = serve();
    const before = structuredClone(registry.dids);
    expect(await post(path, body)).toMatchObject({ status, answer: { code } });
    expect(registry.dids).toEqual(before);
  });
});
