import type { Problem } from '../../common/contract/problem.js';
import type { ISource } from '../../upload/core/ports.js';
import type { Said } from './conversation.js';
import type { Place } from './mover.js';

/** What a worker is told to do. */
export type Order =
  | { do: 'put'; source: ISource; place: Place; md5: boolean; paced: boolean }
  | { do: 'look'; place: Place; bytes: number }
  | { do: 'remove'; place: Place }
  | { do: 'sums'; source: ISource; md5: boolean };

/** To a worker. `granted`: so many bytes that it has asked for may go. */
export type ToWorker =
  { id: number; order: Order } | { id: number; abort: true } | { id: number; granted: true };

/** From a worker, beside progress and results. */
export type WorkerFailure = { id: number; problem: Problem } | { id: number; bug: string };
export type FromWorker = Said | WorkerFailure;

/** With what a worker begins. */
export interface IWorkerData {
  /** Those whom the thread that starts it trusts. */
  authorities: readonly string[];
  /** It runs at a lower priority than all else. */
  givesWay: boolean;
}
