import { browserLake } from '../../../testing/browser-lake.js';

it('opens no connection by itself', () => {
  const { asked, sockets } = browserLake();
  expect(asked).toEqual([]);
  expect(sockets).toEqual([]);
});

it.each([
  ['*', true, true],
  ['session', true, true],
  ['mounts', true, false],
  ['availability/x/a:b', false, false]
])('news of %s make the right things old', (key, mounts, others) => {
  const { lake, sockets } = browserLake();
  lake.queries.setQueryData(['sidebar', 'mounts', 'near'], 1);
  lake.queries.setQueryData(['catalogue', 'scopes', null], 1);
  lake.events.watch(['session']);
  sockets[0].open();
  sockets[0].say({ key });
  const old = (queryKey: readonly unknown[]) => lake.queries.getQueryState(queryKey)?.isInvalidated;
  expect(old(['sidebar', 'mounts', 'near'])).toBe(mounts);
  expect(old(['catalogue', 'scopes', null])).toBe(others);
});
