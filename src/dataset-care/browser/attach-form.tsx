import type { ICart } from '../../cart/browser/tokens.js';
import type { IDidArgs } from '../../catalogue/browser/tokens.js';
import { call } from '../../common/browser/client.js';
import { useTrans } from '../../common/browser/trans.js';
import type { ILake } from '../../sidebar/browser/tokens.js';
import { attachMembers } from '../contract.js';
import { MembersForm } from './members-form.js';

interface IAttachFormProps {
  lake: ILake;
  cart: ICart | null;
  did: IDidArgs;
  onDone: (members: string[] | null) => void;
}

/** What the cart holds, as far as it may be in such a collection, and what is typed. */
export function AttachForm({ lake, cart, did, onDone }: IAttachFormProps) {
  const trans = useTrans();
  const { type, instance } = did;
  const fits = (cart?.items ?? []).filter(
    item =>
      (item.type === 'FILE') === (type === 'DATASET') &&
      item.did !== did.did &&
      (instance === undefined || item.instance === instance)
  );
  return (
    <MembersForm
      offered={[...new Set(fits.map(item => item.did))]}
      legend={trans.__('From the cart of this notebook')}
      none={
        type === 'DATASET'
          ? trans.__('There are no files in the cart: a dataset holds files.')
          : trans.__(
              'There are no datasets in the cart: a container holds datasets and containers.'
            )
      }
      mayType
      accept={trans.__('Attach')}
      onDone={onDone}
      run={members => call(lake.settings, attachMembers, { instance, did: did.did, members })}
    />
  );
}
