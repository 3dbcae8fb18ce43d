import { Hono } from 'hono';
import { DataLakeError } from '../../common/contract/problem.js';
import { Instances } from '../../common/core/instances.js';
import { NO_LOG } from '../../common/core/log.js';
import { EventHub } from '../../common/server/event-hub.js';
import { answerErrors } from '../../common/server/route.js';
import { getSession, signInAgain } from '../contract.js';
import type { ISignIn } from '../core/ports.js';
import { SignInState } from '../core/sign-in.js';
import { announceSignIns, sessionRoutes } from '../server/routes.js';

/** A sign-in that can be switched. */
class Switched implements ISignIn {
  works = true;
  renewals = 0;

  async who() {
    if (!this.works) {
      throw new DataLakeError('sign-in-refused', 'Rucio refuses alice.', { detail: 'theirs' });
    }
    return {
      authType: 'userpass',
      account: 'alice',
      identity: 'alice-user',
      expiresAt: Date.UTC(2026, 10, 21),
      source: '/etc/rucio.cfg'
    } as const;
  }

  renew() {
    this.renewals++;
    return this.who();
  }

  async credential() {
    return null;
  }

  onChange(listener: () => void): () => void {
    this.tell = listener;
    return () => {};
  }

  tell = () => {};
}

function make() {
  const one = new Switched();
  const two = new Switched();
  const ports = new Instances<ISignIn>(
    new Map([
      ['one', one],
      ['two', two]
    ])
  );
  const app = new Hono();
  answerErrors(app, NO_LOG);
  sessionRoutes(app, {
    version: '1.2.3',
    signIns: ports.map(
      (port, instance) =>
        new SignInState({
          instance,
          displayName: instance === 'one' ? 'The lake' : '',
          rucioUrl: 'http://rucio',
          authType: 'userpass',
          port,
          clock: { now: () => 0 }
        })
    ),
    configurationProblems: [{ name: 'c.DataLake.x', message: 'Wrong.' }]
  });
  const session = async () =>
    getSession.answer.parse(await (await app.request('/api/session')).json());
  const renew = async (body: object) =>
    app.request('/api/session/renew', { method: 'POST', body: JSON.stringify(body) });
  return { one, two, ports, session, renew };
}

it('says who is signed in where, and what is wrong with the configuration', async () => {
  const { two, session } = make();
  two.works = false;
  expect(await session()).toEqual({
    version: '1.2.3',
    signIns: [
      {
        instance: 'one',
        displayName: 'The lake',
        rucioUrl: 'http://rucio',
        authType: 'userpass',
        account: 'alice',
        identity: 'alice-user',
        signedIn: true,
        expiresAt: '2026-11-21T00:00:00.000Z',
        source: '/etc/rucio.cfg',
        credentialEndsAt: null,
        credentialProblem: null,
        problem: null
      },
      {
        instance: 'two',
        displayName: 'two',
        rucioUrl: 'http://rucio',
        authType: 'userpass',
        account: null,
        identity: null,
        signedIn: false,
        expiresAt: null,
        source: null,
        credentialEndsAt: null,
        credentialProblem: null,
        problem: { code: 'sign-in-refused', message: 'Rucio refuses alice.', detail: 'theirs' }
      }
    ],
    configurationProblems: [{ name: 'c.DataLake.x', message: 'Wrong.' }]
  });
});

it('signs in again at the one that is named, else at the first', async () => {
  const { one, two, renew } = make();
  expect(signInAgain.answer.parse(await (await renew({})).json()).instance).toBe('one');
  expect([one.renewals, two.renewals]).toEqual([1, 0]);
  expect((await renew({ instance: 'two' })).status).toBe(200);
  expect([one.renewals, two.renewals]).toEqual([1, 1]);
  expect((await renew({ instance: 'three' })).status).toBe(404);
});

it('answers what fails in signing in again as the state that it is', async () => {
  const { one, renew } = make();
  one.works = false;
  const answer = signInAgain.answer.parse(await (await renew({})).json());
  expect(answer).toMatchObject({ signedIn: false, problem: { code: 'sign-in-refused' } });
});

it('tells all windows when a sign-in changes', () => {
  const { one, two, ports } = make();
  const hub = new EventHub();
  const keys: string[] = [];
  hub.subscribe(({ key }) => keys.push(key));
  announceSignIns(ports, hub);
  one.tell();
  two.tell();
  expect(keys).toEqual(['session', 'session']);
});
