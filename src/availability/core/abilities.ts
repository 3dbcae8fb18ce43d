import { DataLakeError } from '../../common/contract/problem.js';
import type { Rule } from '../contract.js';

export type Doing = 'retry' | 'extend' | 'cancel';

/** Rucio asks its policy for `update_rule` when a rule is retried or extended, for `del_rule` when it is given up. */
const PERMISSION = { retry: 'update_rule', extend: 'update_rule', cancel: 'del_rule' } as const;

const VERB: Readonly<Record<Doing, (rules: string) => string>> = {
  retry: rules => `try ${rules} again`,
  extend: rules => `extend the lifetime of ${rules}`,
  cancel: rules => `cancel ${rules}`
};

/** What Rucio's policy was seen to allow: it cannot be asked, so a refusal is remembered until sign-in changes. */
export class Abilities {
  /** Runs it, and remembers what Rucio's policy says to it. */
  async attempt<T>(doing: Doing, mine: boolean, account: string, work: () => Promise<T>) {
    try {
      const done = await work();
      this._seen.set(keyOf(doing, mine, account), true);
      return done;
    } catch (error) {
      if (error instanceof DataLakeError && error.code === 'forbidden') {
        this._seen.set(keyOf(doing, mine, account), false);
        throw new DataLakeError('forbidden', reasonOf(doing, mine), {
          cause: error,
          detail: error.detail
        });
      }
      throw error;
    }
  }

  /** For a rule of this account's, or of another's; undefined while nothing was tried. */
  of(mine: boolean, account: string): Rule['abilities'] {
    const known = (doing: Doing) => this._seen.get(keyOf(doing, mine, account));
    if (known('retry') === undefined && known('cancel') === undefined) {
      return undefined;
    }
    const ability = (doing: Doing) =>
      known(doing) === false
        ? { allowed: false, reason: reasonOf(doing, mine) }
        : { allowed: true, reason: null };
    return { retry: ability('retry'), extend: ability('extend'), cancel: ability('cancel') };
  }

  private readonly _seen = new Map<string, boolean>();
}

const keyOf = (doing: Doing, mine: boolean, account: string) =>
  `${PERMISSION[doing]} ${mine ? 'own' : 'other'} ${account}`;

function reasonOf(doing: Doing, mine: boolean): string {
  const what = VERB[doing](mine ? 'its rules' : "other accounts' rules");
  return `Rucio's policy does not let this account ${what}: ask the data lake's administrator.`;
}
