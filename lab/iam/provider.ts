import { interactionPolicy, Provider, type Configuration } from 'oidc-provider';
import {
  ALL_SCOPES,
  DEFAULT_AUDIENCE,
  resourceServer,
  toAudience,
  toResource
} from './audiences.ts';
import type { Clients } from './clients.ts';
import type { IDials } from './dials.ts';
import type { IKeys } from './keys.ts';
import type { People } from './people.ts';
import { StoreAdapter, type Store } from './store.ts';

/** What the parts of the IAM share. */
export interface IIam {
  issuer: string;
  dials: IDials;
  keys: IKeys;
  people: People;
  clients: Clients;
  store: Store;
}

const DAY = 86_400;

/** The certified part: OpenID Connect with PKCE, device flow, refresh tokens, introspection and revocation. */
export function makeProvider(iam: IIam): Provider {
  const provider = new Provider(iam.issuer, configuration(iam));
  // It says what went wrong on the server's side only; refusals are the client's to report.
  provider.on('server_error', (_context, error) => console.error(error));
  return provider;
}

function configuration({ dials, keys, people, clients, store }: IIam): Configuration {
  const accessTokenSeconds = (): number => dials.accessTokenSeconds;
  return {
    jwks: { keys: [keys.signing] },
    adapter: model => {
      const adapter = new StoreAdapter(store, model);
      if (model === 'Client') adapter.find = async id => clients.metadataOf(id);
      return adapter;
    },
    cookies: { keys: [keys.cookies] },
    scopes: ALL_SCOPES,
    claims: {
      openid: ['sub'],
      profile: ['name', 'preferred_username', 'groups'],
      email: ['email']
    },
    conformIdTokenClaims: false,
    pkce: { required: (_context, client) => client.clientAuthMethod === 'none' },
    // Reuse of a refresh token that was replaced ends the grant (RFC 9700, section 4.14.2).
    rotateRefreshToken: () => dials.rotate,
    ttl: {
      AccessToken: accessTokenSeconds,
      ClientCredentials: accessTokenSeconds,
      IdToken: accessTokenSeconds,
      RefreshToken: () => dials.refreshTokenSeconds,
      Session: 14 * DAY,
      Grant: 60 * DAY,
      Interaction: 600,
      DeviceCode: 300
    },
    extraTokenClaims: (_context, token) => {
      const person = token.kind === 'AccessToken' ? people.claimsOf(token.accountId) : undefined;
      return {
        'wlcg.ver': '1.0',
        ...(person && {
          preferred_username: person.preferred_username,
          'wlcg.groups': person.groups
        })
      };
    },
    formats: {
      customizers: {
        jwt: (_context, _token, jwt) => {
          jwt.payload['nbf'] = jwt.payload['iat'];
        }
      }
    },
    features: {
      devInteractions: { enabled: false },
      deviceFlow: { enabled: true, charset: 'base-20', mask: '****-****' },
      introspection: { enabled: true },
      revocation: { enabled: true },
      clientCredentials: { enabled: true },
      userinfo: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_context, _client, oneOf) => oneOf?.[0] ?? toResource(DEFAULT_AUDIENCE),
        useGrantedResource: () => true,
        getResourceServerInfo: (_context, resource) =>
          resourceServer(toAudience(resource), dials.accessTokenSeconds)
      }
    },
    interactions: {
      url: (_context, { uid }) => `/interaction/${uid}`,
      policy: withoutConsent()
    },
    findAccount: (_context, subject) => {
      const claims = people.claimsOf(subject);
      return claims && { accountId: subject, claims: () => claims };
    },
    // A grant for each sign-in, of all that is asked: what ends one leaves the others alone.
    loadExistingGrant: async context => {
      const { client, session, requestParamScopes, params, provider } = context.oidc;
      if (!client || !session?.accountId) return undefined;
      const grant = new provider.Grant({
        clientId: client.clientId,
        accountId: session.accountId
      });
      grant.addOIDCScope([...requestParamScopes].join(' '));
      const resources = [params?.['resource'] ?? toResource(DEFAULT_AUDIENCE)].flat();
      for (const resource of resources as string[]) {
        const { scope } = resourceServer(toAudience(resource), dials.accessTokenSeconds);
        grant.addResourceScope(resource, scope);
      }
      await grant.save();
      return grant;
    },
    renderError: (context, out) => {
      context.type = 'json';
      context.body = out;
    }
  };
}

/** Nobody is asked whether a program may act for them, so that a test need not answer. */
function withoutConsent(): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  policy.get('consent')?.checks.clear();
  return policy;
}
