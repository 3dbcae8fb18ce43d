import { Hono } from 'hono';
import { MemoryCatalogue } from '../../adapters/rucio/memory-catalogue.js';
import { DataLakeError } from '../../common/contract/problem.js';
import { Instances } from '../../common/core/instances.js';
import { NO_LOG } from '../../common/core/log.js';
import { answerErrors } from '../../common/server/route.js';
import { SMALL_LAKE } from '../../testing/small-lake.js';
import {
  getDid,
  listParents,
  listReplicas,
  listScopes,
  searchDids,
  type Row
} from '../contract.js';
import { Catalogue } from '../core/catalogue.js';
import type { IDidCatalogue } from '../core/ports.js';
import { catalogueRoutes } from '../server/routes.js';

const lake = new MemoryCatalogue(SMALL_LAKE);

function appOf(dids: Partial<IDidCatalogue> = {}): Hono {
  const app = new Hono();
  const catalogue = new Catalogue({
    dids: {
      scopes: signal => lake.scopes(signal),
      ownScopes: signal => lake.ownScopes(signal),
      search: (query, signal) => lake.search(query, signal),
      content: (did, signal) => lake.content(did, signal),
      ...dids
    },
    facts: lake,
    replicas: lake,
    mountedRses: ['SITE_A']
  });
  answerErrors(app, NO_LOG);
  catalogueRoutes(app, new Instances(new Map([['lab', catalogue]])));
  return app;
}

const get = (path: string, app = appOf()) => app.request(`/api${path}`);
const lines = async (response: Response) =>
  (await response.text())
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as { item?: Row[]; end?: object; problem?: object });

it('lists the scopes in order', async () => {
  expect(listScopes.answer.parse(await (await get('/scopes')).json())).toEqual({
    scopes: ['obs.2024', 'user.alice'],
    own: ['user.alice']
  });
});

describe('a search', () => {
  it('streams rows and ends with their number', async () => {
    const found = await lines(await get('/dids?scope=obs.2024&pattern=wave_*&type=file'));
    expect(found.at(-1)).toEqual({ end: { count: 4 } });
    const rows = found.slice(0, -1).map(({ item }) => searchDids.item.parse(item));
    expect(rows.flat().map(({ name }) => name)).toEqual(['wave_1', 'wave_2', 'wave_3', 'wave_4']);
  });

  it('without a scope goes through all, own ones first', async () => {
    const found = await lines(await get('/dids?type=dataset'));
    const scopes = found.flatMap(({ item = [] }) => item.map(({ scope }) => scope));
    expect(scopes).toEqual(['user.alice', 'obs.2024', 'obs.2024']);
  });

  it('that finds nothing in a scope that is there is no failure', async () => {
    expect(await lines(await get('/dids?scope=obs.2024&pattern=none'))).toEqual([
      { end: { count: 0 } }
    ]);
  });

  it('in a scope that is not there says so', async () => {
    const response = await get('/dids?scope=no.such');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      code: 'not-found',
      message: 'There is no scope no.such in this lake.'
    });
  });

  it('that fails in the middle says so after the rows that came', async () => {
    const row: Row = { scope: 'a', name: 'b', type: 'FILE', bytes: 1, length: null };
    const app = appOf({
      search: async function* () {
        yield [row];
        throw new DataLakeError('rucio-slow', 'Too slow.');
      }
    });
    expect(await lines(await get('/dids?scope=a', app))).toEqual([
      { item: [row] },
      { problem: { code: 'rucio-slow', message: 'Too slow.' } }
    ]);
  });

  it.each(['scope=a&pattern=', 'scope=a&pattern=b:c', 'scope=../x', 'scope=a&type=x'])(
    'is refused: %s',
    async query => {
      expect((await get(`/dids?${query}`)).status).toBe(400);
    }
  );
});

describe('a DID', () => {
  it('has details, parents, and replicas with the mounted RSE first', async () => {
    const did = '?did=obs.2024:event_1';
    expect(getDid.answer.parse(await (await get(`/did${did}`)).json())).toMatchObject({
      length: 3,
      metadata: { station: 'ANMO' }
    });
    const { parents } = listParents.answer.parse(await (await get(`/did/parents${did}`)).json());
    expect(parents.map(({ name }) => name)).toEqual(['april']);
    const { replicas } = listReplicas.answer.parse(await (await get(`/did/replicas${did}`)).json());
    expect(replicas.map(({ rse, mounted }) => [rse, mounted])).toEqual([
      ['SITE_A', true],
      ['MOUNT', false]
    ]);
  });

  it.each(['/did', '/content', '/did/replicas', '/did/parents'])(
    'that is malformed is refused: %s',
    async path => {
      for (const did of ['a', 'a:b:c', 'a:..', 'a:%252f', 'a:b%00', 'x'.repeat(1_000_000)]) {
        const response = await get(`${path}?did=${did}`);
        expect(response.status).toBe(400);
        expect(await response.json()).toMatchObject({ code: 'malformed-did' });
      }
    }
  );

  it('of an instance that is not configured is not there', async () => {
    expect((await get('/did?did=a:b&instance=other')).status).toBe(404);
    expect((await get('/did?did=a:b&instance=http://evil')).status).toBe(400);
  });
});
