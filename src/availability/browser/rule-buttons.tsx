import { useMutation } from '@tanstack/react-query';
import { useId } from 'react';
import { problemOf, ProblemView } from '../../common/browser/problem-view.js';
import { useTrans } from '../../common/browser/trans.js';
import type { Rule } from '../contract.js';
import { useServices } from './services.js';
import { AvailabilityCommands } from './tokens.js';

type Action = 'retry' | 'extend' | 'cancel';

const COMMANDS: Record<Action, string> = {
  retry: AvailabilityCommands.retry,
  extend: AvailabilityCommands.extend,
  cancel: AvailabilityCommands.cancel
};

/** What makes sense for a rule in this state, whether it is permitted or not. */
export function actionsOf({ state, expiresAt }: Rule): readonly Action[] {
  return [
    ...(state === 'STUCK' ? (['retry'] as const) : []),
    ...(expiresAt === null ? [] : (['extend'] as const)),
    'cancel'
  ];
}

interface IRuleButtonsProps {
  rule: Rule;
  instance?: string | undefined;
  /** Left out: all that make sense. */
  only?: readonly Action[];
}

/** Retry, Extend, Cancel of a rule, each a command; one that the policy refuses says why instead. */
export function RuleButtons({ rule, instance, only }: IRuleButtonsProps) {
  const trans = useTrans();
  const { commands } = useServices();
  const id = useId();
  const act = useMutation({
    mutationFn: (action: Action) =>
      commands.execute(COMMANDS[action], {
        ruleId: rule.id,
        did: rule.did,
        ...(instance === undefined ? {} : { instance }),
        quiet: true
      }) as Promise<unknown>
  });
  const actions = actionsOf(rule).filter(action => only === undefined || only.includes(action));
  const refusal = (action: Action): string | null => {
    const ability = rule.abilities?.[action];
    return ability === undefined || ability.allowed
      ? null
      : (ability.reason ?? trans.__('The policy of this Rucio does not let you.'));
  };
  const labels: Record<Action, string> = {
    retry: trans.__('Retry'),
    extend: trans.__('Extend'),
    cancel: trans.__('Cancel')
  };
  const reasons = [...new Set(actions.flatMap(action => refusal(action) ?? []))];
  return (
    <div className="jp-DataLakeRuleButtons">
      {actions.map(action => (
        <button
          key={action}
          type="button"
          className="jp-DataLakeButton"
          aria-disabled={refusal(action) !== null || act.isPending}
          aria-describedby={refusal(action) === null ? undefined : id}
          aria-label={trans.__('%1 the rule of %2', labels[action], rule.did)}
          title={refusal(action) ?? undefined}
          onClick={() => {
            if (refusal(action) === null && !act.isPending) {
              act.mutate(action);
            }
          }}
        >
          {labels[action]}
        </button>
      ))}
      {reasons.length > 0 && (
        <p id={id} className="jp-DataLakeRuleButtons-reason">
          {reasons.join(' ')}
        </p>
      )}
      {act.isError && (
        <ProblemView
          problem={problemOf(act.error)}
          compact
          onRetry={() => act.mutate(act.variables)}
        />
      )}
    </div>
  );
}
