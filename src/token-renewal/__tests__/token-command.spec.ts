import { run } from '../../cli/run.js';
import type { IClock } from '../../common/core/clock.js';
import { Instances } from '../../common/core/instances.js';
import { KeptStream } from '../../testing/terminal.js';
import { GOOD_TOKEN, GOOD_TOKENS } from '../../testing/token-status.js';
import { tokenCommands } from '../cli/tokens.js';
import type { TokensStatus } from '../contract.js';
import type { TokenService } from '../core/token-service.js';

const START = Date.UTC(2026, 10, 22);
const LINK = 'https://auth.example/auth/oidc_redirect?abc_polling';
/** Rucio's own sign-in gives one token, the first one itself. */
const OWN = { ...GOOD_TOKEN, name: 'rucio', audience: '', scope: '' };
const RUCIO: TokensStatus = { ...GOOD_TOKENS, source: 'rucio', targets: [OWN] };
const iso = (time: number) => new Date(time).toISOString();

/** Time passes by what is slept; a person signs in after two seconds, if a sign-in was begun. */
async function datalake(line: string, first: TokensStatus) {
  let now = START;
  let status = first;
  const clock: IClock = {
    now: () => now,
    elapsed: () => now,
    sleep: async milliseconds => {
      now += milliseconds;
      if (status.device !== null && now >= START + 2000) {
        const targets = [{ ...OWN, renewedAt: iso(now) }];
        status = { ...RUCIO, targets };
      }
    }
  };
  const service = {
    status: () => status,
    look: () => {},
    renew: () => status,
    beginOnDevice: async () => {
      const device = {
        userCode: null,
        url: LINK,
        completeUrl: null,
        expiresAt: iso(now + 300_000)
      };
      status = { ...status, device };
      return status;
    }
  } as unknown as TokenService;
  const tokens = new Instances(new Map([['near', service]]));
  const [stdout, stderr] = [new KeptStream(false), new KeptStream(false)];
  const exit = await run({
    argv: line.split(' '),
    streams: { stdout, stderr, env: {} },
    signal: new AbortController().signal,
    version: '1',
    commands: [cli => tokenCommands(cli, async () => ({ tokens, run: async () => {} }), clock)]
  });
  return { exit, out: stdout.text, error: stderr.text, seconds: (now - START) / 1000 };
}

it('login by a link names no code, and ends with the sign-in', async () => {
  const signedOut = { ...RUCIO, signedIn: false, targets: [{ ...OWN, state: 'waiting' as const }] };
  const { exit, out, error, seconds } = await datalake('token login', signedOut);
  expect(error).toContain(`Open ${LINK} in any browser, and sign in there.`);
  expect(error).not.toContain('code');
  expect([exit, out.startsWith('rucio\tvalid')]).toEqual([0, true]);
  expect(seconds).toBeLessThan(10);
});

it('login goes by the token of this sign-in, not by one of before', async () => {
  const { exit, seconds } = await datalake('token login', RUCIO);
  expect([exit, seconds >= 2]).toEqual([0, true]);
});

it('renew does not wait for a first token whose time has not come', async () => {
  const { exit, seconds } = await datalake('token renew', RUCIO);
  expect([exit, seconds]).toEqual([0, 0]);
});

it('renew waits for tokens that are exchanged', async () => {
  const { seconds } = await datalake('token renew', { ...RUCIO, targets: [GOOD_TOKEN] });
  expect(seconds).toBeGreaterThanOrEqual(60);
});
