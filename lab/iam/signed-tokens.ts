import type { Clients } from './clients.ts';
import { formOf, refuse, type Context, type Middleware } from './http.ts';
import type { People } from './people.ts';
import { TokenJudge } from './token-judge.ts';

type Answer = (context: Context, token: string) => Promise<void>;

/** Introspection, revocation and userinfo for signed access tokens; all else is oidc-provider's. */
export function signedTokens(clients: Clients, people: People, judge: TokenJudge): Middleware {
  const judged = (token: string) => judge.claimsOf(token).catch(() => null);
  const clientOf = async (context: Context) =>
    clients.authenticated(context.get('authorization'), await formOf(context));
  const answers: Record<string, Answer | undefined> = {
    'POST /token/introspection': async (context, token) => {
      if (!(await clientOf(context))) return refuse(context, 401, 'invalid_client');
      const claims = await judged(token);
      context.body = claims
        ? { active: true, ...claims, token_type: 'Bearer', username: claims['preferred_username'] }
        : { active: false };
    },
    'POST /token/revocation': async (context, token) => {
      const client = await clientOf(context);
      if (!client) return refuse(context, 401, 'invalid_client');
      const claims = await judged(token);
      if (claims?.['client_id'] === client.id) judge.revoke(claims);
      context.body = '';
      context.status = 200;
    },
    'GET /me': async (context, token) => {
      const person = people.claimsOf(String((await judged(token))?.sub));
      if (!person) return refuse(context, 401, 'invalid_token');
      context.body = person;
    }
  };
  return async (context, next) => {
    const answer = answers[`${context.method} ${context.path}`];
    const token = answer && (await tokenOf(context));
    if (answer && token && TokenJudge.isSigned(token)) await answer(context, token);
    else await next();
  };
}

async function tokenOf(context: Context): Promise<string | undefined> {
  if (context.method === 'POST') return (await formOf(context)).get('token') ?? undefined;
  return /^Bearer (.+)$/i.exec(context.get('authorization'))?.[1];
}
