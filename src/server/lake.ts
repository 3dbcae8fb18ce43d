import { RucioAccount } from '../adapters/rucio/account.js';
import { credentialSource } from '../adapters/rucio/credentials.js';
import { RucioHttp, type IObserved } from '../adapters/rucio/http.js';
import { resolveClient, type IRucioClientSettings } from '../adapters/rucio/rucio-cfg.js';
import { RucioSession } from '../adapters/rucio/session.js';
import { SYSTEM_CLOCK } from '../adapters/system-clock.js';
import { DataLakeError } from '../common/contract/problem.js';
import type { IClock } from '../common/core/clock.js';
import { Instances } from '../common/core/instances.js';
import type { ILog } from '../common/core/log.js';
import { EventHub } from '../common/server/event-hub.js';
import { Windows } from '../common/server/windows.js';
import { trust } from './certificates.js';
import type { Config, InstanceConfig } from './config.js';
import { Figures } from './figures.js';

/** What one configured instance is made of, before any slice. */
export interface IInstance {
  config: InstanceConfig;
  client: IRucioClientSettings;
  session: RucioSession;
  http: RucioHttp;
  account: RucioAccount;
}

/** What the server and the command line are both made of. Nothing in it has asked the network yet. */
export interface ILake {
  config: Config;
  log: ILog;
  hub: EventHub;
  windows: Windows;
  figures: Figures;
  instances: Instances<IInstance>;
  /** Configuration problems, the bridge's and those met here. */
  problems: { name: string; message: string }[];
}

/**
 * Puts the lake together from its configuration; what is wrong in it is collected, not thrown. The
 * clock is that of the conversation with Rucio.
 */
export function makeLake(config: Config, log: ILog, clock: IClock = SYSTEM_CLOCK): ILake {
  const figures = new Figures();
  const problems = [...config.problems];
  const instances = new Map<string, IInstance>();
  for (const instance of config.instances) {
    try {
      instances.set(instance.name, makeInstance(instance, config, clock, observer(log, figures)));
    } catch (error) {
      if (!(error instanceof DataLakeError)) {
        throw error;
      }
      // The bridge has said by option why there is nothing to read.
      if (instance.rucioCfg !== '' || instance.rucioUrl !== '' || config.problems.length === 0) {
        problems.push({ name: instance.name, message: error.message });
      }
    }
  }
  return {
    config,
    log,
    hub: new EventHub(log),
    windows: new Windows(),
    figures,
    instances: new Instances(instances),
    problems
  };
}

/** Each request to Rucio is counted, and told where the log is detailed; its path names DIDs, no secret. */
function observer(log: ILog, figures: Figures): (observed: IObserved) => void {
  return ({ method, path, outcome, milliseconds }) => {
    figures.rucio(outcome, milliseconds / 1000);
    log.debug('Rucio was asked', { method, path, outcome, milliseconds });
  };
}

function makeInstance(
  config: InstanceConfig,
  { requestDeadlineSeconds }: Config,
  clock: IClock,
  observe: (observed: IObserved) => void
): IInstance {
  const client = resolveClient(config, process.env);
  if (client.caCert !== '') {
    trust(client.caCert);
  }
  const deadlineMs = requestDeadlineSeconds * 1000;
  const session = new RucioSession(
    client.authUrl,
    credentialSource(client, clock),
    clock,
    deadlineMs
  );
  const http = new RucioHttp({
    rucioUrl: client.rucioUrl,
    session,
    clock,
    deadlineMs,
    observe
  });
  return { config, client, session, http, account: new RucioAccount(http, session) };
}
