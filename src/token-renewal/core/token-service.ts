import { DataLakeError, toProblem, type Problem } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import type { TokensStatus, TokenStatus } from '../contract.js';
import { skewOf, wrongClock } from './clock-skew.js';
import type { BrowserSignIns } from './browser-sign-ins.js';
import type { Custody } from './custody.js';
import type {
  IAuthorization,
  IDeviceRequest,
  IPosted,
  IRefreshed,
  IRefreshTokens,
  ISignInStore,
  ITarget
} from './ports.js';

export interface ITokenTarget extends ITarget {
  file: string;
}

export interface ITokenServiceOptions {
  instance: string;
  source: TokensStatus['source'];
  issuerHost: string;
  /** '': the one that the browser names. */
  redirectUrl: string;
  targets: readonly ITokenTarget[];
  hints: readonly string[];
  custody: Custody;
  store: ISignInStore;
  provider: IRefreshTokens;
  authorization: IAuthorization;
  browserSignIns: BrowserSignIns;
  clock: IClock;
  onChange: () => void;
}

/** The tokens of one instance, as people and monitors see them, and what they can do about them. */
export class TokenService {
  constructor(private readonly _options: ITokenServiceOptions) {}

  status(): TokensStatus {
    const { instance, source, issuerHost, targets, hints, custody, store } = this._options;
    const posted = new Map(custody.posted.map(each => [each.target, each]));
    return {
      instance,
      source,
      issuer: issuerHost,
      signsInHere: this._signsInHere,
      signedIn: this._signsInHere ? store.read() !== null : true,
      renewsHere: custody.owns,
      device: this._device === null ? null : shown(this._device.request),
      deviceProblem: this._deviceProblem,
      targets: targets.map(target => this._statusOf(target, posted.get(target.name))),
      hints: [...hints]
    };
  }

  /** Reads what another process has posted; needed where this one does not run. */
  look(): void {
    this._options.custody.look();
  }

  renew(target?: string): TokensStatus {
    if (target !== undefined && !this._options.targets.some(({ name }) => name === target)) {
      throw new DataLakeError('not-found', `There is no token target named ${target}.`);
    }
    this._options.custody.hurry(target);
    return this.status();
  }

  /** Answers where to send the person. `browser` is what only that browser has. */
  beginInBrowser(redirectUri: string, browser: string): Promise<string> {
    this._mustSignInHere();
    const { instance, authorization, browserSignIns, redirectUrl } = this._options;
    const back = redirectUrl === '' ? redirectUri : redirectUrl;
    return browserSignIns.begin(instance, authorization, back, browser);
  }

  /** Takes what a sign-in has given. */
  signedIn(refreshed: IRefreshed): TokensStatus {
    this._options.store.replace(refreshed);
    this._options.custody.hurry();
    this._options.onChange();
    return this.status();
  }

  /** Begins a sign-in on another device, in place of one that is under way. */
  async beginOnDevice(): Promise<TokensStatus> {
    this._mustSignInHere();
    this._device?.end.abort();
    this._deviceProblem = null;
    const request = await this._options.authorization.device();
    const device = { request, end: new AbortController() };
    this._device = device;
    void request
      .wait(device.end.signal)
      .then(
        refreshed => this._isPresent(device) && this.signedIn(refreshed),
        error => {
          if (this._isPresent(device) && !device.end.signal.aborted) {
            this._deviceProblem = toProblem(error);
          }
        }
      )
      .finally(() => {
        if (this._isPresent(device)) {
          this._device = null;
          this._options.onChange();
        }
      });
    this._options.onChange();
    return this.status();
  }

  cancelOnDevice(): TokensStatus {
    this._device?.end.abort();
    this._device = null;
    this._deviceProblem = null;
    this._options.onChange();
    return this.status();
  }

  /** Forgets the sign-in first, so that it is gone whatever the identity provider says. */
  async signOut(): Promise<TokensStatus> {
    this._mustSignInHere();
    const { store, custody, provider, onChange } = this._options;
    const kept = store.read();
    store.forget();
    custody.forget();
    this.cancelOnDevice();
    onChange();
    if (kept !== null && kept.refreshToken !== null) {
      await provider.revoke(kept.refreshToken);
    }
    return this.status();
  }

  /** Rather than at the hub, or wherever somebody else does it. */
  private get _signsInHere(): boolean {
    return this._options.source === 'sign-in' || this._options.source === 'rucio';
  }

  private _mustSignInHere(): void {
    if (!this._signsInHere) {
      throw new DataLakeError('conflict', WHERE[this._options.source]);
    }
  }

  private _isPresent(device: { end: AbortController }): boolean {
    return this._device?.end === device.end;
  }

  private _statusOf({ name, audience, scope, file }: ITokenTarget, posted?: IPosted): TokenStatus {
    const now = this._options.clock.now();
    const issued = posted?.issued ?? null;
    const problem = posted?.problem ?? null;
    const skewMs = issued === null ? null : skewOf(issued);
    return {
      name,
      audience,
      scope,
      file,
      state:
        issued === null
          ? 'waiting'
          : issued.life.expiresAt <= now
            ? 'expired'
            : problem === null || problem.code === 'clock-wrong'
              ? 'valid'
              : 'failing',
      expiresAt: iso(issued?.life.expiresAt),
      renewedAt: iso(issued?.life.receivedAt),
      nextAt: iso(posted?.nextAt),
      clockSkewSeconds: skewMs === null ? null : Math.round(skewMs / 1000),
      problem: problem ?? wrongClock(skewMs)
    };
  }

  private _device: { request: IDeviceRequest; end: AbortController } | null = null;
  private _deviceProblem: Problem | null = null;
}

const WHERE: Readonly<Record<TokensStatus['source'], string>> = {
  hub: 'You are signed in through JupyterHub: sign in or out there.',
  file: 'The sign-in comes from a file that somebody else renews.',
  environment: "The sign-in comes from the server's environment.",
  agent: 'You are signed in through your oidc-agent: use oidc-add and oidc-agent there.',
  'sign-in': '',
  rucio: ''
};

function shown(request: IDeviceRequest) {
  const { userCode, url, completeUrl, expiresAt } = request;
  return { userCode, url, completeUrl, expiresAt: new Date(expiresAt).toISOString() };
}

function iso(time: number | null | undefined): string | null {
  return time === null || time === undefined ? null : new Date(time).toISOString();
}
