import type { IClock } from '../../common/core/clock.js';
import { MOUNT_LAG_MS, type AvailabilityAnswer } from '../contract.js';

/** What waiting needs of the service. */
export interface IWatched {
  query(dids: readonly string[], signal: AbortSignal): Promise<AvailabilityAnswer[]>;
  hold(did: string): () => void;
  onChange(listener: (did: string) => void): () => void;
}

const LOOK_MS = 1000;

/** Nothing more is going to happen by itself. */
function settled(answer: AvailabilityAnswer): boolean {
  return (
    'availability' in answer &&
    !['REPLICATING', 'INJECT', 'WAITING_APPROVAL', 'PATH_MISSING'].includes(
      answer.availability.state
    )
  );
}

/**
 * Waits until none of these DIDs is on its way any more, or the time is over, showing each look. Resolves
 * to the last answers; a DID that cannot be asked about is waited for like one on its way.
 */
export async function settle(
  service: IWatched,
  dids: readonly string[],
  clock: IClock,
  options: {
    timeoutMs: number | null;
    signal: AbortSignal;
    show(answers: readonly AvailabilityAnswer[]): void;
  }
): Promise<readonly AvailabilityAnswer[]> {
  const { timeoutMs, signal, show } = options;
  const started = clock.now();
  let missingSince: number | null = null;
  let wake = () => {};
  const releases = dids.map(did => service.hold(did));
  const stop = service.onChange(did => dids.includes(did) && wake());
  try {
    for (;;) {
      const answers = await service.query(dids, signal);
      show(answers);
      const open = answers.filter(answer => !settled(answer));
      const onlyMissing = open.every(
        answer => 'availability' in answer && answer.availability.state === 'PATH_MISSING'
      );
      missingSince = onlyMissing ? (missingSince ?? clock.now()) : null;
      const now = clock.now();
      if (
        open.length === 0 ||
        (missingSince !== null && now - missingSince >= MOUNT_LAG_MS) ||
        (timeoutMs !== null && now - started >= timeoutMs)
      ) {
        return answers;
      }
      const changed = new AbortController();
      wake = () => changed.abort();
      await clock
        .sleep(LOOK_MS, AbortSignal.any([changed.signal, signal]))
        .catch(() => signal.throwIfAborted());
    }
  } finally {
    stop();
    releases.forEach(release => release());
  }
}
