import type { IClock } from '../../common/core/clock.js';
import type { Job, UploadFile, UploadPlan } from '../contract.js';
import { shownPath, shownProblem } from './planning.js';
import type { IFileRecord, IJobRecord, IUploadStore } from './ports.js';
import { Rate } from './rates.js';

/** Jobs as people see them, with the rate that was seen since they are looked at. */
export class JobViews {
  constructor(
    private readonly _store: IUploadStore,
    private readonly _clock: IClock
  ) {}

  view(record: IJobRecord): Job {
    const { id, instance, title, state, way, plan, problem, createdAt, endedAt } = record;
    const { files, bytes } = this._store.tally(id);
    // From scratch space it is the lake that brings it there.
    const rse = way === 'scratch' ? plan.rseExpression : record.rse;
    const perSecond = this._rate(record, bytes.sent);
    return {
      ...{ id, instance, title, state, way, rse, files, bytes },
      problem: shownProblem(problem, record.root),
      dataset: plan.dataset,
      bytesPerSecond: perSecond,
      etaSeconds: perSecond === null ? null : Math.ceil((bytes.total - bytes.sent) / perSecond),
      createdAt: new Date(createdAt).toISOString(),
      endedAt: endedAt === null ? null : new Date(endedAt).toISOString()
    };
  }

  private _rate({ id, state, way }: IJobRecord, sent: number): number | null {
    if (state !== 'running' || way === 'scratch') {
      this._rates.delete(id);
      return null;
    }
    const rate = this._rates.get(id) ?? new Rate();
    this._rates.set(id, rate);
    const now = this._clock.elapsed();
    rate.seen(now, sent);
    return rate.perSecond(now);
  }

  private readonly _rates = new Map<string, Rate>();
}

export function fileView(
  { nr, source, did, state, sent, adler32, pfn, problem }: IFileRecord,
  root: string | null
): UploadFile {
  return {
    ...{ nr, did, state, sent, adler32, pfn },
    problem: shownProblem(problem, root),
    path: shownPath(source.path, root),
    bytes: source.bytes
  };
}

/** "plots/ and 2 more → user.alice:plots". */
export function titleOf({ sources, dataset, scope, prefix }: UploadPlan): string {
  const [first, ...others] = sources;
  const name = first.replace(/\/+$/, '').split('/').at(-1) ?? first;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `${name}${more} → ${dataset ?? `${scope}:${prefix}`}`;
}
