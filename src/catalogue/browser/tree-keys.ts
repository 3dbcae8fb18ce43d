import type { TreeModel } from './tree-model.js';

/** What a key asks for beyond moving in the tree. */
export interface ITreeActions {
  /** Enter. */
  open(): void;
  /** Rows that a page holds. */
  page: number;
}

function right(tree: TreeModel): void {
  const line = tree.active;
  if (line === null) {
    tree.activatePlace(0);
  } else if (line.branch.isUnfolded(line.index)) {
    tree.activatePlace(tree.activePlace + 1);
  } else {
    tree.unfold(line);
  }
}

function left(tree: TreeModel): void {
  const line = tree.active;
  if (line === null) {
    tree.activatePlace(0);
  } else if (line.branch.isUnfolded(line.index)) {
    tree.fold(line);
  } else if (line.branch.parent !== null) {
    tree.activate(line.branch.parent);
  }
}

function toggle(tree: TreeModel): void {
  const line = tree.active;
  if (line !== null) {
    tree.toggle(line);
  }
}

function move(tree: TreeModel, by: number): void {
  tree.activatePlace(tree.active === null ? 0 : tree.activePlace + by);
}

/** Keys of a tree as the ARIA practices have them. Answers whether the key was one of them. */
export function treeKey(tree: TreeModel, key: string, actions: ITreeActions): boolean {
  const keys: Record<string, () => void> = {
    ArrowDown: () => move(tree, 1),
    ArrowUp: () => move(tree, -1),
    PageDown: () => move(tree, actions.page),
    PageUp: () => move(tree, -actions.page),
    Home: () => tree.activatePlace(0),
    End: () => tree.activatePlace(tree.size - 1),
    ArrowRight: () => right(tree),
    ArrowLeft: () => left(tree),
    Enter: () => actions.open(),
    ' ': () => toggle(tree)
  };
  const act = keys[key];
  act?.();
  return act !== undefined;
}
