import type { Context } from 'hono';
import type { EventHub } from '../common/server/event-hub.js';

const HEARTBEAT_MS = 20_000;

/** The bridge's one subscription: a JSON object a line, a heartbeat every 20 s. */
export function eventStream(c: Context, hub: EventHub): Response {
  const encoder = new TextEncoder();
  let stop = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (message: object) =>
        controller.enqueue(encoder.encode(`${JSON.stringify(message)}\n`));
      const unsubscribe = hub.subscribe(send);
      const beat = setInterval(() => send({ heartbeat: true }), HEARTBEAT_MS);
      beat.unref();
      stop = () => {
        clearInterval(beat);
        unsubscribe();
      };
      send({ heartbeat: true });
    },
    cancel() {
      stop();
    }
  });
  return c.body(body, 200, { 'Content-Type': 'application/x-ndjson' });
}
