import type { AllClientMetadata } from 'oidc-provider';
import { ALL_SCOPES } from './audiences.ts';
import type { IDials } from './dials.ts';
import { DEVICE_CODE, TOKEN_EXCHANGE } from './names.ts';
import { secretsAreEqual } from './secrets.ts';
import { secretOf, type IClient } from './settings.ts';

const GRANT_TYPES: Record<IClient['grants'][number], string[]> = {
  code: ['authorization_code', 'refresh_token'],
  device: [DEVICE_CODE, 'refresh_token'],
  exchange: [TOKEN_EXCHANGE],
  own: ['client_credentials']
};

/** The programs that are known to the IAM; their redirect URIs can be added to while it runs. */
export class Clients {
  constructor(clients: IClient[], dials: IDials) {
    this._clients = clients;
    this._dials = dials;
  }

  find(id: string): IClient | undefined {
    return this._clients.find(client => client.id === id);
  }

  /** In the words of OpenID Connect Dynamic Client Registration 1.0. */
  metadataOf(id: string): AllClientMetadata | undefined {
    const client = this.find(id);
    if (!client) return undefined;
    const hasCode = client.grants.includes('code');
    return {
      client_id: id,
      ...(client.secretFile === null
        ? { token_endpoint_auth_method: 'none' }
        : { client_secret: secretOf(client.secretFile) }),
      grant_types: [...new Set(client.grants.flatMap(grant => GRANT_TYPES[grant]))],
      response_types: hasCode ? ['code'] : [],
      redirect_uris: [...client.redirectUris, ...(this._dials.redirectUris[id] ?? [])],
      scope: ALL_SCOPES.join(' ')
    };
  }

  /** The client that shows its secret, as HTTP Basic authentication or in the body (RFC 6749, section 2.3.1). */
  authenticated(authorization: string, body: URLSearchParams): IClient | undefined {
    const [id, secret] = authorization.startsWith('Basic ')
      ? basic(authorization)
      : [body.get('client_id') ?? '', body.get('client_secret') ?? ''];
    const client = this.find(id);
    if (!client) return undefined;
    const isRight =
      client.secretFile === null || secretsAreEqual(secret, secretOf(client.secretFile));
    return isRight ? client : undefined;
  }

  private readonly _clients: IClient[];
  private readonly _dials: IDials;
}

function basic(authorization: string): [string, string] {
  const text = Buffer.from(authorization.slice('Basic '.length), 'base64').toString();
  const colon = text.indexOf(':');
  const decoded = (part: string): string => decodeURIComponent(part.replaceAll('+', ' '));
  return [decoded(text.slice(0, colon)), decoded(text.slice(colon + 1))];
}
