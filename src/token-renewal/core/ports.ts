import { DataLakeError, type Problem } from '../../common/contract/problem.js';
import type { AuthType } from '../contract.js';
import type { ILife } from './schedule.js';

/** Who Rucio takes us for. */
export interface ISignedIn {
  authType: AuthType;
  account: string;
  /** User name, subject or distinguished name, where known. */
  identity: string | null;
  /** Milliseconds since 1970; null: it does not say. */
  expiresAt: number | null;
  /** Where the credentials come from, in words for people. */
  source: string;
}

/** A certificate or proxy that signs in. */
export interface ICredential {
  /** Milliseconds since 1970. */
  endsAt: number;
}

/** The sign-in at one instance. `who` and `renew` throw DataLakeError and may be called at any time. */
export interface ISignIn {
  /** Signs in at need, and answers only what Rucio has confirmed for the present token. */
  who(signal: AbortSignal): Promise<ISignedIn>;
  /** Gives the present token up and takes another, with the credentials as they are now. */
  renew(signal: AbortSignal): Promise<ISignedIn>;
  /** The certificate as it is now; null: none signs in, or it cannot be read. Asks nobody. */
  credential(): Promise<ICredential | null>;
  /** Tells when somebody else is signed in, with another end, or nobody any more. Returns the end of it. */
  onChange(listener: () => void): () => void;
}

/** One token that is kept fresh: for whom it is, and what it may do. */
export interface ITarget {
  name: string;
  /** '': the identity provider's own choice. */
  audience: string;
  /** Separated by blanks; '': the identity provider's own choice. */
  scope: string;
}

/** A token as it was received. */
export interface IIssuedToken {
  token: string;
  life: ILife;
  /** What it claims as the time of its issue, by the identity provider's clock; null: it does not say. */
  issuedAt: number | null;
}

/**
 * Gives tokens for targets. Throws DataLakeError: `issuer-unreachable` and `issuer-failed` may pass by
 * themselves and concern all targets; any other concerns the one that was asked for.
 */
export interface ITokenIssuer {
  issue(target: ITarget, signal: AbortSignal): Promise<IIssuedToken>;
}

/** Where the tokens are put for those who use them. */
export interface ITokenOutlet {
  /** Replaces the target's files at once. Throws DataLakeError `token-file`. */
  write(target: string, token: string): Promise<void>;
  /** Whether the files of the target hold this token still. */
  holds(target: string, token: string): Promise<boolean>;
  /** Removes the target's files. */
  remove(target: string): Promise<void>;
}

/**
 * The access token by which the tokens for targets are asked for, from wherever the site has it.
 * Asked often: gives the one that it has for as long as that is good.
 */
export interface ISubject {
  /**
   * `refused` is a token that was given before and that the identity provider did not take: another
   * one is given. Throws DataLakeError; `not-signed-in`: a person has to sign in.
   */
  token(signal: AbortSignal, refused?: string): Promise<IIssuedToken>;
  /** When a request that must not be broken off has come to its end, if there is one. Never rejects. */
  settled?(): Promise<void>;
}

/** Exchanges tokens (RFC 8693). Throws `sign-in-refused` where the subject's token is not taken. */
export interface IExchange {
  exchange(subject: string, target: ITarget, signal: AbortSignal): Promise<IIssuedToken>;
}

/** A request was sent, and nobody can say whether it was acted upon. */
export class AnswerLost extends DataLakeError {}

export interface IRefreshed {
  issued: IIssuedToken;
  /** null: the old one stays good. */
  refreshToken: string | null;
}

/** The identity provider as far as refresh tokens go. */
export interface IRefreshTokens {
  /**
   * Throws DataLakeError: `sign-in-refused` where the refresh token is not taken; `AnswerLost` where
   * nobody can say whether the identity provider has taken it and given another.
   */
  refresh(refreshToken: string): Promise<IRefreshed>;
  /** Whether it would be taken (RFC 7662); null: the identity provider does not tell us. */
  isGood(refreshToken: string): Promise<boolean | null>;
  /** Makes it useless (RFC 7009), as far as the identity provider lets us. */
  revoke(refreshToken: string): Promise<void>;
}

/** What a sign-in left behind, as it is kept across restarts. */
export interface IKeptSignIn {
  /** Another one for each sign-in and each rotation. */
  generation: number;
  /** null: the provider gave none, and a person has to sign in again when the access token ends. */
  refreshToken: string | null;
  /** The last access token; null: none yet. */
  issued: IIssuedToken | null;
  /** A request with this refresh token was sent, and no answer to it was stored. */
  underWay: boolean;
  /** Whether the provider gave another refresh token the last time; null: it was never asked. */
  rotates: boolean | null;
}

/** Where the sign-in is kept. Every method has its effect on disk when it returns, or throws `token-file`. */
export interface ISignInStore {
  read(): IKeptSignIn | null;
  /** Notes that a request is about to be sent. False: another sign-in is there by now. */
  begin(generation: number): boolean;
  /** Notes that the identity provider has certainly not taken the request. */
  undo(generation: number): void;
  /** Stores the answer. False: another sign-in is there by now, and stays. */
  finish(generation: number, refreshed: IRefreshed): boolean;
  /** A person has signed in. */
  replace(refreshed: IRefreshed): void;
  forget(): void;
}

/** What is sent along in a browser, and must come back from it. */
export interface IAuthorizationRequest {
  /** Where the person is sent. */
  url: string;
  state: string;
  nonce: string;
  /** Of PKCE (RFC 7636). */
  verifier: string;
  redirectUri: string;
}

/** A sign-in on another device (RFC 8628), or by a link. */
export interface IDeviceRequest {
  /** null: the link says all. */
  userCode: string | null;
  /** Where the person goes, and the code is typed in. */
  url: string;
  /** The same with the code in it; null: the provider has none. */
  completeUrl: string | null;
  /** Milliseconds since 1970. */
  expiresAt: number;
  /** Ends when the person has signed in. Throws DataLakeError: refused, expired, or aborted. */
  wait(signal: AbortSignal): Promise<IRefreshed>;
}

/** How a person signs in at the identity provider. Throws DataLakeError. */
export interface IAuthorization {
  request(redirectUri: string): Promise<IAuthorizationRequest>;
  /** `answer` is the query that the provider sent back. */
  redeem(request: IAuthorizationRequest, answer: string): Promise<IRefreshed>;
  device(): Promise<IDeviceRequest>;
}

/** What is known of a target's token. */
export interface IPosted {
  target: string;
  /** The token in the files; null: none yet. */
  issued: IIssuedToken | null;
  problem: Problem | null;
  /** When it is renewed or tried again, in milliseconds since 1970; null: now. */
  nextAt: number | null;
}

/** What another process wants of the owner. */
export interface IWish {
  /** `forget`: somebody has signed out, and the tokens are to be taken away. */
  want: 'renew' | 'forget';
  /** null: all of them. */
  target: string | null;
}

/** Where the owner tells the user's other processes what it has, and they tell it what they want. */
export interface ITokenBoard {
  read(): IPosted[];
  /** Replaces all of it. Throws DataLakeError `token-file`. */
  post(posted: readonly IPosted[]): void;
  wish(wish: IWish): void;
  /** The wishes since the last time; for the owner alone. */
  takeWishes(): IWish[];
}
