import { caretDownIcon, caretRightIcon, userIcon } from '@jupyterlab/ui-components';
import type { ComponentType, ReactNode } from 'react';
import { exactBytes, formatBytes } from '../../common/browser/bytes.js';
import { formatCount } from '../../common/browser/counts.js';
import { useTrans } from '../../common/browser/trans.js';
import type { Row } from '../contract.js';
import { didArgs } from './did-args.js';
import { DID_ICONS, didTypeWord, scopeIcon } from './did-icons.js';
import type { Item } from './items.js';
import { RowActions } from './row-actions.js';
import { dragOnMove } from './row-drag.js';
import type { IDidArgs } from './tokens.js';

export interface IRowProps {
  id: string;
  item: Item;
  level: number;
  top: number;
  height: number;
  /** null: cannot be unfolded. */
  unfolded: boolean | null;
  active: boolean;
  position: number;
  /** -1: more are coming. */
  setSize: number;
  instance?: string | undefined;
  /** Only what can be read while rows fly by. */
  light: boolean;
  State: ComponentType<IDidArgs> | null;
  onActivate: () => void;
  onToggle: () => void;
  onOpen: () => void;
}

function Caret({ unfolded }: { unfolded: boolean | null }) {
  const Icon = unfolded === true ? caretDownIcon : caretRightIcon;
  return (
    <span className="jp-DataLakeRow-caret" data-caret="" aria-hidden="true">
      {unfolded !== null && <Icon.react tag="span" width="16px" height="16px" />}
    </span>
  );
}

function ScopeCells({ scope, own }: { scope: string; own: boolean }) {
  const trans = useTrans();
  return (
    <span className="jp-DataLakeRow-name" role="gridcell" title={scope}>
      <scopeIcon.react tag="span" className="jp-DataLakeRow-icon" aria-hidden="true" />
      <span className="jp-DataLakeRow-label">{scope}</span>
      {own && (
        <span className="jp-DataLakeRow-own" title={trans.__('Scope of your account')}>
          <userIcon.react tag="span" width="12px" height="12px" aria-hidden="true" />
          <span className="jp-DataLake-hidden">{trans.__('yours')}</span>
        </span>
      )}
    </span>
  );
}

/** `20 files`, `1.3 GB`: what stands to the right of a name. */
function Amounts({ row }: { row: Row }) {
  const trans = useTrans();
  const files =
    row.type === 'FILE' || row.length === null
      ? null
      : trans._n('%2 file', '%2 files', row.length, formatCount(row.length));
  return (
    <span className="jp-DataLakeRow-amounts" role="gridcell">
      <span className="jp-DataLakeRow-type">{didTypeWord(row.type, trans)}</span>
      {files !== null && <span className="jp-DataLakeRow-files">{files}</span>}
      {row.bytes !== null && (
        <span className="jp-DataLakeRow-bytes" title={exactBytes(row.bytes)}>
          {formatBytes(row.bytes)}
        </span>
      )}
    </span>
  );
}

function DidCells({ row, did, State, active }: IDidCellsProps) {
  const Icon = DID_ICONS[row.type];
  return (
    <>
      <span className="jp-DataLakeRow-name" role="gridcell" title={did.did}>
        <Icon.react tag="span" className="jp-DataLakeRow-icon" aria-hidden="true" />
        <span className="jp-DataLakeRow-label">{row.name}</span>
      </span>
      <Amounts row={row} />
      <RowActions did={did} tabStop={active} />
      <span className="jp-DataLakeRow-state" role="gridcell">
        {State !== null && <State {...did} />}
      </span>
    </>
  );
}

/** The same places, without pictures, buttons and what has to be asked for. */
function LightCells({ row }: { row: Row }) {
  return (
    <>
      <span className="jp-DataLakeRow-name" role="gridcell">
        <span className="jp-DataLakeRow-icon" />
        <span className="jp-DataLakeRow-label">{row.name}</span>
      </span>
      <Amounts row={row} />
      <span className="jp-DataLakeRow-actions" role="gridcell" />
      <span className="jp-DataLakeRow-state" role="gridcell" />
    </>
  );
}

interface IDidCellsProps {
  row: Row;
  did: IDidArgs;
  State: ComponentType<IDidArgs> | null;
  active: boolean;
}

/** A scope or a DID in the tree. Its height never changes, whatever it comes to show. */
export function RowView(props: IRowProps) {
  const { item, unfolded, active, instance, onActivate, onToggle, onOpen } = props;
  const did = item.kind === 'did' ? didArgs(item.row, instance) : null;
  let cells: ReactNode;
  if (item.kind === 'did' && props.light) {
    cells = <LightCells row={item.row} />;
  } else if (item.kind === 'did' && did !== null) {
    const { State } = props;
    cells = <DidCells row={item.row} did={did} State={State} active={active} />;
  } else if (item.kind === 'scope') {
    cells = <ScopeCells scope={item.scope} own={item.own} />;
  }
  return (
    <div
      id={props.id}
      role="row"
      className={`jp-DataLakeRow${did === null ? '' : ' jp-mod-did'}${active ? ' jp-mod-active' : ''}`}
      aria-level={props.level}
      aria-posinset={props.position}
      aria-setsize={props.setSize}
      aria-selected={active}
      {...(unfolded === null ? {} : { 'aria-expanded': unfolded })}
      data-did={did?.did}
      data-type={did?.type}
      data-scope={item.kind === 'scope' ? item.scope : undefined}
      style={{
        transform: `translateY(${props.top}px)`,
        height: props.height,
        // Deep levels still leave room for a name.
        paddingInlineStart: 4 + Math.min(props.level - 1, 12) * 12
      }}
      onPointerDown={event => {
        onActivate();
        if (did !== null) {
          dragOnMove(event.nativeEvent, event.currentTarget, did);
        }
      }}
      onContextMenu={onActivate}
      onClick={event => {
        if ((event.target as Element).closest('[data-caret]') !== null || did === null) {
          onToggle();
        }
      }}
      onDoubleClick={() => {
        if (did !== null) {
          onOpen();
        }
      }}
    >
      <Caret unfolded={props.light ? null : unfolded} />
      {cells}
    </div>
  );
}
