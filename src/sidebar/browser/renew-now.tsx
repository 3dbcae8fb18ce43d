import { useTrans } from '../../common/browser/trans.js';
import type { ILake } from './tokens.js';
import { useTokenActions } from './use-tokens.js';

interface IRenewNowProps {
  lake: ILake;
  instance: string;
}

/** Takes new tokens, however good the present ones are. */
export function RenewNow({ lake, instance }: IRenewNowProps) {
  const trans = useTrans();
  const { renew } = useTokenActions(lake);
  return (
    <button
      type="button"
      className="jp-DataLakeButton"
      disabled={renew.isPending}
      onClick={() => renew.mutate(instance)}
    >
      {trans.__('Renew now')}
    </button>
  );
}
