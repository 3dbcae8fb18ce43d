import { checkIcon, errorIcon, LabIcon, offlineBoltIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import type * as z from 'zod';
import type { MOUNT_STATES, MountHealth } from '../../availability/contract.js';
import { useTrans } from '../../common/browser/trans.js';
import { toProblem } from '../../common/contract/problem.js';
import { problemSentence } from '../../common/browser/problem-sentences.js';
import type { ILake } from './tokens.js';
import { useMounts } from './use-session.js';

type Health = z.infer<typeof MountHealth>;

function mountWords(
  state: (typeof MOUNT_STATES)[number],
  trans: TranslationBundle
): [LabIcon, string] {
  switch (state) {
    case 'OK':
      return [checkIcon, trans.__('answers')];
    case 'MISSING':
      return [errorIcon, trans.__('is not mounted')];
    case 'NOT_ANSWERING':
      return [offlineBoltIcon, trans.__('does not answer')];
    case 'UNKNOWN':
      return [offlineBoltIcon, trans.__('has not been looked at yet')];
  }
}

function MountLine({ mount }: { mount: Health }) {
  const trans = useTrans();
  const [Icon, words] = mountWords(mount.state, trans);
  const took =
    mount.milliseconds === null
      ? ''
      : trans.__('answered in %1 ms', Math.round(mount.milliseconds));
  const why = mount.problem === null ? took : problemSentence(mount.problem, trans);
  return (
    <li
      className={`jp-DataLakeMount jp-mod-${mount.state.toLowerCase().replace('_', '-')}`}
      title={[mount.path, why].filter(text => text !== '').join('\n')}
    >
      <Icon.react tag="span" width="16px" height="16px" aria-hidden="true" />
      <span>{trans.__('Mount %1 %2', mount.rse, words)}</span>
    </li>
  );
}

interface IMountLinesProps {
  lake: ILake;
  instance: string;
}

/** A line for each mounted RSE: whether it answers. */
export function MountLines({ lake, instance }: IMountLinesProps) {
  const trans = useTrans();
  const mounts = useMounts(lake, instance, true);
  if (mounts.isError) {
    return <p>{problemSentence(toProblem(mounts.error), trans)}</p>;
  }
  if (mounts.data === undefined) {
    return null;
  }
  if (mounts.data.mounts.length === 0) {
    return <p>{trans.__('No RSE is mounted here: data cannot be made available.')}</p>;
  }
  return (
    <ul className="jp-DataLakeMounts" aria-label={trans.__('Mounted RSEs')}>
      {mounts.data.mounts.map(mount => (
        <MountLine key={mount.rse} mount={mount} />
      ))}
    </ul>
  );
}
