import type { AuthType } from '../contract.js';

/** Who Rucio takes us for. */
export interface ISignedIn {
  authType: AuthType;
  account: string;
  /** User name or subject, where known. */
  identity: string | null;
  /** Milliseconds since 1970; null: it does not say. */
  expiresAt: number | null;
  /** Where the credentials come from, in words for people. */
  source: string;
}

/** The sign-in at one instance. Both methods throw DataLakeError and may be called at any time. */
export interface ISignIn {
  /** Signs in at need, and answers only what Rucio has confirmed for the present token. */
  who(signal: AbortSignal): Promise<ISignedIn>;
  /** Gives the present token up and takes another, with the credentials as they are now. */
  renew(signal: AbortSignal): Promise<ISignedIn>;
  /** Tells when somebody else is signed in, with another end, or nobody any more. Returns the end of it. */
  onChange(listener: () => void): () => void;
}
