import { setTimeout } from 'node:timers/promises';
import { until } from '../home.ts';
import { LIFE_SECONDS, scene } from './stage.ts';

scene(
  'killed after a new refresh token came and before it was stored: the old one is not shown again, and a person is asked',
  async stage => {
    const first = await stage.refreshing({ delaySeconds: 6 });
    first.signal('SIGSTOP');
    await until(async () => (await stage.refreshes()) === 1);
    await stage.kill(first);
    const before = await stage.requestsFor('/token');
    const second = await stage.server();
    await until(async () => !(await second.status()).signedIn);
    expect(second.has('storage')).toBe(true);
    await until(async () => (await second.problems()).join() === 'not-signed-in,not-signed-in');
    expect(await stage.requestsFor('/token')).toBe(before);
    await second.signIn(stage.iam);
    await stage.until(second, 'valid');
  }
);

scene(
  'killed before the identity provider has taken the refresh token: it is asked about, and goes on',
  async stage => {
    const first = await stage.refreshing({ delaySeconds: 6, cut: 'before' });
    await stage.kill(first);
    const second = await stage.server();
    await until(async () => (await stage.refreshes()) > 0);
    await stage.until(second, 'valid');
    const asked = await stage.requestsFor('/token/introspection');
    expect(asked).toBeGreaterThanOrEqual(1);
    expect(asked).toBeLessThanOrEqual(3);
    expect(await second.status()).toMatchObject({ signedIn: true });
  }
);

scene(
  'a server and a command in one home renew once; when the owner is killed the other takes over, and ends cleanly',
  async stage => {
    // Of one that replaces refresh tokens, this may come between an answer and its keeping.
    await stage.iam.control.turn({ rotate: false });
    const server = await stage.signedIn();
    const command = stage.keeper();
    const began = Date.now();
    await until(() => command.has('eos') && command.has('storage'));
    await until(() => command.bothFiles === server.bothFiles);
    await stage.kill(server);
    const whenKilled = command.claims('storage').expiresAt;
    await until(() => command.claims('storage').expiresAt !== whenKilled);
    const third = await stage.server(stage.config('third'));
    await stage.until(third, 'valid');
    expect(await third.status()).toMatchObject({ signedIn: true, renewsHere: false });
    expect(await stage.kill(command, 'SIGTERM')).toBe(0);
    await until(async () => (await third.status()).renewsHere);
    const { expiresAt } = third.claims('storage');
    await until(() => third.claims('storage').expiresAt !== expiresAt);
    const lives = (Date.now() - began) / 1000 / LIFE_SECONDS;
    expect(await stage.refreshes()).toBeLessThanOrEqual(2 * lives + 1);
  }
);

scene('a process that was suspended for longer than a life renews when it wakes', async stage => {
  await stage.iam.control.turn({ rotate: false });
  const server = await stage.signedIn();
  server.signal('SIGSTOP');
  // What was on its way arrives.
  await setTimeout(0.3 * LIFE_SECONDS * 1000);
  const before = await stage.requests();
  await setTimeout(LIFE_SECONDS * 1000);
  expect(server.claims('storage').expiresAt).toBeLessThan(Date.now());
  expect(await stage.requests()).toBe(before);
  server.signal('SIGCONT');
  await until(() => (server.claims('storage').expiresAt ?? 0) > Date.now());
  await stage.until(server, 'valid');
  expect((await stage.requests()) - before).toBeLessThan(10);
});
