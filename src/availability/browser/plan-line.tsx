import type * as z from 'zod';
import { exactBytes, formatBytes } from '../../common/browser/bytes.js';
import { formatCount } from '../../common/browser/counts.js';
import { formatDuration } from '../../common/browser/time.js';
import { useTrans } from '../../common/browser/trans.js';
import type { planAvailability } from '../contract.js';

export type Plan = z.output<typeof planAvailability.answer>;

interface IPlanLineProps {
  plan: Plan;
}

/** Size, room and expected time, before anything is asked for. */
export function PlanLine({ plan }: IPlanLineProps) {
  const trans = useTrans();
  const { limitBytes, remainingBytes } = plan.quota;
  const files = formatCount(plan.missingFiles);
  return (
    <p className="jp-DataLakePlan" role="status">
      <span title={exactBytes(plan.missingBytes)}>
        {trans._n(
          '%2 in %3 file',
          '%2 in %3 files',
          plan.missingFiles,
          formatBytes(plan.missingBytes),
          files
        )}
      </span>
      <span>
        {limitBytes === null || remainingBytes === null
          ? trans.__('no quota limit on %1', plan.rse)
          : trans.__(
              '%1 of %2 quota left',
              formatBytes(Math.max(0, remainingBytes)),
              formatBytes(limitBytes)
            )}
      </span>
      {plan.expectedSeconds !== null && (
        <span>{trans.__('about %1', formatDuration(plan.expectedSeconds))}</span>
      )}
    </p>
  );
}

/** Why it does not fit, with the numbers and what can be done. Only for a plan that does not fit. */
export function QuotaRefusal({ plan }: IPlanLineProps) {
  const trans = useTrans();
  const { limitBytes, remainingBytes } = plan.quota;
  return (
    <p className="jp-DataLakeMake-refusal" role="alert">
      {trans.__(
        'This needs %1, and %2 of your quota of %3 on %4 is left. Give up rules that you no longer need, choose less, or ask for more quota.',
        formatBytes(plan.missingBytes),
        formatBytes(Math.max(0, remainingBytes ?? 0)),
        formatBytes(limitBytes ?? 0),
        plan.rse
      )}
    </p>
  );
}
