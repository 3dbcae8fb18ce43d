import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { call } from '../../common/browser/client.js';
import { formatCount } from '../../common/browser/counts.js';
import { problemOf, ProblemView } from '../../common/browser/problem-view.js';
import { useTrans } from '../../common/browser/trans.js';
import { planAvailability, type MakeResult } from '../contract.js';
import { PLAN_KEY } from './actions.js';
import { ChoiceFields, DAY_SECONDS, allowedDays, type IChoice } from './choice.js';
import { MakeOutcomes } from './make-outcomes.js';
import { PlanLine, QuotaRefusal, type Plan } from './plan-line.js';
import { useServices } from './services.js';
import { AvailabilityCommands, type Known } from './tokens.js';
import { useInstance, useKnown } from './use-availability.js';
import { useReadAgain } from './use-read-again.js';

interface IMakeAvailableProps {
  dids: readonly string[];
  instance?: string;
  label?: string;
}

/** What of these DIDs nothing brings yet, and how the others stand. */
function sortOut(dids: readonly string[], known: readonly Known[]) {
  const of = (test: (one: Known) => boolean) => dids.filter((_, index) => test(known[index]));
  return {
    wanted: of(one => one.status === 'known' && one.availability.state === 'NOT_AVAILABLE'),
    there: of(one => one.status === 'known' && one.availability.state === 'AVAILABLE'),
    unknown: of(one => one.status === 'failed'),
    asking: of(one => one.status === 'loading')
  };
}

function usePlan(given: string | undefined, wanted: readonly string[], rseExpression?: string) {
  const { lake } = useServices();
  const { instance } = useInstance(useServices(), given);
  return useQuery({
    queryKey: [PLAN_KEY, instance, rseExpression ?? '', ...wanted],
    queryFn: ({ signal }) =>
      call(lake.settings, planAvailability, { instance, dids: [...wanted], rseExpression }, signal),
    enabled: instance !== undefined && wanted.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 30_000
  });
}

/** What the user's settings wish for, within what the site allows; undefined: the site's default. */
function lifetimeSeconds(choice: IChoice, wish: number | null, plan: Plan): number | undefined {
  const days = choice.days ?? wish ?? undefined;
  return days === undefined ? undefined : allowedDays(days, plan.lifetime) * DAY_SECONDS;
}

/** One line: size, room, expected time; then lifetime, RSE expression and the button; then what came of it. */
export function MakeAvailable({ dids, instance, label }: IMakeAvailableProps) {
  const trans = useTrans();
  const id = useId();
  const services = useServices();
  const known = useKnown(services, instance, dids);
  const again = useReadAgain(instance);
  const { wanted, there, unknown, asking } = useMemo(() => sortOut(dids, known), [dids, known]);
  const [choice, setChoice] = useState<IChoice>({ days: undefined, rseExpression: undefined });
  const plan = usePlan(instance, wanted, choice.rseExpression);
  const wish = services.preferences.lifetimeDays;
  const make = useMutation<MakeResult[]>({
    mutationFn: async () =>
      (await services.commands.execute(AvailabilityCommands.makeAvailable, {
        dids: [...wanted],
        quiet: true,
        ...(instance === undefined ? {} : { instance }),
        ...(choice.rseExpression === undefined ? {} : { rseExpression: choice.rseExpression }),
        ...(plan.data === undefined
          ? {}
          : { lifetimeSeconds: lifetimeSeconds(choice, wish, plan.data) ?? null })
      })) as MakeResult[]
  });
  // What is asked for is another thing now: what came of the last one is old.
  const about = dids.join('\n');
  const last = useRef(about);
  const { reset } = make;
  useEffect(() => {
    if (last.current !== about) {
      last.current = about;
      reset();
    }
  }, [about, reset]);

  if (dids.length === 0) {
    return null;
  }
  const failed = known.find(one => one.status === 'failed');
  // What is being asked may be wanted too: nobody would see that a click has left it out.
  const waits = asking.length > 0;
  return (
    <div className="jp-DataLakeMake" role="group" aria-label={trans.__('Make Available')}>
      {failed?.status === 'failed' && (
        <ProblemView problem={failed.problem} compact onRetry={() => again(unknown)} />
      )}
      {waits && (
        <p id={`${id}-asking`} className="jp-DataLakeMake-line" role="status">
          {trans.__('Asking Rucio what is here …')}
        </p>
      )}
      {!waits && wanted.length === 0 && there.length === dids.length && (
        <p className="jp-DataLakeMake-line" role="status">
          {trans._n('It is available.', 'All %1 are available.', there.length)}
        </p>
      )}
      {wanted.length > 0 && plan.isError && (
        <ProblemView problem={problemOf(plan.error)} compact onRetry={() => void plan.refetch()} />
      )}
      {wanted.length > 0 && plan.data !== undefined && !plan.isError && (
        <>
          <PlanLine plan={plan.data} />
          {plan.data.problems.map(({ did, problem }) => (
            <ProblemView
              key={did}
              problem={{ ...problem, message: `${did}: ${problem.message}` }}
              compact
            />
          ))}
          {!plan.data.fits && <QuotaRefusal plan={plan.data} />}
          <ChoiceFields
            plan={plan.data}
            choice={{ ...choice, days: choice.days ?? wish ?? undefined }}
            onChange={setChoice}
          />
        </>
      )}
      {wanted.length > 0 && (
        <button
          type="button"
          className="jp-DataLakeButton jp-mod-accept jp-DataLakeMake-button"
          disabled={
            make.isPending || plan.data?.fits === false || (plan.isPending && !plan.isError)
          }
          // A disabled button would lose the focus.
          aria-disabled={waits}
          aria-describedby={waits ? `${id}-asking` : undefined}
          onClick={() => {
            if (!waits) {
              make.mutate();
            }
          }}
        >
          {make.isPending
            ? trans.__('Asking Rucio …')
            : (label ??
              trans._n(
                'Make available',
                'Make %2 available',
                wanted.length,
                formatCount(wanted.length)
              ))}
        </button>
      )}
      {make.isError && <ProblemView problem={problemOf(make.error)} />}
      {make.data !== undefined && <MakeOutcomes results={make.data} />}
    </div>
  );
}
