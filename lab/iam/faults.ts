import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { IDials, IFault } from './dials.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

/** Does to requests what the dials say; those that are spared are handled as ever. */
export function withFaults(dials: IDials, handle: Handler): RequestListener {
  return (request, response) => {
    const fault = takeFault(dials, request.url ?? '/');
    if (!fault) return void handle(request, response);
    void suffer(fault, request, response, handle);
  };
}

/** The fault for this request, which is then one fewer. */
function takeFault(dials: IDials, url: string): IFault | undefined {
  const { fault } = dials;
  if (!fault || !url.startsWith(fault.path ?? '/')) return undefined;
  if (fault.count !== undefined) {
    dials.fault = fault.count > 1 ? { ...fault, count: fault.count - 1 } : null;
  }
  return fault;
}

async function suffer(
  fault: IFault,
  request: IncomingMessage,
  response: ServerResponse,
  handle: Handler
): Promise<void> {
  if (fault.delaySeconds) await wait(fault.delaySeconds * 1000);
  if (fault.cut === 'before') return void request.socket.destroy();
  if (fault.cut) cutAnswer(fault.cut, response);
  if (fault.status === undefined && fault.body === undefined) {
    handle(request, response);
    return;
  }
  const body = fault.body ?? '{"error":"temporarily_unavailable"}';
  const type = body.trimStart().startsWith('<') ? 'text/html' : 'application/json';
  if (fault.retryAfterSeconds !== undefined) {
    response.setHeader('Retry-After', String(fault.retryAfterSeconds));
  }
  response.writeHead(fault.status ?? 200, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body)
  });
  response.end(body);
}

/** Lets the work be done, and the connection break before the end of its answer. */
function cutAnswer(cut: 'after' | 'half', response: ServerResponse): void {
  const { socket } = response;
  response.end = ((body?: unknown): ServerResponse => {
    const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? Buffer.from(body) : null;
    if (cut === 'after' || !bytes) {
      socket?.destroy();
      return response;
    }
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => socket?.destroy());
    return response;
  }) as ServerResponse['end'];
}
