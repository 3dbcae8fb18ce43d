import { DataLakeError } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import type { IAuthorization, IAuthorizationRequest, IRefreshed } from './ports.js';

const LIFE_MS = 600_000;
/** Of one server; more than a person has windows. */
const MOST = 20;

interface IBegun {
  request: IAuthorizationRequest;
  instance: string;
  browser: string;
  endsAt: number;
}

/**
 * Sign-ins that were begun in a browser and not finished (RFC 6749, section 4.1; RFC 9700). Each is good
 * once, for ten minutes, and only in the browser that began it: who is sent a link to somebody else's
 * sign-in does not get signed in as that one.
 */
export class BrowserSignIns {
  constructor(private readonly _clock: IClock) {}

  /** `browser` is what only that browser has. Answers where to send the person. */
  async begin(
    instance: string,
    authorization: IAuthorization,
    redirectUri: string,
    browser: string
  ): Promise<string> {
    const request = await authorization.request(redirectUri);
    const now = this._clock.now();
    for (const [state, { endsAt }] of this._begun) {
      if (endsAt <= now || this._begun.size >= MOST) {
        this._begun.delete(state);
      }
    }
    this._begun.set(request.state, { request, instance, browser, endsAt: now + LIFE_MS });
    return request.url;
  }

  /** `answer` is the query with which the identity provider sent the browser back. */
  async finish(
    answer: string,
    browser: string,
    authorizationOf: (instance: string) => IAuthorization
  ): Promise<{ instance: string; refreshed: IRefreshed }> {
    const state = new URLSearchParams(answer).get('state') ?? '';
    const begun = this._begun.get(state);
    this._begun.delete(state);
    if (begun === undefined || begun.endsAt <= this._clock.now()) {
      throw new DataLakeError(
        'bad-request',
        'This sign-in is not known here, was finished already, or took longer than ten minutes: begin again.'
      );
    }
    const { request, instance } = begun;
    if (begun.browser !== browser) {
      throw new DataLakeError(
        'forbidden',
        'This sign-in was begun in another browser: begin again in this one.'
      );
    }
    return { instance, refreshed: await authorizationOf(instance).redeem(request, answer) };
  }

  private readonly _begun = new Map<string, IBegun>();
}
