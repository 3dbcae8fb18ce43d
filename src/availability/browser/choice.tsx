import { useId } from 'react';
import { formatDuration } from '../../common/browser/time.js';
import { useTrans } from '../../common/browser/trans.js';
import type { Plan } from './plan-line.js';

export const DAY_SECONDS = 86_400;

/** What a person chose; undefined is the site's default. */
export interface IChoice {
  days: number | undefined;
  rseExpression: string | undefined;
}

/** The bounds in whole days: a bound that is no whole day is rounded into the bounds. */
export function dayBounds({ minSeconds, maxSeconds }: Plan['lifetime']) {
  return {
    least: Math.max(1, Math.ceil((minSeconds ?? 0) / DAY_SECONDS)),
    most: maxSeconds === null ? undefined : Math.max(1, Math.floor(maxSeconds / DAY_SECONDS))
  };
}

/** The nearest to what was wished that the site allows. */
export function allowedDays(wished: number, lifetime: Plan['lifetime']): number {
  const { least, most } = dayBounds(lifetime);
  return Math.min(Math.max(Math.round(wished), least), most ?? Infinity);
}

interface IChoiceFieldsProps {
  plan: Plan;
  choice: IChoice;
  onChange: (choice: IChoice) => void;
}

/** How long it is kept and where it goes, folded: the defaults do for most. */
export function ChoiceFields({ plan, choice, onChange }: IChoiceFieldsProps) {
  const trans = useTrans();
  const id = useId();
  const { least, most } = dayBounds(plan.lifetime);
  const days = choice.days ?? plan.lifetime.defaultSeconds / DAY_SECONDS;
  const expression = choice.rseExpression ?? plan.rseExpressions[0] ?? plan.rse;
  const fixed = most !== undefined && most <= least;
  return (
    <details className="jp-DataLakeChoice">
      <summary>
        {trans.__('Kept for %1 on %2', formatDuration(days * DAY_SECONDS), expression)}
      </summary>
      <div className="jp-DataLakeChoice-field">
        <label htmlFor={`${id}-days`}>{trans.__('Keep for (days)')}</label>
        <input
          id={`${id}-days`}
          className="jp-DataLakeChoice-input"
          type="number"
          min={least}
          max={most}
          step={1}
          disabled={fixed}
          value={Number(days.toFixed(2))}
          onChange={({ target }) =>
            onChange({
              ...choice,
              days: Number.isNaN(target.valueAsNumber) ? undefined : target.valueAsNumber
            })
          }
          onBlur={() => {
            if (choice.days !== undefined) {
              onChange({ ...choice, days: allowedDays(choice.days, plan.lifetime) });
            }
          }}
          aria-describedby={`${id}-bounds`}
        />
        <span id={`${id}-bounds`} className="jp-DataLakeChoice-hint">
          {fixed
            ? trans.__('This site sets it.')
            : most === undefined
              ? trans._n('at least %1 day', 'at least %1 days', least)
              : trans.__('%1 to %2 days', least, most)}
        </span>
      </div>
      {plan.rseExpressions.length > 1 && (
        <div className="jp-DataLakeChoice-field">
          <label htmlFor={`${id}-rse`}>{trans.__('RSE expression')}</label>
          <select
            id={`${id}-rse`}
            className="jp-DataLakeChoice-input"
            value={expression}
            onChange={({ target }) => onChange({ ...choice, rseExpression: target.value })}
          >
            {plan.rseExpressions.map(text => (
              <option key={text} value={text}>
                {text}
              </option>
            ))}
          </select>
        </div>
      )}
    </details>
  );
}
