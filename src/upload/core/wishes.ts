import { ENDED, type Wish } from '../contract.js';
import type { IJobRecord, IUploadStore } from './ports.js';

/** What the job becomes by a wish, on disk; `stop`: what runs of it has to end first. null: nothing changes. */
export interface IGranted {
  stop: boolean;
  then(store: IUploadStore): void;
}

/** What a wish means for a job as it stands. Removing is not among them: it is no state. */
export function grant(job: IJobRecord, want: Exclude<Wish, 'remove'>): IGranted | null {
  const { id, state, planned } = job;
  const ended = ENDED.has(state);
  switch (want) {
    case 'pause':
      return ended || state === 'paused' || state === 'cancelling'
        ? null
        : { stop: true, then: store => store.change(id, { state: 'paused', problem: null }) };
    case 'resume':
      return state !== 'paused'
        ? null
        : {
            stop: false,
            then: store => store.change(id, { state: planned ? 'running' : 'planning' })
          };
    case 'cancel':
      return ended || state === 'cancelling'
        ? null
        : { stop: true, then: store => store.change(id, { state: 'cancelling', problem: null }) };
    case 'retry':
      return state !== 'failed' && state !== 'partly'
        ? null
        : { stop: false, then: store => again(store, id) };
  }
}

/** It is planned again: of all files where nothing is done or begun, else of those that failed. */
function again(store: IUploadStore, id: string): void {
  const failed = store.files(id, { states: ['failed'] });
  if (failed.length === store.tally(id).files.total && !failed.some(({ left }) => left)) {
    store.forgetFiles(id);
  }
  store.change(id, { state: 'planning', planned: false, problem: null, endedAt: null });
}
