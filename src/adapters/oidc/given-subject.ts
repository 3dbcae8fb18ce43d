import { DataLakeError } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import { claimsOf } from '../../common/server/jwt.js';
import type { IIssuedToken, ISubject } from '../../token-renewal/core/ports.js';

const UNSAID_MS = 300_000;

/** A token that somebody else puts in a file or the environment, and renews. Read at each need. */
export class GivenSubject implements ISubject {
  /** `read` gives the text, or throws; `source` is its name for people. */
  constructor(
    private readonly _read: () => Promise<string>,
    private readonly _source: string,
    private readonly _clock: IClock
  ) {}

  async token(_signal: AbortSignal, refused?: string): Promise<IIssuedToken> {
    let token: string;
    try {
      token = (await this._read()).trim();
    } catch (cause) {
      throw new DataLakeError('not-signed-in', `There is no token in ${this._source}.`, { cause });
    }
    if (!/^[\w.+/=~-]+$/.test(token)) {
      throw new DataLakeError('not-signed-in', `There is no token in ${this._source}.`);
    }
    const receivedAt = this._clock.now();
    const { expiresAt, issuedAt } = claimsOf(token);
    const life = {
      receivedAt: issuedAt ?? receivedAt,
      expiresAt: expiresAt ?? receivedAt + UNSAID_MS
    };
    if (life.expiresAt <= receivedAt || token === refused) {
      throw new DataLakeError(
        'not-signed-in',
        `The token in ${this._source} has ended: whoever puts it there has to renew it.`
      );
    }
    return { token, life, issuedAt: null };
  }
}
