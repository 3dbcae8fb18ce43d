import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { call } from '../../../common/browser/client.js';
import { problemOf, ProblemView } from '../../../common/browser/problem-view.js';
import { LifetimeField } from '../../../common/browser/lifetime-field.js';
import { MetadataRows } from '../../../common/browser/metadata-rows.js';
import { useTrans } from '../../../common/browser/trans.js';
import { useSignal } from '../../../common/browser/use-signal.js';
import { listScopes } from '../../../catalogue/contract.js';
import { startUpload, type Job } from '../../contract.js';
import { planOf, type IOrigin, type ISource, type IUploadForm } from '../form.js';
import { planKey, PlanReader } from '../plan-reader.js';
import { useUploads } from '../services.js';
import { startForm, type Defaults } from '../start-form.js';
import type { LastUsed } from '../last-used.js';
import { Advanced } from './advanced.js';
import { ComboBox } from '../../../common/browser/combo-box.js';
import { DatasetField } from './dataset-field.js';
import { DestinationField } from './destination-field.js';
import { Field, TextField } from '../../../common/browser/field.js';
import { PlanPreview } from './plan-preview.js';
import { verdictOf } from './verdict.js';

export interface IUploadEditorProps {
  instance: string;
  defaults: Defaults;
  last: LastUsed | null;
  sources: readonly ISource[];
  origin: IOrigin;
  onDone: (job: Job | null) => void;
}

/** The form, what would come of it, and the button. */
export function UploadEditor(props: IUploadEditorProps) {
  const { instance, defaults, last, sources, origin, onDone } = props;
  const trans = useTrans();
  const id = useId();
  const { lake, last: choices, drafts, reader: uploads } = useUploads();
  const [draft, setDraft] = useState(() => drafts.of(instance, sources));
  const [proposed] = useState(() => startForm(defaults, sources, last));
  const [form, setForm] = useState(draft ?? proposed);
  const change = (part: Partial<IUploadForm>) => setForm(before => ({ ...before, ...part }));
  useEffect(() => {
    if (form !== proposed) {
      drafts.keep(instance, sources, form);
    }
  }, [drafts, instance, sources, form, proposed]);
  const { plan, complaints } = planOf(form, sources, origin, trans);
  const isRight = Object.keys(complaints).length === 0;
  const key = planKey(instance, plan);

  const reader = useMemo(() => new PlanReader(lake.settings), [lake]);
  useEffect(() => () => reader.dispose(), [reader]);
  useEffect(() => {
    reader.ask(instance, isRight ? plan : null);
    // The key says all of the plan.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [reader, instance, isRight, key]);
  const view = useSignal(reader.changed, () => reader.view);
  const isOld = view.of !== key;
  const verdict = verdictOf(view, isOld, complaints, form.dataset, trans);

  const start = useMutation({
    mutationFn: () => call(lake.settings, startUpload, { instance, ...plan }),
    onSuccess: ({ job }) => {
      uploads.refresh();
      void choices.remember(instance, form);
      drafts.drop(instance, sources);
      onDone(job);
    }
  });
  const first = useRef<HTMLFormElement>(null);
  const focus = () => first.current?.querySelector<HTMLElement>('input')?.focus();
  useEffect(focus, []);

  return (
    <form
      ref={first}
      className="jp-DataLakeForm"
      noValidate
      onSubmit={event => {
        event.preventDefault();
        if (verdict.ready && !start.isPending) {
          start.mutate();
        }
      }}
    >
      <div className="jp-DataLakeUpload-parts">
        <div className="jp-DataLakeUpload-fields">
          {draft !== null && (
            <p className="jp-DataLakeUpload-draft">
              {trans.__('As you left it.')}{' '}
              <button
                type="button"
                className="jp-DataLakeButton"
                onClick={() => {
                  drafts.drop(instance, sources);
                  setForm(proposed);
                  setDraft(null);
                  focus();
                }}
              >
                {trans.__('Start over')}
              </button>
            </p>
          )}
          <Fields
            {...props}
            form={form}
            change={change}
            complaints={complaints}
            taken={isOld ? null : (view.end?.rse ?? null)}
          />
        </div>
        <PlanPreview view={view} isOld={isOld} onRetry={() => reader.again(instance, plan)} />
      </div>
      {start.isError && <ProblemView problem={problemOf(start.error)} compact />}
      <div className="jp-DataLakeForm-footer">
        <p
          id={`${id}-verdict`}
          role="status"
          className={`jp-DataLakeForm-verdict${verdict.ready || verdict.checking ? '' : ' jp-mod-complaint'}`}
        >
          {verdict.sentence}
        </p>
        <button type="button" className="jp-DataLakeButton" onClick={() => onDone(null)}>
          {trans.__('Cancel')}
        </button>
        <button
          type="submit"
          className="jp-DataLakeButton jp-mod-accept"
          disabled={!verdict.ready}
          // A disabled button would lose the focus, and with it the keys.
          aria-disabled={start.isPending}
          aria-describedby={`${id}-verdict`}
          title={verdict.ready ? undefined : verdict.sentence}
        >
          {start.isPending ? trans.__('Starting …') : verdict.label}
        </button>
      </div>
    </form>
  );
}

interface IFieldsProps extends IUploadEditorProps {
  form: IUploadForm;
  change: (part: Partial<IUploadForm>) => void;
  complaints: ReturnType<typeof planOf>['complaints'];
  taken: string | null;
}

function Fields(props: IFieldsProps) {
  const { instance, defaults, sources, origin, form, change, complaints, taken } = props;
  const trans = useTrans();
  const { scopes, own } = useScopes(instance, defaults);
  const typed = form.scope.trim().toLocaleLowerCase();
  const name = startForm(defaults, sources, null).prefix.replace(/\/$/, '');
  const setScope = (scope: string) => {
    // A dataset that still is what was proposed goes with the scope.
    const follows = form.dataset !== null && form.dataset === `${form.scope}:${name}`;
    change({ scope, ...(follows ? { dataset: `${scope}:${name}` } : {}) });
  };
  return (
    <>
      <DestinationField
        instance={instance}
        value={form.rseExpression}
        onChange={rseExpression => change({ rseExpression })}
        complaint={complaints.rseExpression}
        taken={taken}
      />
      <LifetimeField
        value={form.lifetime}
        onChange={lifetime => change({ lifetime })}
        complaint={complaints.lifetime}
      />
      <Field label={trans.__('Scope')} complaint={complaints.scope}>
        {({ id, describedBy, invalid }) => (
          <ComboBox
            id={id}
            describedBy={describedBy}
            invalid={invalid}
            label={trans.__('Scopes')}
            value={form.scope}
            onChange={setScope}
            options={scopes
              .filter(
                scope =>
                  // One that is chosen already shows them all.
                  scopes.includes(form.scope) || scope.toLocaleLowerCase().includes(typed)
              )
              .slice(0, 50)
              .map(scope => ({
                text: scope,
                ...(own.includes(scope) ? { hint: trans.__('yours') } : {})
              }))}
          />
        )}
      </Field>
      <TextField
        label={trans.__('Name begins with')}
        value={form.prefix}
        onChange={prefix => change({ prefix })}
        complaint={complaints.prefix}
        hint={trans.__('Then follows the path of each file.')}
      />
      <DatasetField
        instance={instance}
        proposal={`${form.scope}:${name}`}
        value={form.dataset}
        onChange={dataset => change({ dataset })}
        complaint={complaints.dataset}
      />
      <MetadataRows
        rows={form.metadata}
        onChange={metadata => change({ metadata })}
        complaint={complaints.metadata}
        legend={
          form.dataset === null
            ? trans.__('Metadata of each file')
            : trans.__('Metadata of the dataset')
        }
      />
      <Advanced
        form={form}
        change={change}
        complaints={complaints}
        activities={defaults.activities}
        origin={origin}
        hasFolder={sources.some(({ isFolder }) => isFolder)}
      />
    </>
  );
}

/** Own scopes first, then the others: the lake says who may write. */
function useScopes(instance: string, defaults: Defaults) {
  const { lake } = useUploads();
  const { data } = useQuery({
    queryKey: ['catalogue', 'scopes', instance],
    queryFn: ({ signal }) => call(lake.settings, listScopes, { instance }, signal)
  });
  const own = data?.own ?? [];
  return { own, scopes: [...new Set([...own, ...defaults.scopes, ...(data?.scopes ?? [])])] };
}
