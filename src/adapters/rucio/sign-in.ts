import type { ISignedIn, ISignIn } from '../../token-renewal/core/ports.js';
import type { RucioAccount } from './account.js';
import type { RucioSession } from './session.js';

/** Signing in at Rucio itself, with a password or a token that somebody else renews. */
export class RucioSignIn implements ISignIn {
  constructor(
    private readonly _session: RucioSession,
    private readonly _account: RucioAccount
  ) {}

  async who(signal: AbortSignal): Promise<ISignedIn> {
    const account = await this._account.name(signal);
    const { credentials, expiresAt } = await this._session.held(signal);
    return {
      authType: credentials.type,
      account,
      identity: credentials.type === 'userpass' ? credentials.username : credentials.subject,
      expiresAt,
      source: credentials.source
    };
  }

  renew(signal: AbortSignal): Promise<ISignedIn> {
    this._session.forget();
    return this.who(signal);
  }

  onChange(listener: () => void): () => void {
    return this._session.onChange(listener);
  }
}
