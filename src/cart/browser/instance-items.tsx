import { useMemo } from 'react';
import type { IAvailabilityView, Known } from '../../availability/browser/tokens.js';
import type { CartItem } from '../contract.js';
import type { IOpenCart } from './carts.js';
import { useCartServices } from './context.js';
import { ItemList } from './item-list.js';
import { useTrans } from '../../common/browser/trans.js';

interface IInstanceItemsProps {
  instance: string;
  items: readonly CartItem[];
  open: IOpenCart;
  /** Says which instance it is: there are several. */
  titled: boolean;
}

/** The items of one instance of Rucio, and the button that makes all of them available. */
export function InstanceItems(props: IInstanceItemsProps) {
  const { availability } = useCartServices();
  const { instance, items, open, titled } = props;
  return (
    <div className="jp-DataLakeCart-instance">
      {titled && <div className="jp-DataLakeCart-instance-name">{instance}</div>}
      {availability === null ? (
        <ItemList items={items} open={open} known={[]} />
      ) : (
        <KnownItems {...props} availability={availability} />
      )}
    </div>
  );
}

/** Asks the server once for all of them. */
function KnownItems({
  instance,
  items,
  open,
  availability
}: IInstanceItemsProps & { availability: IAvailabilityView }) {
  const trans = useTrans();
  const list = items.map(({ did }) => did).join('\n');
  const dids = useMemo(() => list.split('\n'), [list]);
  const known = availability.useAvailability(instance, dids);
  const { MakeAvailable } = availability;
  return (
    <>
      <ItemList items={items} open={open} known={known} />
      {known.some(isNotAvailable) && (
        <div className="jp-DataLakeCart-make">
          <MakeAvailable
            dids={dids}
            instance={instance}
            label={dids.length > 1 ? trans.__('Make all available') : trans.__('Make available')}
          />
        </div>
      )}
    </>
  );
}

function isNotAvailable(known: Known): boolean {
  return known.status === 'known' && known.availability.state === 'NOT_AVAILABLE';
}
