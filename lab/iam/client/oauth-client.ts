import { createHash, randomBytes } from 'node:crypto';
import { DEVICE_CODE, TOKEN_EXCHANGE } from '../names.ts';
import type { IAnswer, IamAddress } from './ask.ts';
import type { Person } from './person.ts';

/** What the token route answers, also when it refuses. */
export interface ITokens {
  status: number;
  access_token: string;
  refresh_token?: string;
  id_token?: string;
  expires_in: number;
  scope: string;
  error?: string;
  error_description?: string;
}

export const SCOPE = 'openid profile email offline_access storage.read:/ storage.modify:/';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

/** A program known to the IAM. It says what was answered and judges nothing. */
export class OAuthClient {
  /** `secret` null: a public client. */
  constructor(address: IamAddress, id: string, secret: string | null, redirectUri: string) {
    this._address = address;
    this._id = id;
    this._secret = secret;
    this._redirectUri = redirectUri;
  }

  /** Signs a person in by code and PKCE, without a browser window. Throws what the IAM said if it does not let them. */
  async signIn(
    person: Person,
    options: { scope?: string; audience?: string } = {}
  ): Promise<ITokens> {
    const { scope = SCOPE, audience } = options;
    const verifier = randomBytes(32).toString('base64url');
    const state = randomBytes(16).toString('base64url');
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: this._id,
      redirect_uri: this._redirectUri,
      scope,
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...(audience === undefined ? {} : { audience })
    });
    const page = await person.open(`/auth?${query.toString()}`);
    const { searchParams: said } = new URL(page.url);
    const code = said.get('code');
    if (code === null || said.get('state') !== state) {
      throw new Error(`no code came back: ${page.status} ${said.get('error') ?? page.text}`);
    }
    return this._token({
      grant_type: 'authorization_code',
      code,
      redirect_uri: this._redirectUri,
      code_verifier: verifier
    });
  }

  refresh(refreshToken: string, more: Record<string, string> = {}): Promise<ITokens> {
    return this._token({ grant_type: 'refresh_token', refresh_token: refreshToken, ...more });
  }

  /** Audience '': whatever the IAM takes then. */
  exchange(subject: string, audience: string, scope?: string): Promise<ITokens> {
    return this._token({
      grant_type: TOKEN_EXCHANGE,
      subject_token: subject,
      subject_token_type: ACCESS_TOKEN,
      ...(audience === '' ? {} : { audience }),
      ...(scope === undefined ? {} : { scope })
    });
  }

  /** A code for the device, and the page where a person confirms it. */
  async startDevice(scope = SCOPE): Promise<{ deviceCode: string; page: string }> {
    const answer = parsed<Record<string, string>>(await this._post('/device/auth', { scope }));
    return {
      deviceCode: answer['device_code'] ?? '',
      page: answer['verification_uri_complete'] ?? ''
    };
  }

  pollDevice(deviceCode: string): Promise<ITokens> {
    return this._token({
      grant_type: DEVICE_CODE,
      device_code: deviceCode
    });
  }

  /** A token of the program's own. */
  own(audience: string, scope: string): Promise<ITokens> {
    return this._token({ grant_type: 'client_credentials', audience, scope });
  }

  async introspect(token: string): Promise<Record<string, unknown>> {
    return parsed(await this._post('/token/introspection', { token }));
  }

  async revoke(token: string): Promise<number> {
    return (await this._post('/token/revocation', { token })).status;
  }

  private async _token(form: Record<string, string>): Promise<ITokens> {
    const answer = await this._post('/token', form);
    return { ...parsed<ITokens>(answer), status: answer.status };
  }

  private _post(path: string, form: Record<string, string>): Promise<IAnswer> {
    const basic = Buffer.from(`${this._id}:${this._secret ?? ''}`).toString('base64');
    return this._address.ask(path, {
      method: 'POST',
      headers: this._secret === null ? {} : { Authorization: `Basic ${basic}` },
      body: new URLSearchParams({
        ...form,
        ...(this._secret === null ? { client_id: this._id } : {})
      })
    });
  }

  private readonly _address: IamAddress;
  private readonly _id: string;
  private readonly _secret: string | null;
  private readonly _redirectUri: string;
}

const parsed = <T>(answer: IAnswer): T => JSON.parse(answer.text) as T;
