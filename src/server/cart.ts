import { join } from 'node:path';
import { SqliteAcceptances } from '../adapters/state/acceptances.js';
import { PythonKernelSource } from '../adapters/state/kernel-source.js';
import { StateFiles } from '../adapters/state/state-files.js';
import { SYSTEM_CLOCK } from '../adapters/system-clock.js';
import { Acceptance } from '../cart/core/acceptance.js';
import { Handles } from '../cart/core/handles.js';
import { InjectionService } from '../cart/core/injection.js';
import type { ICartAvailability } from '../cart/core/ports.js';
import { PythonInjector } from '../cart/core/python-injector.js';
import { cartRoutes } from '../cart/server/routes.js';
import type { Slice } from './app.js';
import type { ILake } from './lake.js';

/** Acceptances and injection, with what they keep below the state folder. */
export function makeCart({ config, log }: ILake, availability: ICartAvailability): Slice {
  const { stateDir, kernelDir, rootDir } = config;
  const acceptance = new Acceptance(
    new SqliteAcceptances(join(stateDir, 'cart.sqlite'), () => SYSTEM_CLOCK.now()),
    rootDir
  );
  const files = new StateFiles(join(stateDir, 'kernels'));
  const handles = new Handles(availability, files, SYSTEM_CLOCK, log);
  const python = new PythonInjector(new PythonKernelSource(kernelDir));
  const injection = new InjectionService(
    acceptance,
    availability,
    handles,
    new Map([['python', python]])
  );
  handles.prune().catch((error: unknown) => {
    log.warning('old state files could not be removed', { problem: String(error) });
  });
  return cartRoutes(acceptance, injection);
}
