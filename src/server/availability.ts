import { fileURLToPath } from 'node:url';
import { MountProber } from '../adapters/mount/prober.js';
import { RucioContents } from '../adapters/rucio/did-contents.js';
import { RucioAccounts } from '../adapters/rucio/quotas.js';
import { RucioReplicas } from '../adapters/rucio/replicas.js';
import { RucioRses } from '../adapters/rucio/rses.js';
import { RucioRules } from '../adapters/rucio/rules.js';
import { SYSTEM_CLOCK } from '../adapters/system-clock.js';
import type { IRucio } from '../availability/core/ports.js';
import { AvailabilityService } from '../availability/core/service.js';
import type { ICartAvailability, IHandle } from '../cart/core/ports.js';
import { DidText } from '../common/contract/did.js';
import { availabilityKey, MOUNTS_KEY, parseAvailabilityKey } from '../common/contract/events.js';
import type { Instances } from '../common/core/instances.js';
import type { InstanceConfig } from './config.js';
import type { IInstance, ILake } from './lake.js';

const DAY_S = 86_400;

/** What the availability slice asks one instance of Rucio. */
export function makeRucio({ http, account }: Pick<IInstance, 'http' | 'account'>): IRucio {
  return {
    contents: new RucioContents(http),
    rules: new RucioRules(http, account),
    replicas: new RucioReplicas(http),
    rses: new RucioRses(http),
    accounts: new RucioAccounts(http, account)
  };
}

export interface IAvailabilities {
  services: Instances<AvailabilityService>;
  /** Ends what runs by itself: watchers and the processes that look at mounts. */
  stop(): void;
}

/** The availability service of each instance, told what windows show, telling the hub what changes. */
export function makeAvailabilities(
  lake: ILake,
  /** What looks at mounts; bundled beside us. */
  program = fileURLToPath(new URL('./mount-prober.mjs', import.meta.url))
): IAvailabilities {
  const { hub, windows, instances, log } = lake;
  const probers: MountProber[] = [];
  const services = instances.map((instance, name) => {
    const { config } = instance;
    return new AvailabilityService({
      instance: name,
      rucio: makeRucio(instance),
      mounts: config.mounts.map(settings => {
        const prober = new MountProber({ path: settings.path, program, clock: SYSTEM_CLOCK });
        probers.push(prober);
        return { settings, prober };
      }),
      settings: {
        rseExpressions: config.rseExpressions,
        lifetime: lifetimeOf(config)
      },
      clock: SYSTEM_CLOCK,
      log,
      changed: (did, version) => hub.publish(availabilityKey(name, did), version),
      mountsChanged: () => hub.publish(MOUNTS_KEY)
    });
  });
  windows.onChange(watched => {
    const shown = new Map<string, Set<string>>();
    for (const key of watched) {
      const handle = parseAvailabilityKey(key);
      if (handle !== null && DidText.safeParse(handle.did).success) {
        shown.set(handle.instance, (shown.get(handle.instance) ?? new Set()).add(handle.did));
      }
    }
    for (const [name, service] of services) {
      service.show(shown.get(name) ?? new Set());
    }
  });
  lake.figures.underWay.push(() =>
    [...services].reduce((sum, [, { underWay }]) => sum + underWay, 0)
  );
  return {
    services,
    stop: () => {
      [...services].forEach(([, service]) => service.stop());
      probers.forEach(prober => prober.dispose());
    }
  };
}

function lifetimeOf({ ruleLifetimeDays }: InstanceConfig) {
  const seconds = (days: number | null | undefined) => (days == null ? null : days * DAY_S);
  return {
    defaultSeconds: ruleLifetimeDays.default * DAY_S,
    minSeconds: seconds(ruleLifetimeDays.min),
    maxSeconds: seconds(ruleLifetimeDays.max)
  };
}

/** What the cart needs of availability. */
export function cartAvailability(
  { hub }: Pick<ILake, 'hub'>,
  services: Instances<AvailabilityService>
): ICartAvailability {
  let holds = new Map<string, () => void>();
  return {
    query: (instance, dids) => services.get(instance).query(dids, new AbortController().signal),
    files: (instance, did) => services.get(instance).files(did, new AbortController().signal),
    watch: handles => {
      const next = new Map<string, () => void>();
      for (const { instance, did } of handles) {
        if (!services.names.includes(instance)) {
          continue;
        }
        const key = availabilityKey(instance, did);
        next.set(key, holds.get(key) ?? next.get(key) ?? services.get(instance).hold(did));
        holds.delete(key);
      }
      holds.forEach(release => release());
      holds = next;
    },
    onChange: listener => {
      for (const [instance, service] of services) {
        service.onChange(did => listener({ instance, did }));
      }
    },
    announce: ({ instance, did }: IHandle) => hub.publish(availabilityKey(instance, did))
  };
}
