import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { call } from '../../common/browser/client.js';
import { problemSentence } from '../../common/browser/problem-sentences.js';
import { problemOf, ProblemView } from '../../common/browser/problem-view.js';
import { useTrans } from '../../common/browser/trans.js';
import { MOUNTS_KEY } from '../../common/contract/events.js';
import { listMounts, type MountHealth as Mount } from '../contract.js';
import { availableIcon, couldNotAskIcon, pathMissingIcon, waitingIcon } from './icons.js';
import { StateIcon } from './state-icon.js';
import { useServices } from './services.js';

const LOOKS = {
  OK: { icon: availableIcon, kind: 'available' },
  MISSING: { icon: pathMissingIcon, kind: 'path-missing' },
  NOT_ANSWERING: { icon: waitingIcon, kind: 'suspended' },
  UNKNOWN: { icon: couldNotAskIcon, kind: 'could-not-ask' }
} as const satisfies Record<Mount['state'], unknown>;

interface IMountHealthProps {
  instance?: string;
}

/** One line per mounted RSE: whether its folder answers, and how fast. */
export function MountHealth({ instance }: IMountHealthProps) {
  const { lake } = useServices();
  const mounts = useQuery({
    queryKey: ['sidebar', 'mounts', instance ?? ''],
    queryFn: ({ signal }) => call(lake.settings, listMounts, { instance }, signal)
  });
  const { refetch } = mounts;
  useEffect(() => {
    const watch = lake.events.watch([MOUNTS_KEY]);
    return () => watch.dispose();
  }, [lake]);
  if (mounts.isError) {
    return <ProblemView problem={problemOf(mounts.error)} compact onRetry={() => void refetch()} />;
  }
  return (
    <ul className="jp-DataLakeMounts">
      {mounts.data?.mounts.map(mount => (
        <MountLine key={`${mount.instance}/${mount.rse}`} mount={mount} />
      ))}
    </ul>
  );
}

function MountLine({ mount }: { mount: Mount }) {
  const trans = useTrans();
  const words: Record<Mount['state'], string> = {
    OK:
      mount.milliseconds === null
        ? trans.__('%1: the mount answers', mount.rse)
        : trans.__('%1: the mount answers in %2 ms', mount.rse, Math.round(mount.milliseconds)),
    MISSING: trans.__('%1: the mount is missing', mount.rse),
    NOT_ANSWERING: trans.__('%1: the mount does not answer', mount.rse),
    UNKNOWN: trans.__('%1: the mount has not been asked yet', mount.rse)
  };
  return (
    <li className="jp-DataLakeMounts-item" title={mount.path}>
      <StateIcon {...LOOKS[mount.state]} />
      <span>
        {words[mount.state]}
        {mount.problem !== null && (
          <span className="jp-DataLakeMounts-problem">
            {' '}
            {problemSentence(mount.problem, trans)}
          </span>
        )}
      </span>
    </li>
  );
}
