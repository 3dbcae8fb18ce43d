import { errors, type ResourceServer } from 'oidc-provider';

/** What a token for each audience may say. */
const SCOPES: Readonly<Record<string, string>> = {
  datalake: 'openid profile email offline_access storage.read:/ storage.modify:/',
  rucio: 'openid profile email offline_access rucio',
  eos: 'openid profile storage.read:/ storage.modify:/',
  xrootd: 'openid profile storage.read:/ storage.modify:/ storage.read:/lake storage.modify:/lake'
};

export const DEFAULT_AUDIENCE = 'datalake';
export const AUDIENCES = Object.keys(SCOPES);
export const ALL_SCOPES = [...new Set(Object.values(SCOPES).flatMap(scope => scope.split(' ')))];

// A resource indicator must be an absolute URI (RFC 8707); an audience is any word.
const URI = 'urn:audience:';

export const toResource = (audience: string): string => `${URI}${audience}`;
export const toAudience = (resource: string): string => resource.replace(URI, '');

/** Throws `invalid_target` for an audience that there is not. */
export function scopeOf(audience: string): string {
  const scope = Object.hasOwn(SCOPES, audience) ? SCOPES[audience] : undefined;
  if (scope === undefined) {
    throw new errors.InvalidTarget(`there is no audience ${audience}`);
  }
  return scope;
}

/** How tokens for this audience are made: signed, so that Rucio and XRootD judge them by themselves. */
export function resourceServer(audience: string, accessTokenSeconds: number): ResourceServer {
  return {
    scope: scopeOf(audience),
    audience,
    accessTokenTTL: accessTokenSeconds,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'RS256' } }
  };
}
