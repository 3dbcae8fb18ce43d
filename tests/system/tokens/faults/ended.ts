import { setTimeout } from 'node:timers/promises';
import { scene } from './stage.ts';

scene(
  'a server that is ended in the middle of a refresh waits for the answer: the next one goes on, and nobody is asked',
  async stage => {
    const first = await stage.refreshing({ delaySeconds: 6 });
    // A server that ends waits for four seconds, and no longer.
    await setTimeout(5000);
    expect(await stage.kill(first, 'SIGTERM')).toBe(0);
    expect(stage.signInOnDisk()).toMatchObject({ underWay: false });
    const second = await stage.server();
    await stage.until(second, 'valid');
    expect(await second.status()).toMatchObject({ signedIn: true });
    expect(await stage.requestsFor('/token/introspection')).toBe(0);
  }
);
