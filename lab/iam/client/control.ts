import type { IDials, IFault } from '../dials.ts';
import { LAB_ROUTES } from '../names.ts';
import { secretOf } from '../settings.ts';
import type { IStats } from '../stats.ts';
import type { IamAddress, IQuestion } from './ask.ts';

/** Turns the IAM's dials and reads its figures, for tests and benchmarks. */
export class IamControl {
  constructor(address: IamAddress, labSecretFile: string) {
    this._address = address;
    this._labSecretFile = labSecretFile;
  }

  dials(): Promise<IDials> {
    return this._ask<IDials>('dials');
  }

  /** Turns the dials that are named, leaves the others. */
  turn(changes: Partial<IDials>): Promise<IDials> {
    return this._ask<IDials>('dials', { method: 'PUT', body: JSON.stringify(changes) });
  }

  /** From now on, until `heal` or as many requests as the fault says. */
  breakWith(fault: IFault): Promise<IDials> {
    return this.turn({ fault });
  }

  heal(): Promise<IDials> {
    return this.turn({ fault: null });
  }

  stats(): Promise<IStats> {
    return this._ask<IStats>('stats');
  }

  private async _ask<T>(what: string, question: IQuestion = {}): Promise<T> {
    const headers = { Authorization: `Bearer ${secretOf(this._labSecretFile)}` };
    const { status, text } = await this._address.ask(LAB_ROUTES + what, { ...question, headers });
    if (status !== 200) throw new Error(`the IAM answered ${status}: ${text}`);
    return JSON.parse(text) as T;
  }

  private readonly _address: IamAddress;
  private readonly _labSecretFile: string;
}
