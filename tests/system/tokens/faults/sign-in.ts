import { join } from 'node:path';
import { target, until } from '../home.ts';
import { LIFE_SECONDS, scene, type Stage } from './stage.ts';

/** Ways in which a sign-in ends at the identity provider, and for how long it would last. */
const ENDS: [string, number, (stage: Stage) => Promise<void>][] = [
  [
    'revoked',
    3600,
    async stage => {
      const kept = stage.signInOnDisk();
      await stage.iam.client('datalake').revoke(kept?.refreshToken ?? '');
    }
  ],
  ['expired', 5, async () => {}]
];

for (const [how, refreshTokenSeconds, end] of ENDS) {
  scene(
    `a refresh token that is ${how}: a person is asked to sign in, and work goes on until the old tokens end`,
    async stage => {
      await stage.iam.control.turn({ refreshTokenSeconds });
      const server = await stage.signedIn();
      await end(stage);
      await stage.untilFailing(server, 'not-signed-in,not-signed-in');
      expect(await server.status()).toMatchObject({ signedIn: false });
      const [files, before] = [server.bothFiles, await stage.requests()];
      await stage.until(server, 'expired');
      expect(server.bothFiles === files).toBe(true);
      expect(await stage.requests()).toBe(before);
      await stage.iam.control.turn({ refreshTokenSeconds: 3600 });
      await server.signIn(stage.iam, 'bob');
      await stage.until(server, 'valid');
      expect(server.claims('storage').subject).toBe('subject-of-bob');
    }
  );
}

scene(
  'an audience that is refused is named; the other targets go on, and the sign-in with them',
  async stage => {
    const config = stage.config('server');
    const { targets } = config.instances[0].tokens!;
    targets.push(target(join(stage.home, 'server/tokens'), 'wrong', 'nowhere'));
    const server = await stage.server(config);
    await server.signIn(stage.iam);
    const expected = 'valid,valid,waiting';
    await until(async () => (await server.states()).join() === expected);
    for (const life of [1, 2]) {
      const before = server.claims('storage').expiresAt;
      await until(() => server.claims('storage').expiresAt !== before);
      await until(
        async () => (await server.states()).join() === expected,
        45,
        () => ({ life })
      );
    }
    await until(async () => (await server.problems())[2] === 'token-refused');
    expect(await server.status()).toMatchObject({ signedIn: true });
    expect(server.has('wrong')).toBe(false);
    expect(await stage.requestsFor('/token')).toBeLessThan(3 * LIFE_SECONDS);
  }
);

for (const skewSeconds of [120, -120]) {
  scene(
    `a clock that is off by ${skewSeconds} seconds is named, and forgotten when it is right again`,
    async stage => {
      await stage.iam.control.turn({ skewSeconds });
      const server = await stage.signedIn();
      await until(async () => (await server.problems()).join() === 'clock-wrong,clock-wrong');
      const before = await stage.requests();
      const first = server.read('storage');
      await until(() => server.read('storage') !== first);
      await stage.iam.control.turn({ skewSeconds: 0 });
      await until(async () => (await server.problems()).every(code => code === undefined), 60);
      expect(await stage.requests()).toBeLessThan(before + 2 * LIFE_SECONDS);
      expect(await server.status()).toMatchObject({ signedIn: true });
    }
  );
}
