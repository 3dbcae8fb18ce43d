import { makeCatalogues } from '../../src/server/catalogue.js';
import { OwnLake } from './own-lake.js';

/** The container of the large catalogue has a twentieth as many children. */
const DIDS = 20_000;
const CHILDREN = 1000;
const { signal } = new AbortController();
let lake: OwnLake;

beforeAll(() => {
  lake = OwnLake.start('generic');
  lake.fill(DIDS);
});

it('a container of very many datasets is listed in batches, with each child once', async () => {
  const catalogue = makeCatalogues(lake.as('alice')).get();
  const names = new Set<string>();
  let batches = 0;
  const rows = catalogue.content('big:container_50k', signal);
  let next = await rows.next();
  while (!next.done) {
    batches += 1;
    next.value.forEach(({ name, type }) => {
      expect(type).toBe('DATASET');
      names.add(name);
    });
    next = await rows.next();
  }
  expect(names.size).toBe(CHILDREN);
  expect(next.value).toEqual({ count: CHILDREN });
  expect(batches).toBeGreaterThan(1);
});
