import { DataLakeError } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import type { ILog } from '../../common/core/log.js';
import type {
  Availability,
  AvailabilityAnswer,
  LocalFile,
  MakeResult,
  MountHealth,
  Rule
} from '../contract.js';
import { Abilities } from './abilities.js';
import { Availabilities } from './availabilities.js';
import { ASK_NOW } from './ages.js';
import { LakeFacts } from './lake-facts.js';
import { LocalFiles } from './local-files.js';
import { MountHealths } from './mount-health.js';
import { MountedStore, type IMountSettings } from './mounted-store.js';
import { Pace } from './pace.js';
import { PathCheck } from './path-check.js';
import type { IMountProber, IRucio } from './ports.js';
import { Requests, type IRequestSettings, type Plan } from './requests.js';
import { Watcher } from './watcher.js';

export interface IAvailabilityOptions {
  instance: string;
  rucio: IRucio;
  mounts: readonly { settings: IMountSettings; prober: IMountProber }[];
  settings: Omit<IRequestSettings, 'rses'>;
  clock: IClock;
  log: ILog;
  /** This DID's availability has a new version. */
  changed: (did: string, version: number) => void;
  /** A mount's health is another one. */
  mountsChanged: () => void;
}

/** Two questions about the same DID within this time get one answer. */
const FRESH_MS = 1500;
const TRIES = 3;

/** Everything about what is, and what comes, on the mounted RSEs of one instance. */
export class AvailabilityService {
  constructor(private readonly _options: IAvailabilityOptions) {
    const { rucio, mounts, clock, log, settings } = _options;
    const stores = mounts.map(
      ({ settings: mount, prober }) =>
        new MountedStore(mount, prober, rucio.rses, rucio.replicas, clock)
    );
    const rses = stores.map(({ rse }) => rse);
    const pace = new Pace(clock);
    this._facts = new LakeFacts(rucio, rses, clock);
    const paths = new PathCheck(rucio.contents, clock, did => this._availabilities.doubt(did));
    this._availabilities = new Availabilities({
      facts: this._facts,
      stores,
      paths,
      accounts: rucio.accounts,
      clock,
      pace,
      changed: (did, version) => this._changed(did, version)
    });
    this._watcher = new Watcher({
      availabilities: this._availabilities,
      facts: this._facts,
      rules: rucio.rules,
      clock,
      log
    });
    this._files = new LocalFiles({
      contents: rucio.contents,
      replicas: rucio.replicas,
      paths,
      stores,
      clock,
      arrived: did => this._changed(did, this._availabilities.touch(did))
    });
    this._requests = new Requests({
      rucio,
      facts: this._facts,
      abilities: this._abilities,
      pace,
      settings: { ...settings, rses },
      query: (dids, signal) => this.query(dids, signal),
      touched: dids => this._touched(dids)
    });
    this.mounts = new MountHealths(_options.instance, stores, clock, () =>
      _options.mountsChanged()
    );
  }

  readonly mounts: MountHealths;

  /** In the order asked; from memory where it is fresh, else from Rucio, together. */
  async query(dids: readonly string[], signal: AbortSignal): Promise<AvailabilityAnswer[]> {
    for (let tried = 0; tried < TRIES && dids.some(did => !this._fresh(did)); tried++) {
      const ask = dids.filter(did => !this._fresh(did));
      const asking = this._availabilities.refresh(ask, ASK_NOW, new AbortController().signal);
      await abortable(asking, signal);
      // What was asked before somebody changed it is asked again.
      if (!ask.some(did => this._availabilities.doubts(did))) {
        break;
      }
    }
    const account = dids.length === 0 ? '' : await this._account(signal);
    return dids.map(did => this._answer(did, account));
  }

  plan(
    dids: readonly string[],
    rseExpression: string | undefined,
    signal: AbortSignal
  ): Promise<Plan> {
    return this._requests.plan(dids, rseExpression, signal);
  }

  make(
    dids: readonly string[],
    options: { lifetimeSeconds?: number | undefined; rseExpression?: string | undefined },
    signal: AbortSignal
  ): Promise<MakeResult[]> {
    return this._requests.make(dids, options, signal);
  }

  retry(ruleId: string, signal: AbortSignal): Promise<Rule | null> {
    return this._requests.change('retry', ruleId, undefined, signal);
  }

  extend(ruleId: string, lifetimeSeconds: number, signal: AbortSignal): Promise<Rule | null> {
    return this._requests.change('extend', ruleId, lifetimeSeconds, signal);
  }

  cancel(ruleId: string, signal: AbortSignal): Promise<Rule | null> {
    return this._requests.change('cancel', ruleId, undefined, signal);
  }

  rules(
    did: string | undefined,
    signal: AbortSignal
  ): AsyncGenerator<Rule[], { count: number }, void> {
    return this._requests.list(did, signal);
  }

  /** The files of a DID with their places on the mount, and whether they are there. */
  async *files(
    did: string,
    signal: AbortSignal
  ): AsyncGenerator<LocalFile[], { count: number }, void> {
    const [answer] = await this.query([did], signal);
    if ('problem' in answer) {
      const { code, message, detail, retryAfterSeconds } = answer.problem;
      throw new DataLakeError(code, message, { detail, retryAfterSeconds });
    }
    let count = 0;
    for await (const batch of this._files.list(answer.availability, signal)) {
      count += batch.length;
      yield batch;
    }
    return { count };
  }

  /** What windows show now: it is kept fresh. */
  show(dids: ReadonlySet<string>): void {
    this._watcher.show(dids);
  }

  /** Keeps a DID fresh though no window shows it, until the function that is returned is called. */
  hold(did: string): () => void {
    return this._watcher.hold(did);
  }

  /** How many DIDs that somebody waits for are on their way. */
  get underWay(): number {
    return this._watcher.underWay;
  }

  /** Tells of each change. Returns the function that ends it. */
  onChange(listener: (did: string) => void): () => void {
    this._listeners.add(listener);
    return () => this._listeners.delete(listener);
  }

  healthOfMounts(): Promise<MountHealth[]> {
    return this.mounts.look();
  }

  /** Ends all that runs by itself. */
  stop(): void {
    this._watcher.stop();
  }

  private _fresh(did: string): boolean {
    const entry = this._availabilities.entry(did);
    const age = this._options.clock.now() - (entry?.at ?? -Infinity);
    return age <= (this._watcher.watches(did) ? this._watcher.freshForMs : FRESH_MS);
  }

  private _answer(did: string, account: string): AvailabilityAnswer {
    const answer = this._availabilities.entry(did)?.answer;
    if (answer === undefined) {
      throw new DataLakeError('internal', `Nothing was found out about ${did}.`);
    }
    return 'problem' in answer ? answer : { did, availability: this._able(answer, account) };
  }

  private _able({ availability }: { availability: Availability }, account: string): Availability {
    return availability.rule === null
      ? availability
      : { ...availability, rule: this._requests.wire(availability.rule, account) };
  }

  /** '' where it cannot be asked: then every answer is a problem anyway. */
  private async _account(signal: AbortSignal): Promise<string> {
    return this._options.rucio.accounts.name(signal).catch(() => '');
  }

  private _touched(dids: readonly string[]): void {
    for (const did of dids) {
      this._facts.forget(did);
      this._availabilities.doubt(did);
      this._changed(did, this._availabilities.touch(did));
    }
    this._watcher.hurry();
  }

  private _changed(did: string, version: number): void {
    this._watcher.notice(did);
    this._options.changed(did, version);
    for (const listener of [...this._listeners]) {
      listener(did);
    }
  }

  private readonly _facts: LakeFacts;
  private readonly _availabilities: Availabilities;
  private readonly _watcher: Watcher;
  private readonly _files: LocalFiles;
  private readonly _requests: Requests;
  private readonly _abilities = new Abilities();
  private readonly _listeners = new Set<(did: string) => void>();
}

/** Who asked may go; the question goes on for the others. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let leave = () => {};
  const left = new Promise<never>((_, reject) => {
    leave = () => reject(new DataLakeError('cancelled', 'Cancelled.'));
    signal.addEventListener('abort', leave);
  });
  try {
    return await Promise.race([work, left]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
