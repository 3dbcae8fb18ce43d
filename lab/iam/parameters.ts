import { toResource } from './audiences.ts';
import { formOf, replaceBody, type Middleware } from './http.ts';
import { TOKEN_EXCHANGE } from './names.ts';

/**
 * What INDIGO IAM and Keycloak allow and oidc-provider does not: `audience` besides RFC 8707's `resource`, and
 * `offline_access` without asking for consent again.
 */
export const familiarParameters: Middleware = async (context, next) => {
  if (context.method === 'POST' && /^\/(token|auth|device\/auth)$/.test(context.path)) {
    const form = await formOf(context);
    if (form.get('grant_type') !== TOKEN_EXCHANGE) changed(form);
    replaceBody(context.req, form.toString());
  }
  if (context.method === 'GET' && context.path === '/auth') {
    const query = new URLSearchParams(context.querystring);
    context.querystring = changed(query).toString();
  }
  await next();
};

function changed(parameters: URLSearchParams): URLSearchParams {
  const audience = parameters.get('audience')?.trim();
  if (audience && !parameters.has('resource')) parameters.set('resource', toResource(audience));
  parameters.delete('audience');
  const prompts = parameters.get('prompt')?.split(' ') ?? [];
  const isForLong = parameters.get('scope')?.split(' ').includes('offline_access');
  if (isForLong && parameters.has('response_type') && !prompts.includes('none')) {
    parameters.set('prompt', [...new Set([...prompts, 'consent'])].join(' '));
  }
  return parameters;
}
