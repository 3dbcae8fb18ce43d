import { toProblem, type Problem } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import type { AuthType, SignIn } from '../contract.js';
import { credentialProblem } from './credential-life.js';
import type { ISignedIn, ISignIn } from './ports.js';

export interface ISignInStateOptions {
  instance: string;
  displayName: string;
  rucioUrl: string;
  /** As configured; null where it is none that we know. */
  authType: AuthType | null;
  port: ISignIn;
  clock: Pick<IClock, 'now'>;
}

/** Who is signed in to one instance, as people see it: what fails is part of the answer. */
export class SignInState {
  constructor(private readonly _options: ISignInStateOptions) {}

  /** Never throws but for bugs. */
  read(signal: AbortSignal): Promise<SignIn> {
    return this._tell(() => this._options.port.who(signal));
  }

  /** Takes a new token first. Never throws but for bugs. */
  renew(signal: AbortSignal): Promise<SignIn> {
    return this._tell(() => this._options.port.renew(signal));
  }

  /** Whether a certificate or proxy signs in, which ends some day. */
  get hasCredential(): boolean {
    const { authType } = this._options;
    return authType === 'x509' || authType === 'x509_proxy';
  }

  /** Whether the certificate or proxy ends soon, or has ended. Asks nobody. */
  async warning(): Promise<Problem | null> {
    const { authType, port, clock } = this._options;
    const found = await port.credential();
    return credentialProblem(authType, found?.endsAt ?? null, clock.now());
  }

  private async _tell(ask: () => Promise<ISignedIn>): Promise<SignIn> {
    const { instance, displayName, rucioUrl, authType, port, clock } = this._options;
    const endsAt = (await port.credential())?.endsAt ?? null;
    const nobody = {
      instance,
      displayName: displayName === '' ? instance : displayName,
      rucioUrl,
      authType,
      account: null,
      identity: null,
      signedIn: false,
      expiresAt: null,
      source: null,
      credentialEndsAt: endsAt === null ? null : new Date(endsAt).toISOString(),
      credentialProblem: null
    };
    try {
      const found = await ask();
      const expiresAt = found.expiresAt === null ? null : new Date(found.expiresAt).toISOString();
      return {
        ...nobody,
        ...found,
        expiresAt,
        credentialProblem: credentialProblem(found.authType, endsAt, clock.now()),
        signedIn: true,
        problem: null
      };
    } catch (error) {
      return { ...nobody, problem: toProblem(error) };
    }
  }
}
