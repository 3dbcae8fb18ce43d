import type { ServerConnection } from '@jupyterlab/services';
import { call } from '../../common/browser/client.js';
import { parseDid } from '../../common/contract/did.js';
import { DataLakeError, fromProblem } from '../../common/contract/problem.js';
import { queryAvailability, type Availability, type AvailabilityAnswer } from '../contract.js';

/** As many as the contract lets one request ask. */
const MOST = 2000;
/** Requests under way at once: while the server is slow, what scrolls by gathers here, and is dropped here. */
const AT_ONCE = 2;

interface IAsk {
  instance: string;
  did: string;
  signal: AbortSignal;
  sent: () => void;
  resolve: (availability: Availability) => void;
  reject: (error: unknown) => void;
}

/**
 * Asks for availabilities: one request for all DIDs of an instance that were asked for within a
 * tick, none for those that nobody waits for any more by then.
 */
export class AvailabilityBatch {
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  /**
   * Rejects with DataLakeError, also when only this DID could not be asked. Calls `sent` when the
   * request leaves: what is new by then is in the answer.
   */
  ask(instance: string, did: string, signal: AbortSignal, sent: () => void): Promise<Availability> {
    return new Promise((resolve, reject) => {
      // One that is malformed must not take the others of its request along.
      parseDid(did);
      this._asks.push({ instance, did, signal, sent, resolve, reject });
      this._later();
    });
  }

  private _later(): void {
    if (!this._scheduled) {
      this._scheduled = true;
      setTimeout(() => {
        this._scheduled = false;
        this._send();
      });
    }
  }

  private _send(): void {
    while (this._underWay < AT_ONCE) {
      const asks = this._take();
      if (asks.length === 0) {
        return;
      }
      this._underWay++;
      void this._request(asks).finally(() => {
        this._underWay--;
        this._send();
      });
    }
  }

  /** The oldest ask with those that can go with it. */
  private _take(): IAsk[] {
    for (const { signal, reject } of this._asks.filter(ask => ask.signal.aborted)) {
      reject(new DataLakeError('cancelled', 'Cancelled.', { cause: signal.reason }));
    }
    const wanted = this._asks.filter(({ signal }) => !signal.aborted);
    const taken = wanted.filter(({ instance }) => instance === wanted[0].instance).slice(0, MOST);
    const gone = new Set(taken);
    this._asks = wanted.filter(ask => !gone.has(ask));
    return taken;
  }

  private async _request(asks: readonly IAsk[]): Promise<void> {
    const dids = asks.map(({ did }) => did);
    for (const { sent } of asks) {
      sent();
    }
    try {
      const { answers } = await call(this._settings, queryAvailability, {
        instance: asks[0].instance,
        dids
      });
      const byDid = new Map(answers.map(answer => [answer.did, answer]));
      for (const ask of asks) {
        settle(ask, byDid.get(ask.did));
      }
    } catch (error) {
      for (const { reject } of asks) {
        reject(error);
      }
    }
  }

  private _asks: IAsk[] = [];
  private _scheduled = false;
  private _underWay = 0;
}

function settle({ did, resolve, reject }: IAsk, answer: AvailabilityAnswer | undefined): void {
  if (answer === undefined) {
    reject(new DataLakeError('internal', `The data lake server did not answer about ${did}.`));
  } else if ('problem' in answer) {
    reject(fromProblem(answer.problem));
  } else {
    resolve(answer.availability);
  }
}
