import { RucioSignIn } from '../adapters/rucio/sign-in.js';
import { SYSTEM_CLOCK } from '../adapters/system-clock.js';
import type { Instances } from '../common/core/instances.js';
import { AuthType } from '../token-renewal/contract.js';
import type { ISignIn } from '../token-renewal/core/ports.js';
import { SignInState } from '../token-renewal/core/sign-in.js';
import type { ILake } from './lake.js';

/** The sign-in at each instance. */
export function makeSignIns({ instances }: ILake): {
  ports: Instances<ISignIn>;
  states: Instances<SignInState>;
} {
  const ports = instances.map(({ session, account }) => new RucioSignIn(session, account));
  const states = instances.map(
    ({ config, client }, name) =>
      new SignInState({
        instance: name,
        displayName: config.displayName,
        rucioUrl: client.rucioUrl,
        authType: AuthType.safeParse(client.authType).data ?? null,
        port: ports.get(name),
        clock: SYSTEM_CLOCK
      })
  );
  return { ports, states };
}
