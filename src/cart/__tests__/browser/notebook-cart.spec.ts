import { YNotebook } from '@jupyter/ydoc';
import * as Y from 'yjs';
import { CartItem, cartKey } from '../../contract.js';
import { NotebookCart } from '../../browser/notebook-cart.js';
import { entries, item, ITEM, notebook } from './open-cart.js';

type Notebook = ReturnType<typeof notebook>;

const cartOf = (shared: Notebook, readOnly = false) =>
  new NotebookCart({ path: 'one.ipynb', readOnly, shared });
const DID = { did: 'obs:event_2', type: 'DATASET' as const, instance: 'near' };

/** As a client begins: with nothing of its own that would compete with what the server sends. */
const blank = (): Notebook => new YNotebook();

/** Two people's copies of one notebook, which both know all of each other's changes after `meet`. */
function twoPeople(metadata: Record<string, unknown>) {
  const [one, other] = [notebook(metadata), blank()];
  const copy = (from: Notebook, to: Notebook) =>
    Y.applyUpdate(to.ydoc, Y.encodeStateAsUpdate(from.ydoc));
  copy(one, other);
  const meet = () => {
    copy(one, other);
    copy(other, one);
  };
  return { one: cartOf(one), other: cartOf(other), meet };
}

it('keeps an item under a key of its own, and tells of it', () => {
  const shared = notebook();
  const cart = cartOf(shared);
  let told = 0;
  cart.changed.connect(() => told++);
  const added = cart.add({ ...DID, bytes: 5 });
  expect(shared.getMetadata(cartKey('near', 'obs:event_2'))).toEqual(added);
  expect(added).toMatchObject({ variableName: 'event_2', bytes: 5, version: 1 });
  expect(CartItem.safeParse(added).success).toBe(true);
  expect(told).toBe(1);
  expect(cart.add(DID)).toBe(cart.items[0]);
  expect(told).toBe(1);
});

it('gives two DIDs of one name two variables', () => {
  const cart = cartOf(notebook(entries(ITEM)));
  expect(cart.add({ ...DID, did: 'sun:event_1' }).variableName).toBe('event_1_2');
});

it('renames in the value, and removes the key and nothing else', () => {
  const shared = notebook({ ...entries(ITEM), title: 'mine' });
  const cart = cartOf(shared);
  expect(cart.rename(ITEM, 'waves').variableName).toBe('waves');
  expect(Object.keys(shared.getMetadata())).toContain(cartKey('near', ITEM.did));
  cart.remove(cart.items[0]);
  expect(cart.items).toEqual([]);
  expect(shared.getMetadata('title')).toBe('mine');
  expect(Object.keys(shared.getMetadata())).not.toContain(cartKey('near', ITEM.did));
});

it('changes nothing in a notebook that is read-only', () => {
  const cart = cartOf(notebook(entries(ITEM)), true);
  for (const change of [
    () => cart.add(DID),
    () => cart.remove(ITEM),
    () => cart.rename(ITEM, 'waves'),
    () => cart.upgrade([])
  ]) {
    expect(change).toThrow('read-only');
  }
  expect(cart.items).toEqual([ITEM]);
});

it('leaves damaged and newer entries in the file as they are', () => {
  const strange = { 'datalake:near/obs:x': { version: 9 }, 'datalake:y': 'damaged' };
  const shared = notebook({ ...strange, ...entries(ITEM) });
  const cart = cartOf(shared);
  cart.remove(ITEM);
  cart.add(DID);
  expect(shared.getMetadata()).toMatchObject(strange);
  expect(cart.content).toMatchObject({ newer: 1, unreadable: 1 });
});

describe('two people at once', () => {
  it('both keep what they have added', () => {
    const { one, other, meet } = twoPeople({});
    one.add({ ...DID, did: 'obs:a' });
    other.add({ ...DID, did: 'obs:b' });
    meet();
    expect(one.items.map(({ did }) => did).sort()).toEqual(['obs:a', 'obs:b']);
    expect(other.items).toEqual(one.items);
  });

  it('one removes an item while the other renames another', () => {
    const { one, other, meet } = twoPeople(entries(ITEM, item({ did: 'obs:b' })));
    one.remove(ITEM);
    other.rename(item({ did: 'obs:b' }), 'waves');
    meet();
    expect(one.items).toMatchObject([{ did: 'obs:b', variableName: 'waves' }]);
    expect(other.items).toEqual(one.items);
  });
});

it('takes attachments of rucio-jupyterlab over, but for those it cannot', () => {
  const legacy = [
    { did: 'obs:event_2', type: 'collection', variableName: 'waves' },
    { did: 'obs:event_1', type: 'collection', variableName: 'another_name' },
    'damaged'
  ];
  const shared = notebook({ ...entries(ITEM), rucio_attachments: legacy });
  const cart = cartOf(shared);
  const taken = cart.upgrade([
    { ...DID, variableName: 'waves' },
    { ...DID, did: 'obs:event_1', variableName: 'another_name' }
  ]);
  expect(taken).toMatchObject([{ did: 'obs:event_2', variableName: 'waves' }]);
  expect(cart.items).toHaveLength(2);
  expect(shared.getMetadata('rucio_attachments')).toEqual([legacy[1], 'damaged']);
});
