import type { Provider } from 'oidc-provider';
import { formOf, type Middleware } from './http.ts';
import type { People } from './people.ts';

/** The page where a person types name and password. */
export function loginPage(provider: Provider, people: People): Middleware {
  return async (context, next) => {
    if (!/^\/interaction\/[^/]+$/.test(context.path)) {
      await next();
      return;
    }
    await provider.interactionDetails(context.req, context.res);
    if (context.method !== 'POST') return show('');
    const form = await formOf(context);
    const subject = people.signIn(form.get('username') ?? '', form.get('password') ?? '');
    if (subject === undefined) return show('Wrong name or password.');
    const result = { login: { accountId: subject } };
    context.redirect(await provider.interactionResult(context.req, context.res, result));
    context.status = 303;

    function show(problem: string): void {
      context.status = problem ? 401 : 200;
      context.type = 'html';
      context.set('Cache-Control', 'no-store');
      context.body = page(problem);
    }
  };
}

const page = (problem: string): string => `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Sign in to the lab</title></head>
<body>
<h1>Sign in to the lab</h1>
<p role="alert">${problem}</p>
<form method="post">
<p><label>Name <input id="username" name="username" autocomplete="username" autofocus></label></p>
<p><label>Password <input id="password" name="password" type="password" autocomplete="current-password"></label></p>
<p><button id="login">Sign in</button></p>
</form>
</body>
</html>
`;
