import { useTrans } from '../../common/browser/trans.js';
import { describe, percentOf } from './describe.js';
import { StateIcon } from './state-icon.js';
import { useServices } from './services.js';
import { useKnown } from './use-availability.js';

interface IStateProps {
  did: string;
  instance?: string;
}

/** Icon of the state, with its word and sentence on hover and for screen readers. Keeps its width while the state changes. */
export function State({ did, instance }: IStateProps) {
  const trans = useTrans();
  const [known] = useKnown(useServices(), instance, [did]);
  const { icon, kind, word, sentence } = describe(known, trans);
  const replicating = known.status === 'known' && known.availability.state === 'REPLICATING';
  const label = replicating ? `${word}, ${percentOf(known.availability)} %` : word;
  return (
    <span
      className="jp-DataLakeState"
      role="img"
      aria-label={label}
      title={`${word}: ${sentence}`}
      data-state={known.status === 'known' ? known.availability.state : known.status}
    >
      <StateIcon icon={icon} kind={kind} />
    </span>
  );
}
