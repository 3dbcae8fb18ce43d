import { errors, type Provider, type TokenEndpointGrantContext } from 'oidc-provider';
import { DEFAULT_AUDIENCE, resourceServer, scopeOf, toResource } from './audiences.ts';
import { TOKEN_EXCHANGE } from './names.ts';
import type { IIam } from './provider.ts';
import type { TokenJudge } from './token-judge.ts';

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const JWT = 'urn:ietf:params:oauth:token-type:jwt';
const PARAMETERS = [
  'subject_token',
  'subject_token_type',
  'requested_token_type',
  'audience',
  'scope'
] as const;

type Parameters = Partial<Record<(typeof PARAMETERS)[number], string>>;
type Context = TokenEndpointGrantContext<Parameters>;

/** Token exchange (RFC 8693): an access token of ours against one for another audience. */
export function allowExchange(provider: Provider, iam: IIam, judge: TokenJudge): void {
  provider.registerGrantType<Parameters>(
    TOKEN_EXCHANGE,
    async context => {
      const subject = await subjectOf(context.oidc.params, judge);
      const audience = audienceOf(context, iam);
      const scope = allowedScope(context.oidc.params.scope, subject.scope, audience);
      context.body = await newToken(context, iam, { person: subject.person, audience, scope });
    },
    PARAMETERS
  );
}

async function subjectOf(
  parameters: Parameters,
  judge: TokenJudge
): Promise<{ person: string; scope: string }> {
  const { subject_token: token, subject_token_type: type } = parameters;
  if (!token || !type) {
    throw new errors.InvalidRequest('subject_token and subject_token_type are required');
  }
  if (type !== ACCESS_TOKEN && type !== JWT) {
    throw new errors.InvalidRequest('this subject_token_type is not supported');
  }
  const wanted = parameters.requested_token_type;
  if (wanted !== undefined && wanted !== ACCESS_TOKEN) {
    throw new errors.InvalidRequest('this requested_token_type is not supported');
  }
  const claims = await judge.claimsOf(token).catch((error: Error) => {
    throw new errors.InvalidRequest(`the subject token is not valid: ${error.message}`);
  });
  const { scope } = claims;
  return { person: String(claims.sub), scope: typeof scope === 'string' ? scope : '' };
}

function audienceOf({ oidc: { client, params } }: Context, { clients }: IIam): string {
  const { audience } = params;
  if (!audience) return DEFAULT_AUDIENCE;
  scopeOf(audience);
  if (!clients.find(client.clientId)?.audiences.includes(audience)) {
    throw new errors.InvalidTarget(`this client may not ask for the audience ${audience}`);
  }
  return audience;
}

/** What is asked, or else what of the subject's the audience knows. */
function allowedScope(asked: string | undefined, has: string, audience: string): string {
  const known = scopeOf(audience)
    .split(' ')
    .filter(scope => scope !== 'offline_access');
  if (asked === undefined) {
    return has
      .split(' ')
      .filter(scope => known.includes(scope))
      .join(' ');
  }
  const unknown = asked.split(' ').filter(scope => !known.includes(scope));
  if (unknown.length) {
    throw new errors.InvalidScope('the audience does not allow this scope', unknown.join(' '));
  }
  return asked;
}

async function newToken(
  context: Context,
  { dials, people }: IIam,
  { person, audience, scope }: { person: string; audience: string; scope: string }
): Promise<Record<string, unknown>> {
  const { client, provider } = context.oidc;
  if (!people.claimsOf(person)) throw new errors.InvalidRequest('there is no such person any more');
  const resource = toResource(audience);
  const grant = new provider.Grant({ clientId: client.clientId, accountId: person });
  grant.addResourceScope(resource, scope);
  const token = new provider.AccessToken({
    client,
    accountId: person,
    grantId: await grant.save(),
    gty: 'token-exchange',
    scope
  });
  token.resourceServer = new provider.ResourceServer(
    resource,
    resourceServer(audience, dials.accessTokenSeconds)
  );
  context.oidc.entity('AccessToken', token);
  return {
    access_token: await token.save(),
    issued_token_type: ACCESS_TOKEN,
    token_type: 'Bearer',
    expires_in: token.expiration,
    scope
  };
}
