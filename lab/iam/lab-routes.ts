import type { IncomingMessage, ServerResponse } from 'node:http';
import { setSkew } from './clock.ts';
import { DialChanges, type IDials } from './dials.ts';
import { textOf } from './http.ts';
import { LAB_ROUTES } from './names.ts';
import { secretsAreEqual } from './secrets.ts';
import { secretOf } from './settings.ts';
import type { Stats } from './stats.ts';

/** GET stats, GET and PUT dials: only with the lab's secret, which other users of this machine do not have. */
export async function labRoute(
  request: IncomingMessage,
  response: ServerResponse,
  { dials, stats, secretFile }: { dials: IDials; stats: Stats; secretFile: string }
): Promise<void> {
  const answer = (status: number, body: unknown): void => {
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  const shown = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  if (!secretsAreEqual(shown, secretOf(secretFile))) return answer(401, { error: 'unauthorized' });
  switch (`${request.method} ${request.url}`) {
    case `GET ${LAB_ROUTES}stats`:
      return answer(200, stats.get());
    case `GET ${LAB_ROUTES}dials`:
      return answer(200, dials);
    case `PUT ${LAB_ROUTES}dials`: {
      const changes = DialChanges.safeParse(parsed(await textOf(request)));
      if (!changes.success) return answer(400, { error: changes.error.message });
      Object.assign(dials, changes.data);
      setSkew(dials.skewSeconds);
      return answer(200, dials);
    }
    default:
      return answer(404, { error: 'not found' });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
