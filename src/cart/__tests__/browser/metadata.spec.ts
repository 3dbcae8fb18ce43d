import * as fc from 'fast-check';
import { CartItem, cartKey } from '../../contract.js';
import { LEGACY_KEY, readCart } from '../../browser/metadata.js';

const ITEM: CartItem = {
  version: 1,
  did: 'obs:event_1',
  type: 'DATASET',
  variableName: 'event_1',
  instance: 'near',
  addedAt: '2026-11-21T10:00:00.000Z'
};
const KEY = cartKey('near', 'obs:event_1');

it('reads items in the order in which they were added', () => {
  const later = { ...ITEM, did: 'obs:a', addedAt: '2026-11-21T11:00:00.000Z' };
  const cart = readCart({ [cartKey('near', 'obs:a')]: later, [KEY]: ITEM, kernelspec: {} });
  expect(cart.items).toEqual([ITEM, later]);
  expect([cart.unreadable, cart.newer]).toEqual([0, 0]);
});

it.each<[string, unknown]>([
  ['a DID that is none', { ...ITEM, did: 'obs' }],
  ['a DID that climbs out', { ...ITEM, did: 'obs:../../etc/passwd' }],
  ['a name that is code', { ...ITEM, variableName: "x'); __import__('os')" }],
  ['an instance that is an address', { ...ITEM, instance: 'https://evil.example' }],
  ['another DID than its key', { ...ITEM, did: 'obs:other' }],
  ['a type that Rucio has not', { ...ITEM, type: 'SCRIPT' }],
  ['10 MB of text', { ...ITEM, addedAt: 'x'.repeat(10_000_000) }],
  ['text', 'obs:event_1'],
  ['nothing', null],
  ['a list', [ITEM]]
])('leaves out, and counts, an entry with %s', (_, entry) => {
  expect(readCart({ [KEY]: entry })).toMatchObject({ items: [], unreadable: 1, newer: 0 });
});

it('tells what a newer version has written from what is damaged', () => {
  const cart = readCart({ [KEY]: { ...ITEM, version: 2 }, [`${KEY}x`]: {} });
  expect(cart).toMatchObject({ items: [], newer: 1, unreadable: 1 });
});

it('reads the attachments of rucio-jupyterlab, and counts what is none', () => {
  const legacy = { did: 'obs:event_1', type: 'collection', variableName: 'event' };
  expect(readCart({ [LEGACY_KEY]: [legacy, { did: 'x' }, 3] })).toMatchObject({
    legacy: [legacy],
    unreadable: 2
  });
  expect(readCart({ [LEGACY_KEY]: 'all of it' })).toMatchObject({ legacy: [], unreadable: 1 });
});

/** Metadata of attackers: our keys and any others, with items that are nearly right. */
const Field = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    'obs:event_1',
    'event_1',
    'near',
    'DATASET',
    1,
    ITEM.addedAt,
    '__proto__'
  )
);
const NearlyAnItem = fc.record(
  {
    version: Field,
    did: Field,
    type: Field,
    variableName: Field,
    instance: Field,
    bytes: Field,
    adler32: Field,
    addedAt: Field,
    more: Field
  },
  { requiredKeys: [] }
);
const Key = fc.oneof(
  fc.constantFrom(KEY, 'datalake:', 'datalake:near/', LEGACY_KEY, '__proto__', 'constructor'),
  fc.string().map(text => `datalake:${text}`),
  fc.string()
);
const Metadata = fc.dictionary(
  Key,
  fc.oneof(NearlyAnItem, fc.constant(ITEM), fc.jsonValue({ maxDepth: 3 })),
  { maxKeys: 12 }
);

it('takes any metadata: each entry of ours is an item, or counted; nothing is changed', () => {
  fc.assert(
    fc.property(Metadata, metadata => {
      const before = JSON.stringify(metadata);
      const cart = readCart(metadata);
      expect(JSON.stringify(metadata)).toBe(before);
      const { [LEGACY_KEY]: legacy, ...rest } = metadata;
      const withoutLegacy = readCart(rest);
      const ours = Object.keys(rest).filter(key => key.startsWith('datalake:'));
      expect(withoutLegacy.items.length + withoutLegacy.unreadable + withoutLegacy.newer).toBe(
        ours.length
      );
      const listed = Array.isArray(legacy)
        ? legacy.length
        : legacy === undefined || legacy === null
          ? 0
          : 1;
      expect(cart.legacy.length + cart.unreadable - withoutLegacy.unreadable).toBe(listed);
      for (const item of cart.items) {
        expect(CartItem.safeParse(item).success).toBe(true);
        expect(metadata).toHaveProperty([cartKey(item.instance, item.did)]);
      }
    }),
    { numRuns: 10_000 }
  );
}, 60_000);
