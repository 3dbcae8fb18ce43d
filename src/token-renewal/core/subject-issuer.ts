import { DataLakeError } from '../../common/contract/problem.js';
import type { IExchange, IIssuedToken, ISubject, ITarget, ITokenIssuer } from './ports.js';

/** Gives tokens for targets by exchanging the subject's; a target without audience gets the subject's own. */
export class SubjectIssuer implements ITokenIssuer {
  constructor(
    private readonly _subject: ISubject,
    private readonly _exchange: IExchange
  ) {}

  async issue(target: ITarget, signal: AbortSignal): Promise<IIssuedToken> {
    const subject = await this._subject.token(signal);
    try {
      return await this._give(subject, target, signal);
    } catch (error) {
      if (!(error instanceof DataLakeError) || error.code !== 'sign-in-refused') {
        throw error;
      }
      // It may have ended, or been revoked, on its way.
      const another = await this._subject.token(signal, subject.token);
      return await this._give(another, target, signal);
    }
  }

  private _give(subject: IIssuedToken, target: ITarget, signal: AbortSignal) {
    return target.audience === '' && target.scope === ''
      ? Promise.resolve(subject)
      : this._exchange.exchange(subject.token, target, signal);
  }
}
