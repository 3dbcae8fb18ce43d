import type { Availability, AvailabilityAnswer, LocalFile } from '../../availability/contract.js';
import { DataLakeError } from '../../common/contract/problem.js';
import type { ICartAvailability, IHandle, IStateFiles } from '../core/ports.js';

export function availability(
  did: string,
  state: Availability['state'],
  more: Partial<Availability> = {}
): AvailabilityAnswer {
  const there = state === 'AVAILABLE' ? 2 : 0;
  return {
    did,
    availability: {
      did,
      type: 'DATASET',
      state,
      version: 1,
      rse: 'MOUNT',
      files: { total: 2, available: there, replicating: 2 - there, stuck: 0 },
      bytes: { total: 200, available: 100 * there },
      rule: null,
      endsSoon: false,
      paths: { checked: 0, total: 2, missing: 0, firstMissing: null },
      reason: null,
      etaSeconds: null,
      ...more
    }
  };
}

/** Two files of every DID, of which so many are there. */
function files(did: string, here: number): LocalFile[] {
  return [1, 2].map(number => ({
    scope: did.split(':')[0],
    name: `file${number}`,
    bytes: 100,
    adler32: null,
    path: `/m/file${number}`,
    pfn: `root://file${number}`,
    state: number <= here ? ('AVAILABLE' as const) : ('REPLICATING' as const)
  }));
}

/** What the lake says, set by hand. */
export class FakeAvailability implements ICartAvailability {
  readonly answers = new Map<string, AvailabilityAnswer>();
  readonly asked: string[][] = [];
  readonly announced: string[] = [];
  watched: readonly IHandle[] = [];
  listed = 0;
  /** Lists of files wait for this. */
  gate: Promise<void> = Promise.resolve();

  set(answer: AvailabilityAnswer): void {
    this.answers.set(answer.did, answer);
  }

  /** As if Rucio had moved on. */
  change(answer: AvailabilityAnswer): void {
    this.set(answer);
    this._listeners.forEach(tell => tell({ instance: 'lab', did: answer.did }));
  }

  async query(instance: string, dids: readonly string[]): Promise<AvailabilityAnswer[]> {
    this.asked.push([instance, ...dids]);
    if (instance !== 'lab') {
      throw new DataLakeError('not-found', `There is no instance named ${instance}.`);
    }
    return dids.map(did => this.answers.get(did) ?? availability(did, 'NOT_AVAILABLE'));
  }

  async *files(_instance: string, did: string): AsyncGenerator<readonly LocalFile[]> {
    this.listed += 1;
    await this.gate;
    const answer = this.answers.get(did);
    const here = answer && 'availability' in answer ? answer.availability.files.available : 0;
    yield files(did, here);
  }

  watch(handles: readonly IHandle[]): void {
    this.watched = handles;
  }

  onChange(listener: (handle: IHandle) => void): void {
    this._listeners.push(listener);
  }

  announce({ did }: IHandle): void {
    this.announced.push(did);
  }

  private readonly _listeners: ((handle: IHandle) => void)[] = [];
}

/** State files that are no files. */
export class FakeStateFiles implements IStateFiles {
  readonly states = new Map<string, unknown>();
  readonly lists = new Map<string, string>();
  pruned: number | null = null;

  pathOf(digest: string): string {
    return `/state/${digest}.json`;
  }

  async read(digest: string): Promise<unknown> {
    return this.states.get(digest) ?? null;
  }

  async write(digest: string, state: object): Promise<void> {
    this.states.set(digest, JSON.parse(JSON.stringify(state)));
  }

  async writeList(digest: string, lines: AsyncIterable<string>) {
    let text = '';
    for await (const part of lines) {
      text += part;
    }
    this.lists.set(digest, text);
    return { path: `/state/${digest}.ndjson`, stamp: text };
  }

  async prune(olderThanMilliseconds: number): Promise<void> {
    this.pruned = olderThanMilliseconds;
  }
}
