import { Instances } from '../../common/core/instances.js';
import { HandClock } from '../../testing/hand-clock.js';
import type { AuthType } from '../contract.js';
import { watchCredentials } from '../core/credential-watch.js';
import type { ISignIn } from '../core/ports.js';
import { SignInState } from '../core/sign-in.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 22);
const signal = new AbortController().signal;

function make(authType: AuthType, endsIn: number | null) {
  const clock = new HandClock(NOW);
  const certificate = { endsAt: endsIn === null ? null : NOW + endsIn, looks: 0 };
  const port: ISignIn = {
    who: async () => ({
      authType,
      account: 'alice',
      identity: '/CN=Alice',
      expiresAt: null,
      source: '/tmp/x509up_u1000'
    }),
    renew: () => port.who(signal),
    credential: async () => {
      certificate.looks++;
      return certificate.endsAt === null ? null : { endsAt: certificate.endsAt };
    },
    onChange: () => () => {}
  };
  const state = new SignInState({
    instance: 'lab',
    displayName: '',
    rucioUrl: 'https://rucio',
    authType,
    port,
    clock
  });
  return { clock, certificate, state };
}

describe('who is signed in', () => {
  it.each<[string, AuthType, number | null, string | null]>([
    ['a proxy of an hour and more', 'x509_proxy', HOUR + 1, null],
    ['a proxy of an hour', 'x509_proxy', HOUR, 'credential-ending'],
    ['a proxy that has just ended', 'x509_proxy', 0, 'credential-ended'],
    ['a certificate of 14 days and more', 'x509', 14 * DAY + 1, null],
    ['a certificate of 14 days', 'x509', 14 * DAY, 'credential-ending'],
    ['a certificate that has ended', 'x509', -DAY, 'credential-ended'],
    ['no certificate', 'userpass', null, null]
  ])('is told with the end of %s', async (_, authType, endsIn, code) => {
    const signIn = await make(authType, endsIn).state.read(signal);
    expect(signIn.signedIn).toBe(true);
    expect(signIn.credentialEndsAt).toBe(
      endsIn === null ? null : new Date(NOW + endsIn).toISOString()
    );
    expect(signIn.credentialProblem?.code ?? null).toBe(code);
  });

  it('is told what to do', async () => {
    const warning = async (authType: AuthType, endsIn: number) =>
      (await make(authType, endsIn).state.warning())?.message;
    expect(await warning('x509_proxy', 10 * MINUTE)).toBe(
      'Your proxy ends on 2026-11-22 00:10 UTC: make a new one with voms-proxy-init or grid-proxy-init.'
    );
    expect(await warning('x509', DAY)).toBe(
      'Your certificate ends on 2026-11-23 00:00 UTC: get a new one and put it in its place.'
    );
    expect(await warning('x509_proxy', -MINUTE)).toBe(
      "Your proxy ended on 2026-11-21 23:59 UTC; Rucio's token is good for a little longer: make a new one with voms-proxy-init or grid-proxy-init."
    );
  });
});

describe('a change of the warning', () => {
  function watch({ clock, state }: ReturnType<typeof make>) {
    const told: number[] = [];
    const end = new AbortController();
    const running = watchCredentials(
      new Instances(new Map([['lab', state]])),
      clock,
      () => told.push(clock.now() - NOW),
      end.signal
    );
    return {
      told,
      stop: async () => {
        end.abort();
        await running;
      }
    };
  }

  it('is told once: when the end is near, when it is there, and when there is a new one', async () => {
    const made = make('x509_proxy', 2 * HOUR);
    const { told, stop } = watch(made);
    await made.clock.advance(3 * HOUR);
    expect(told).toEqual([HOUR, 2 * HOUR]);
    made.certificate.endsAt = NOW + 20 * HOUR;
    await made.clock.advance(HOUR);
    expect(told).toEqual([HOUR, 2 * HOUR, 3 * HOUR + MINUTE]);
    await stop();
  });

  it('is not looked for where nothing ends', async () => {
    const made = make('userpass', null);
    const { stop } = watch(made);
    await made.clock.advance(HOUR);
    expect(made.certificate.looks).toBe(0);
    await stop();
  });
});
