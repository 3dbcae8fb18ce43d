import { rmSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { until } from '../home.ts';
import { LIFE_SECONDS, scene } from './stage.ts';

scene(
  'an identity provider that is down at start: what is good still is in its files, and new tokens are when it is back',
  async stage => {
    // Longer than the next one takes to start.
    await stage.iam.control.turn({ accessTokenSeconds: 2 * LIFE_SECONDS });
    const first = await stage.signedIn();
    await stage.kill(first);
    await stage.iam.stop();
    stage.removesFiles = true;
    rmSync(first.files, { recursive: true });
    const second = await stage.server();
    await until(() => second.has('eos') && second.has('storage'));
    expect(second.claims('storage').expiresAt).toBeGreaterThan(Date.now());
    await stage.until(second, 'expired');
    await until(async () => (await second.problems())[0] === 'issuer-unreachable');
    await stage.iam.start();
    await stage.until(second, 'valid');
  }
);

scene(
  'an identity provider that is away for several lives is asked ever less often, and its return is noticed',
  async stage => {
    const server = await stage.signedIn();
    await stage.iam.control.breakWith({ cut: 'before' });
    await stage.until(server, 'expired');
    const before = await stage.requests();
    await setTimeout(2 * LIFE_SECONDS * 1000);
    expect((await stage.requests()) - before).toBeLessThan(LIFE_SECONDS);
    await stage.iam.control.heal();
    await stage.until(server, 'valid');
    expect(await server.status()).toMatchObject({ signedIn: true });
  }
);
