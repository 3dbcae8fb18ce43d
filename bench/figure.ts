import type { ILake } from '../lab/lake.ts';

/** One line of the table; null: there is no such value, and the note says why. */
export interface IRow {
  what: string;
  unit: string;
  rucio?: number | null;
  ours: number | null;
  reference?: number | null;
  /** What the issue of the benchmark aims at, in words. */
  aim?: string;
  note?: string;
}

export interface IFigure {
  name: string;
  rows: IRow[];
  /** Every single measurement, as taken. */
  raw: unknown;
}

export interface IBench {
  lake: ILake;
  /** How often each is measured, in turns. */
  rounds: number;
}

export const round = (value: number | null | undefined, digits = 2): number | null =>
  value === null || value === undefined ? null : Number(value.toFixed(digits));
