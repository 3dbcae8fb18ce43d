import { cells, neutralise } from './terminal.js';

export type Cell = string | number | boolean | null;

export interface IColumn<T> {
  head: string;
  /** The plain value, as scripts that read our columns get it. */
  value(item: T): Cell;
  /** As people read it; left out: the plain value. */
  show?(item: T): string;
  align?: 'right';
}

/** Lays out the rows of a table as they come: the widths are those of the first batch, and longer cells push. */
export class TableLayout<T> {
  constructor(
    private readonly _columns: readonly IColumn<T>[],
    private readonly _ellipsisAt: number | null
  ) {}

  /** The lines for a batch; the first one brings the titles. */
  lines(items: readonly T[]): string[] {
    const rows = items.map(item =>
      this._columns.map(({ show, value }) => neutralise(show?.(item) ?? plain(value(item))))
    );
    if (this._widths !== null) {
      return rows.map(row => this._line(row));
    }
    const titles = this._columns.map(({ head }) => head);
    this._widths = this._columns.map((_, index) =>
      Math.min(
        this._ellipsisAt ?? Infinity,
        [titles, ...rows].reduce((most, row) => Math.max(most, cells(row[index])), 0)
      )
    );
    return [titles, ...rows].map(row => this._line(row));
  }

  private _line(row: readonly string[]): string {
    return row
      .map((text, index) => {
        const fill = ' '.repeat(Math.max(0, (this._widths?.[index] ?? 0) - cells(text)));
        return this._columns[index].align === 'right' ? fill + text : text + fill;
      })
      .join('  ')
      .trimEnd();
  }

  private _widths: number[] | null = null;
}

/** One line for scripts: the plain values between tabs. */
export function tabbed<T>(columns: readonly IColumn<T>[], item: T): string {
  return columns.map(({ value }) => neutralise(plain(value(item)))).join('\t');
}

function plain(value: Cell): string {
  return value === null ? '' : String(value);
}
