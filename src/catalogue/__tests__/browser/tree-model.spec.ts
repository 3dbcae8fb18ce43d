import { ScopeItems } from '../../browser/items.js';
import type { RowLoader } from '../../browser/loading.js';
import { treeKey } from '../../browser/tree-keys.js';
import { TreeModel } from '../../browser/tree-model.js';
import { loaderOf, row, settle, slowLoader } from './rows.js';

const LISTS: Record<string, RowLoader> = {
  obs: loaderOf([row('c1', 'CONTAINER'), row('d1', 'DATASET'), row('f1')]),
  'obs:c1': loaderOf([row('d1', 'DATASET'), row('c2', 'CONTAINER')]),
  'obs:c2': loaderOf([row('d3', 'DATASET')]),
  'obs:d1': loaderOf([row('x1'), row('x2')]),
  'obs:d3': loaderOf([])
};
const list = (name: string): RowLoader => LISTS[name] ?? loaderOf([]);

function tree(): TreeModel {
  return new TreeModel(new ScopeItems(['obs', 'user.alice'], new Set(['user.alice'])), {
    scopeLoader: list,
    contentLoader: list,
    limit: 1000
  });
}

/** The visible lines, indented. */
function shown(model: TreeModel): string[] {
  return Array.from({ length: model.size }, (_, place) => {
    const line = model.lineAt(place);
    const item = model.itemOf(line);
    const name = item === null ? '…' : item.kind === 'scope' ? item.scope : item.row.name;
    const mark = line.id === model.active?.id ? '>' : ' ';
    return `${mark}${'  '.repeat(line.level - 1)}${name}`;
  });
}

async function keys(model: TreeModel, ...names: string[]): Promise<void> {
  for (const name of names) {
    expect(treeKey(model, name, { page: 3, open: () => undefined })).toBe(true);
    await settle();
  }
}

it('unfolds to any depth, and finds every line', async () => {
  const model = tree();
  await keys(model, 'Home', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowDown');
  await keys(model, 'ArrowRight', 'ArrowDown', ' ');
  expect(shown(model)).toEqual([
    ' obs',
    '   c1',
    '     d1',
    '     c2',
    '>      d3',
    '         …',
    '   d1',
    '   f1',
    ' user.alice'
  ]);
  for (let place = 0; place < model.size; place += 1) {
    model.activatePlace(place);
    expect(model.activePlace).toBe(place);
  }
});

it('goes to the parent with the left arrow, then folds it', async () => {
  const model = tree();
  await keys(model, 'Home', 'ArrowRight', 'ArrowDown', 'ArrowRight', 'ArrowRight');
  expect(shown(model)).toContain('>    d1');
  await keys(model, 'ArrowLeft');
  expect(shown(model)).toContain('>  c1');
  await keys(model, 'ArrowLeft', 'ArrowLeft', 'ArrowLeft');
  expect(shown(model)).toEqual(['>obs', ' user.alice']);
});

it('keeps the chosen line within the list when what held it is folded', async () => {
  const model = tree();
  await keys(model, 'Home', 'ArrowRight', 'End');
  model.activatePlace(2);
  model.fold({ branch: model.root, index: 0 });
  expect(shown(model)).toEqual(['>obs', ' user.alice']);
});

it('walks with Home, End and by pages, and stops at both ends', async () => {
  const model = tree();
  await keys(model, 'Home', 'ArrowRight', 'PageDown');
  expect(model.activePlace).toBe(3);
  await keys(model, 'End', 'ArrowDown');
  expect(model.activePlace).toBe(4);
  await keys(model, 'PageUp', 'PageUp', 'ArrowUp');
  expect(model.activePlace).toBe(0);
  expect(treeKey(model, 'a', { page: 3, open: () => undefined })).toBe(false);
});

it('finds a name by its first letters, and the next by the same letter', async () => {
  const model = tree();
  await keys(model, 'Home', 'ArrowRight');
  model.typeAhead('D');
  expect(shown(model)).toContain('>  d1');
  model.typeAhead('u');
  expect(shown(model)).toContain('>user.alice');
  model.typeAhead('c1');
  expect(shown(model)).toContain('>  c1');
  model.typeAhead('zz');
  expect(shown(model)).toContain('>  c1');
});

it('keeps the chosen line where it is while rows arrive above it', async () => {
  const slow = slowLoader();
  const model = new TreeModel(new ScopeItems(['a', 'b'], new Set()), {
    scopeLoader: name => (name === 'a' ? slow.loader : loaderOf([])),
    contentLoader: list,
    limit: 1000
  });
  model.unfold({ branch: model.root, index: 0 });
  model.activate({ branch: model.root, index: 1 });
  const { id } = model.active ?? {};
  slow.batch(row('x'), row('y'));
  await settle();
  expect(model.active?.id).toBe(id);
  expect(model.activePlace).toBe(4);
});

it('says at the end of a scope what it leaves out, and lists the rest in its place', async () => {
  const model = new TreeModel(new ScopeItems(['obs'], new Set()), {
    scopeLoader: () => loaderOf([row('d1', 'DATASET')]),
    contentLoader: list,
    limit: 1000,
    scopeNote: 'only-collections'
  });
  model.unfold({ branch: model.root, index: 0 });
  await settle();
  expect(shown(model)).toEqual([' obs', '   d1', '   …']);
  expect(model.lineAt(2).branch.note).toBe('only-collections');
  model.adopt({ branch: model.root, index: 0 }, loaderOf([row('d1', 'DATASET'), row('f')]), 'obs');
  await settle();
  expect(shown(model)).toEqual([' obs', '   d1', '   f']);
});

it('folds what has become another thing when a list is loaded again', async () => {
  const slow = slowLoader();
  const model = new TreeModel(slow.loader, {
    scopeLoader: list,
    contentLoader: list,
    limit: 1000
  });
  slow.batch(row('d1', 'DATASET'), row('c2', 'CONTAINER'));
  slow.end();
  await settle();
  model.unfold({ branch: model.root, index: 0 });
  model.unfold({ branch: model.root, index: 1 });
  await settle();
  model.root.loading?.start(1000);
  slow.batch(row('d1', 'DATASET'), row('other', 'DATASET'));
  slow.end();
  await settle();
  expect(model.root.isUnfolded(0)).toBe(true);
  expect(model.root.isUnfolded(1)).toBe(false);
  expect(shown(model)).toEqual([' d1', '   x1', '   x2', ' other']);
});

it('stops what loads below a thing that is folded', async () => {
  const slow = slowLoader();
  const model = new TreeModel(new ScopeItems(['a'], new Set()), {
    scopeLoader: () => slow.loader,
    contentLoader: list,
    limit: 1000
  });
  model.toggle({ branch: model.root, index: 0 });
  model.toggle({ branch: model.root, index: 0 });
  expect(slow.signals[0].aborted).toBe(true);
  expect(shown(model)).toEqual([' a']);
});
