import type { IFault } from '../../../../lab/iam/dials.ts';
import { LIFE_SECONDS, scene } from './stage.ts';

/** What the identity provider answers to everything, and what people are told. */
const ANSWERS: [string, IFault, string][] = [
  ['503', { status: 503 }, 'issuer-failed'],
  ['429 with Retry-After', { status: 429, retryAfterSeconds: 5 }, 'issuer-failed'],
  ['HTML', { status: 502, body: '<html>gateway</html>' }, 'issuer-failed'],
  ['garbage', { status: 200, body: '}garbage{' }, 'issuer-failed'],
  ['half a body', { cut: 'half' }, 'issuer-'],
  ['no answer', { cut: 'before' }, 'issuer-unreachable'],
  ['an answer, too slowly', { delaySeconds: 100 }, 'issuer-unreachable']
];

for (const [what, fault, code] of ANSWERS) {
  scene(`an identity provider that answers ${what}`, async stage => {
    // Of one that replaces refresh tokens, a lost answer may cost the sign-in: see killed.spec.ts.
    await stage.iam.control.turn({ rotate: fault.cut !== 'half' });
    const server = await stage.signedIn();
    await stage.iam.control.breakWith(fault);
    const before = await stage.requests();
    await stage.untilFailing(server, code);
    const files = server.bothFiles;
    await stage.until(server, 'expired');
    expect(server.bothFiles === files).toBe(true);
    expect((await stage.requests()) - before).toBeLessThan(4 * LIFE_SECONDS);
    await stage.iam.control.heal();
    await stage.until(server, 'valid');
    expect(await server.status()).toMatchObject({ signedIn: true });
  });
}
