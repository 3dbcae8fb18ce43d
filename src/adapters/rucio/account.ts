import * as z from 'zod';
import type { RucioHttp } from './http.js';
import type { RucioSession } from './session.js';

const WhoAmI = z.object({ account: z.string().min(1) });

/** Which account Rucio takes us for: asked once for each token, as a token from a file may be anybody's. */
export class RucioAccount {
  constructor(
    private readonly _http: RucioHttp,
    private readonly _session: RucioSession
  ) {}

  /** The account's name. Rucio has accepted the present token, or this throws. */
  async name(signal: AbortSignal): Promise<string> {
    const { token } = await this._session.held(signal);
    if (this._known?.token === token) {
      return this._known.account;
    }
    const { account } = await this._http.json({ path: '/accounts/whoami', signal }, WhoAmI);
    // The request may have gone with another token than the one that we saw.
    if ((await this._session.held(signal)).token === token) {
      this._known = { token, account };
    }
    return account;
  }

  private _known: { token: string; account: string } | null = null;
}
