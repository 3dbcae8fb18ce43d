import type { ICredential, ISignedIn, ISignIn } from '../../token-renewal/core/ports.js';
import type { RucioAccount } from './account.js';
import type { Credentials, RucioSession } from './session.js';

/** Signing in at Rucio itself, with a password, a certificate, or a token that somebody else renews. */
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
      identity: identityOf(credentials),
      expiresAt,
      source: credentials.source
    };
  }

  renew(signal: AbortSignal): Promise<ISignedIn> {
    this._session.forget();
    return this.who(signal);
  }

  async credential(): Promise<ICredential | null> {
    const found = await this._session.certificate();
    return found === null ? null : { endsAt: found.endsAt };
  }

  onChange(listener: () => void): () => void {
    return this._session.onChange(listener);
  }
}

function identityOf(credentials: Credentials): string | null {
  switch (credentials.type) {
    case 'userpass':
      return credentials.username;
    case 'oidc':
      return credentials.subject;
    default:
      return credentials.dn;
  }
}
