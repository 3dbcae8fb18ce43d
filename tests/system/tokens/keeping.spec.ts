import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { IFault } from '../../../lab/iam/dials.ts';
import { claimsOf } from '../../../src/common/server/jwt.js';
import type { TestIam } from '../../lab/test-iam.ts';
import { keepHere, startIam, until } from './home.ts';

const FIRST_PORT = 22470;
/** What is left of it when it is renewed is more than a busy machine stalls. */
const LIFE_SECONDS = 20;
/** Of a watcher that looks every 25 ms. */
const STALL_MS = 500;

type Server = ReturnType<typeof keepHere>;

/** A user's home; each server in it has token files of its own. */
interface IHome {
  iam: TestIam;
  start(deadlineSeconds?: number): Server;
}

/** A test with an identity provider and a home of its own; all of them at once, as they mostly wait. */
function atHome(name: string, play: (home: IHome) => Promise<void>): void {
  const port = FIRST_PORT + tests++;
  it.concurrent(name, async () => {
    const iam = await startIam(port);
    const folder = mkdtempSync(join(tmpdir(), 'keeping-'));
    const servers: Server[] = [];
    const start = (deadlineSeconds?: number) => {
      const files = join(folder, `server-${servers.length}`);
      const server = keepHere(iam, folder, files, deadlineSeconds);
      servers.push(server);
      return server;
    };
    try {
      await iam.control.turn({ accessTokenSeconds: LIFE_SECONDS });
      await play({ iam, start });
    } finally {
      await Promise.all(servers.map(({ stop }) => stop()));
      // It may have requests that it is told to answer much later.
      await iam.stop('SIGKILL');
      await iam.destroy();
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
let tests = 0;

/**
 * Looks at the files as a program that needs them would, until it is told to stop. To the life of a token is
 * added what the machine stood still meanwhile: nobody could renew it then.
 */
function watch(server: Server) {
  const seen = { looks: 0, ended: 0, torn: 0, open: 0, tokens: 0 };
  /** How long the machine had stood still when a token was first seen. */
  const stalledBefore = new Map<string, number>();
  let [on, stalled, looked] = [true, 0, Date.now()];
  const ended = (async () => {
    while (on) {
      const now = Date.now();
      stalled += now - looked > STALL_MS ? now - looked : 0;
      looked = now;
      const eos = /^oauth2:([^:]+):localhost:\d+\/token\/introspection$/.exec(server.read('eos'));
      const storage = server.read('storage');
      seen.looks++;
      seen.torn += eos === null || storage.split('.').length !== 3 ? 1 : 0;
      for (const token of [eos?.[1] ?? '', storage]) {
        const before = stalledBefore.get(token) ?? stalled;
        stalledBefore.set(token, before);
        seen.ended += (claimsOf(token).expiresAt ?? 0) + stalled - before < now ? 1 : 0;
      }
      for (const name of ['eos', 'storage']) {
        seen.open += (statSync(join(server.files, name)).mode & 0o077) === 0 ? 0 : 1;
      }
      await setTimeout(25);
    }
  })();
  return async () => {
    on = false;
    await ended;
    return { ...seen, tokens: stalledBefore.size };
  };
}

const hasBoth = (server: Server) => server.has('eos') && server.has('storage');

atHome(
  'after one sign-in the files are good through several lives, in the forms that their readers want',
  async ({ start }) => {
    const server = start();
    const { service } = server;
    await until(() => service.status().targets.every(({ problem }) => problem !== null));
    expect(service.status()).toMatchObject({ signedIn: false, renewsHere: true });
    expect(service.status().targets[0].problem?.code).toBe('not-signed-in');
    await server.signIn();
    await until(() => hasBoth(server));
    expect(claimsOf(server.read('storage'))).toMatchObject({
      audience: ['xrootd'],
      subject: 'subject-of-alice'
    });
    const stop = watch(server);
    await setTimeout(2.5 * LIFE_SECONDS * 1000);
    const { looks, ended, torn, open, tokens } = await stop();
    expect(looks).toBeGreaterThan(100);
    expect({ ended, torn, open }).toEqual({ ended: 0, torn: 0, open: 0 });
    expect(tokens).toBeGreaterThanOrEqual(6);
    await until(() => service.status().targets.every(({ state }) => state === 'valid'));
  }
);

const FAULTS: [string, IFault][] = [
  ['503', { status: 503 }],
  ['HTML', { status: 502, body: '<html>gateway</html>' }],
  ['nothing', { cut: 'before' }],
  ['too slowly', { delaySeconds: 30 }]
];

for (const [what, fault] of FAULTS) {
  atHome(
    `an identity provider that answers ${what} for less than what is left is not noticed by readers`,
    async ({ iam, start }) => {
      await iam.control.turn({ rotate: false });
      // To this life what the usual thirty are to one of five minutes.
      const server = start(2);
      await server.signIn();
      await until(() => hasBoth(server));
      const stop = watch(server);
      await setTimeout((LIFE_SECONDS / 2) * 1000);
      const asked = async () => (await iam.control.stats()).requests['/token'];
      const [before, eos, storage] = [await asked(), server.read('eos'), server.read('storage')];
      await iam.control.breakWith(fault);
      await until(async () => (await asked()) > before);
      await setTimeout((LIFE_SECONDS / 10) * 1000);
      await iam.control.heal();
      await until(() => server.read('eos') !== eos && server.read('storage') !== storage);
      const { ended, torn, open } = await stop();
      expect({ ended, torn, open }).toEqual({ ended: 0, torn: 0, open: 0 });
      expect((await asked()) - before).toBeLessThan(15);
    }
  );
}

atHome(
  'two servers of one user share one sign-in, also when the one that renews is ended',
  async ({ start }) => {
    const one = start();
    await until(() => one.service.status().renewsHere);
    const other = start();
    await other.signIn();
    await until(() => hasBoth(one) && hasBoth(other));
    await until(() => other.read('storage') === one.read('storage'));
    await one.stop();
    await until(() => other.service.status().renewsHere);
    const stop = watch(other);
    await setTimeout(1.5 * LIFE_SECONDS * 1000);
    const { ended, tokens } = await stop();
    expect(ended).toBe(0);
    expect(tokens).toBeGreaterThanOrEqual(4);
  }
);

atHome(
  'a sign-in that the identity provider ends leaves the tokens until their end, and asks for a person',
  async ({ iam, start }) => {
    const server = start();
    await iam.control.turn({ refreshTokenSeconds: 3 });
    await server.signIn();
    await iam.control.turn({ refreshTokenSeconds: 3600 });
    await until(() => server.has('storage'));
    await until(() => !server.service.status().signedIn);
    expect(server.has('storage')).toBe(true);
    expect((claimsOf(server.read('storage')).expiresAt ?? 0) - Date.now()).toBeGreaterThan(0);
    await server.signIn('bob');
    await until(() => claimsOf(server.read('storage')).subject === 'subject-of-bob');
  }
);

atHome(
  'a sign-out gives back what we obtained and takes the files away',
  async ({ iam, start }) => {
    const one = start();
    const other = start();
    await one.signIn();
    await until(() => one.has('eos') && other.has('eos'));
    await other.service.signOut();
    await until(() => !one.has('eos') && !other.has('eos') && !one.has('storage'));
    expect(one.service.status().signedIn).toBe(false);
    const { requests } = await iam.control.stats();
    expect(requests['/token/revocation']).toBeGreaterThan(0);
  }
);

for (const skewSeconds of [120, -120]) {
  atHome(
    `a clock that is off by ${skewSeconds} seconds is named, and the tokens are fresh all the same`,
    async ({ iam, start }) => {
      await iam.control.turn({ skewSeconds });
      const server = start();
      await server.signIn();
      await until(() => server.has('storage'));
      const storage = () => server.service.status().targets[1];
      await until(() => storage().problem?.code === 'clock-wrong' && storage().state === 'valid');
      expect(storage().problem?.message).toContain(skewSeconds < 0 ? 'ahead of' : 'behind');
      const first = server.read('storage');
      await until(() => server.read('storage') !== first);
      const { requests } = await iam.control.stats();
      await setTimeout(2000);
      const later = await iam.control.stats();
      expect(later.requests['/token'] - requests['/token']).toBeLessThan(6);
    }
  );
}
