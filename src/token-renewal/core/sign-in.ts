import { toProblem } from '../../common/contract/problem.js';
import type { AuthType, SignIn } from '../contract.js';
import type { ISignedIn, ISignIn } from './ports.js';

export interface ISignInStateOptions {
  instance: string;
  displayName: string;
  rucioUrl: string;
  /** As configured; null where it is none that we know. */
  authType: AuthType | null;
  port: ISignIn;
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

  private async _tell(ask: () => Promise<ISignedIn>): Promise<SignIn> {
    const { instance, displayName, rucioUrl, authType } = this._options;
    const nobody = {
      instance,
      displayName: displayName === '' ? instance : displayName,
      rucioUrl,
      authType,
      account: null,
      identity: null,
      signedIn: false,
      expiresAt: null,
      source: null
    };
    try {
      const found = await ask();
      const expiresAt = found.expiresAt === null ? null : new Date(found.expiresAt).toISOString();
      return { ...nobody, ...found, expiresAt, signedIn: true, problem: null };
    } catch (error) {
      return { ...nobody, problem: toProblem(error) };
    }
  }
}
