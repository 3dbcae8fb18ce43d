import type { IncomingMessage } from 'node:http';
import type { Provider } from 'oidc-provider';

export type Middleware = Parameters<Provider['use']>[0];
export type Context = Parameters<Middleware>[0];

const MOST_BYTES = 65_536;

const bodies = new WeakMap<IncomingMessage, string>();

/** The body of a request, which can be read from the network once only. */
export async function textOf(request: IncomingMessage): Promise<string> {
  const known = bodies.get(request);
  if (known !== undefined) return known;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error('the body of this request is too large');
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString();
  replaceBody(request, text);
  return text;
}

/** What oidc-provider takes for the body from now on; it looks there if the body was read before. */
export function replaceBody(request: IncomingMessage, text: string): void {
  bodies.set(request, text);
  Object.assign(request, { body: text });
}

export const formOf = async (context: Context): Promise<URLSearchParams> =>
  new URLSearchParams(await textOf(context.req));

/** An answer in OAuth's form for errors (RFC 6749, section 5.2). */
export function refuse(context: Context, status: number, error: string): void {
  context.status = status;
  context.body = { error };
}
