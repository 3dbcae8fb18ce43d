import { useCallback, useEffect, useLayoutEffect, useRef, type KeyboardEvent } from 'react';
import { useTrans } from '../../common/browser/trans.js';
import { useModel } from '../../common/browser/use-signal.js';
import type { ILine } from './branch.js';
import { CatalogueCommands } from './commands.js';
import { useCatalogue } from './context.js';
import { didArgs, toJson } from './did-args.js';
import { FooterRow } from './footer-row.js';
import { openContextMenu } from './open-context-menu.js';
import { RowView } from './row-view.js';
import { treeKey } from './tree-keys.js';
import type { TreeModel } from './tree-model.js';
import { useTypeAhead } from './use-type-ahead.js';
import { useVirtualRows } from './use-virtual-rows.js';

interface ITreeViewProps {
  tree: TreeModel;
  /** Translated. */
  label: string;
  /** A list is asked for with files too. */
  onEverything?: (line: ILine) => void;
}

/** A tree of scopes and DIDs of any size: only what is in the window is in the document. */
export function TreeView({ tree, label, onEverything }: ITreeViewProps) {
  useModel(tree);
  const trans = useTrans();
  const { commands, extras, selection, settings, instance } = useCatalogue();
  useModel(extras);
  useModel(settings);
  const scroller = useRef<HTMLDivElement>(null);
  const rowHeight = settings.rowHeight;
  const { rows, height, page, flying, reveal } = useVirtualRows(scroller, tree.size, rowHeight);
  const active = tree.active;
  const typeAhead = useTypeAhead(text => tree.typeAhead(text));

  const place = tree.activePlace;
  const revealed = useRef<ILine['id'] | null>(null);
  useLayoutEffect(() => {
    const id = tree.active?.id ?? null;
    if (id !== null && id !== revealed.current) {
      reveal(place);
    }
    revealed.current = id;
  });
  useEffect(() => {
    const item = active === null ? null : tree.itemOf(active);
    if (item?.kind === 'did') {
      selection.choose(didArgs(item.row, instance), () => {
        if (tree.active !== null) {
          tree.toggle(tree.active);
        }
      });
    }
  });

  const open = useCallback(
    (line: ILine) => {
      const item = tree.itemOf(line);
      if (item?.kind === 'did') {
        const args = toJson(didArgs(item.row, instance));
        void commands.execute(CatalogueCommands.openDetails, args);
      } else if (item?.kind === 'scope') {
        tree.toggle(line);
      }
    },
    [tree, commands, instance]
  );
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget || event.altKey) {
      return;
    }
    const node = active === null ? null : scroller.current?.querySelector(`#${active.id}`);
    if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      if (node) {
        openContextMenu(node);
      }
    } else if (event.ctrlKey || event.metaKey) {
      return;
    } else if (event.key === 'Enter' && active?.index === -1) {
      node?.querySelector('button')?.click();
    } else if (
      !treeKey(tree, event.key, { page, open: () => active !== null && open(active) }) &&
      !typeAhead(event.key)
    ) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={scroller}
      className="jp-DataLakeTree"
      role="treegrid"
      tabIndex={0}
      aria-label={label}
      aria-description={trans.__(
        'Arrow keys move and unfold, Enter opens details, Shift+F10 opens the menu.'
      )}
      aria-activedescendant={active?.id}
      aria-multiselectable={false}
      aria-readonly
      aria-colcount={4}
      onKeyDown={onKeyDown}
      onFocus={event => {
        if (event.target === event.currentTarget && tree.active === null) {
          tree.activatePlace(0);
        }
      }}
    >
      <div className="jp-DataLakeTree-rows" role="rowgroup" style={{ height }}>
        {rows
          .filter(({ index }) => index < tree.size)
          .map(({ index, top }) => {
            const line = tree.lineAt(index);
            const item = tree.itemOf(line);
            const common = {
              id: line.id,
              top,
              height: rowHeight,
              active: line.id === active?.id,
              onActivate: () => tree.activate(line)
            };
            if (item === null) {
              return (
                <FooterRow
                  key={line.id}
                  {...common}
                  branch={line.branch}
                  onRest={() => tree.loadRest(line.branch)}
                  onEverything={() => onEverything?.(line)}
                />
              );
            }
            const { items, loading } = line.branch;
            const known = loading === null || loading.state === 'complete';
            return (
              <RowView
                key={line.id}
                {...common}
                item={item}
                level={line.level}
                unfolded={
                  items.isExpandable(line.index) ? line.branch.isUnfolded(line.index) : null
                }
                position={line.index + 1}
                setSize={known ? items.length : -1}
                instance={instance}
                light={flying}
                State={extras.State}
                onToggle={() => tree.toggle(line)}
                onOpen={() => open(line)}
              />
            );
          })}
      </div>
    </div>
  );
}
