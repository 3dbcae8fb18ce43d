import type { Hono } from 'hono';
import { SESSION_KEY } from '../../common/contract/events.js';
import type { Instances } from '../../common/core/instances.js';
import type { EventHub } from '../../common/server/event-hub.js';
import { route } from '../../common/server/route.js';
import { getSession, signInAgain, type ConfigurationProblem } from '../contract.js';
import type { ISignIn } from '../core/ports.js';
import type { SignInState } from '../core/sign-in.js';

export interface ISessionRoutes {
  version: string;
  signIns: Instances<SignInState>;
  configurationProblems: readonly ConfigurationProblem[];
}

/** Mounts who is signed in, and signing in again. */
export function sessionRoutes(app: Hono, options: ISessionRoutes): void {
  const { version, signIns, configurationProblems } = options;
  route(app, getSession, async (_, signal) => ({
    version,
    signIns: await Promise.all([...signIns].map(([, signIn]) => signIn.read(signal))),
    configurationProblems: [...configurationProblems]
  }));
  route(app, signInAgain, ({ instance }, signal) => signIns.get(instance).renew(signal));
}

/** Tells all windows when who is signed in changes. */
export function announceSignIns(ports: Instances<ISignIn>, hub: EventHub): void {
  for (const [, port] of ports) {
    port.onChange(() => hub.publish(SESSION_KEY));
  }
}
