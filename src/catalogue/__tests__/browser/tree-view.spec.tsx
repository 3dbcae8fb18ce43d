import { MimeData } from '@lumino/coreutils';
import { Drag } from '@lumino/dragdrop';
import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { AvailabilityCommands } from '../../../availability/browser/tokens.js';
import { CartCommands } from '../../../cart/browser/tokens.js';
import { CatalogueCommands } from '../../browser/commands.js';
import { DID_MIME } from '../../browser/tokens.js';
import type { RowLoader } from '../../browser/loading.js';
import { TreeModel } from '../../browser/tree-model.js';
import { TreeView } from '../../browser/tree-view.js';
import { loaderOf, row, settle } from './rows.js';
import { catalogueOn } from './show.js';

const CONTENT = [
  row('april', 'CONTAINER', { bytes: 1_300_000, length: 1204 }),
  row('event', 'DATASET', { bytes: null, length: 20 }),
  row('wave.mseed', 'FILE', { bytes: 65_000 })
];

async function showTree(
  loader: RowLoader = loaderOf(CONTENT),
  limit = 2_000_000,
  inside = () => loaderOf([row('inner.mseed')])
) {
  const catalogue = catalogueOn();
  const tree = new TreeModel(loader, { scopeLoader: inside, contentLoader: inside, limit });
  render(catalogue.within(<TreeView tree={tree} label="Results" />));
  await act(settle);
  return { ...catalogue, tree };
}

const grid = () => screen.getByRole('treegrid', { name: 'Results' });
const active = () => {
  const id = grid().getAttribute('aria-activedescendant');
  return id === null ? null : document.getElementById(id);
};

it('shows of a DID its name, type, files and size', async () => {
  await showTree();
  const [april, event, wave] = screen.getAllByRole('row');
  expect(april).toHaveTextContent('april');
  expect(april).toHaveTextContent('container');
  expect(april).toHaveTextContent('1,204 files');
  expect(april).toHaveTextContent('1.3 MB');
  expect(event).toHaveTextContent('20 files');
  expect(wave).toHaveTextContent('65 kB');
  expect(wave).not.toHaveTextContent('files');
});

it('tells where each row stands in the tree', async () => {
  await showTree();
  const [april, , wave] = screen.getAllByRole('row');
  expect(april).toHaveAttribute('aria-expanded', 'false');
  expect(april).toHaveAttribute('aria-level', '1');
  expect(april).toHaveAttribute('aria-posinset', '1');
  expect(april).toHaveAttribute('aria-setsize', '3');
  expect(wave).not.toHaveAttribute('aria-expanded');
});

it('is walked by keyboard alone', async () => {
  const { executed, tree } = await showTree();
  await userEvent.tab();
  expect(grid()).toHaveFocus();
  expect(active()).toHaveTextContent('april');
  await userEvent.keyboard('{ArrowRight}');
  await act(settle);
  await userEvent.keyboard('{ArrowDown}');
  expect(active()).toHaveTextContent('inner.mseed');
  expect(active()).toHaveAttribute('aria-level', '2');
  await userEvent.keyboard('{ArrowLeft}{ArrowLeft}');
  expect(active()).toHaveAttribute('aria-expanded', 'false');
  await userEvent.keyboard('{End}{Enter}');
  expect(executed.at(-1)).toEqual([
    CatalogueCommands.openDetails,
    { did: 'obs:wave.mseed', type: 'FILE', bytes: 65_000 }
  ]);
  await userEvent.keyboard('ev');
  expect(active()).toHaveTextContent('event');
  await userEvent.keyboard(' ');
  expect(active()).toHaveAttribute('aria-expanded', 'true');
  expect(tree.active?.index).toBe(1);
});

it('opens the context menu where the row is, by key', async () => {
  await showTree();
  const opened: EventTarget[] = [];
  const listen = (event: Event) => void opened.push(event.target as EventTarget);
  document.addEventListener('contextmenu', listen);
  await userEvent.tab();
  fireEvent.keyDown(grid(), { key: 'ContextMenu' });
  fireEvent.keyDown(grid(), { key: 'F10', shiftKey: true });
  document.removeEventListener('contextmenu', listen);
  expect(opened).toEqual([active(), active()]);
});

it('unfolds at the caret, chooses at a click, opens at a double click', async () => {
  const { executed, selection } = await showTree();
  const [april] = screen.getAllByRole('row');
  await userEvent.click(april);
  expect(selection.current?.did).toBe('obs:april');
  expect(april).toHaveAttribute('aria-expanded', 'false');
  fireEvent.click(april.querySelector('[data-caret]') ?? april);
  expect(screen.getAllByRole('row')[0]).toHaveAttribute('aria-expanded', 'true');
  await userEvent.dblClick(screen.getByText('event'));
  expect(executed.at(-1)?.[0]).toBe(CatalogueCommands.openDetails);
});

it('has a button only for a command that is there, and executes it', async () => {
  const { register, executed } = await showTree();
  const [april] = screen.getAllByRole('row');
  expect(within(april).queryByRole('button', { name: 'Add to the cart' })).toBeNull();
  act(() => {
    register(CartCommands.add);
    register(AvailabilityCommands.makeAvailable);
  });
  fireEvent.click(within(april).getByRole('button', { name: 'Add to the cart' }));
  fireEvent.click(within(april).getByRole('button', { name: 'Make available' }));
  expect(executed).toEqual([
    [CartCommands.add, { did: 'obs:april', type: 'CONTAINER', bytes: 1_300_000 }],
    [AvailabilityCommands.makeAvailable, { dids: ['obs:april'] }]
  ]);
  expect(april).toHaveAttribute('aria-expanded', 'false');
});

it('shows the state that another slice brings, whenever it comes', async () => {
  const { extras } = await showTree();
  act(() => extras.setState(({ did }) => <i>{`state of ${did}`}</i>));
  expect(screen.getByText('state of obs:event')).toBeVisible();
});

it('has the same height with and without all that a row can show', async () => {
  const { extras } = await showTree();
  const heights = () => screen.getAllByRole('row').map(({ style }) => style.height);
  const before = heights();
  act(() => extras.setState(() => <i>state</i>));
  expect(heights()).toEqual(before);
  expect(new Set(before)).toEqual(new Set(['24px']));
});

it('drags a DID once the pointer has moved', async () => {
  await showTree();
  const start = jest.spyOn(Drag.prototype, 'start').mockResolvedValue('none');
  const [, event] = screen.getAllByRole('row');
  const pointer = (type: string, at: number) =>
    new MouseEvent(type, { bubbles: true, button: 0, clientX: at, clientY: at });
  fireEvent(event, pointer('pointerdown', 5));
  fireEvent(document, pointer('pointermove', 6));
  expect(start).not.toHaveBeenCalled();
  fireEvent(document, pointer('pointermove', 20));
  expect(start).toHaveBeenCalledTimes(1);
  const { mimeData } = start.mock.contexts[0] as { mimeData: MimeData };
  expect(mimeData.getData('text/plain')).toBe('obs:event');
  expect(mimeData.getData(DID_MIME)).toEqual({ did: 'obs:event', type: 'DATASET' });
  start.mockRestore();
});

it('has of a million rows only those of the window in the document, and reaches the last', async () => {
  const million: RowLoader = async function* () {
    for (let at = 0; at < 1_000_000; at += 50_000) {
      yield Array.from({ length: 50_000 }, (_, index) => row(`file_${at + index}`));
    }
  };
  await showTree(million);
  expect(screen.getAllByRole('row').length).toBeLessThan(60);
  expect(parseInt(screen.getByRole('rowgroup').style.height)).toBeLessThan(17_800_000);
  await userEvent.tab();
  await userEvent.keyboard('{End}');
  expect(active()).toHaveTextContent('file_999999');
  await userEvent.keyboard('{ArrowUp}');
  expect(active()).toHaveTextContent('file_999998');
  await userEvent.keyboard('{Home}');
  expect(active()).toHaveTextContent('file_0');
}, 60_000);

it('leaves buttons out of rows that fly by, and gives them back where they rest', async () => {
  const many: RowLoader = async function* () {
    yield Array.from({ length: 10_000 }, (_, index) => row(`file_${index}`));
  };
  await showTree(many);
  const buttons = () => screen.queryAllByRole('button', { name: 'More actions', hidden: true });
  expect(buttons().length).toBeGreaterThan(5);
  const list = screen.getByRole('treegrid');
  list.scrollTop = 100_000;
  fireEvent.scroll(list);
  expect(screen.getAllByText(/^file_4\d\d\d$/).length).toBeGreaterThan(5);
  expect(buttons()).toHaveLength(0);
  await waitFor(() => expect(buttons().length).toBeGreaterThan(5));
  list.scrollTop += 40;
  fireEvent.scroll(list);
  expect(buttons().length).toBeGreaterThan(5);
});

it('streams 50,000 children of one container, with only those of the window in the document', async () => {
  let goOn = () => {};
  const gate = new Promise<void>(resolve => (goOn = resolve));
  const children: RowLoader = async function* () {
    for (let at = 0; at < 50_000; at += 1000) {
      if (at === 10_000) {
        await gate;
      }
      yield Array.from({ length: 1000 }, (_, index) => row(`dataset_${at + index}`, 'DATASET'));
    }
  };
  const { tree } = await showTree(undefined, undefined, () => children);
  await userEvent.tab();
  await userEvent.keyboard('{ArrowRight}');
  await act(settle);
  // Rucio has sent a fifth of them: they are there to be read.
  expect(screen.getByText('dataset_0')).toBeInTheDocument();
  expect(screen.getAllByRole('row').length).toBeLessThan(60);
  await userEvent.keyboard('{ArrowDown}');
  expect(active()).toHaveTextContent('dataset_0');
  goOn();
  await act(settle);
  expect(tree.active?.index).toBe(0);
  expect(active()).toHaveAttribute('aria-setsize', '50000');
  expect(screen.getAllByRole('row').length).toBeLessThan(60);
  await userEvent.keyboard('{End}{ArrowUp}{ArrowUp}');
  expect(active()).toHaveTextContent('dataset_49999');
  await userEvent.keyboard('{ArrowLeft}{ArrowLeft}');
  expect(screen.getAllByRole('row')).toHaveLength(CONTENT.length);
}, 60_000);
