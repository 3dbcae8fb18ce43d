import { copyIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { AvailabilityCommands } from '../../../availability/browser/tokens.js';
import { CartCommands } from '../../../cart/browser/tokens.js';
import { useTrans } from '../../../common/browser/trans.js';
import { useModel } from '../../../common/browser/use-signal.js';
import { CatalogueCommands } from '../commands.js';
import { useCatalogue } from '../context.js';
import { toJson } from '../did-args.js';
import { DID_ICONS, didTypeWord } from '../did-icons.js';
import { makeAvailableArgs, useOffersCart, useOffersMakeAvailable } from '../row-actions.js';
import type { IDidArgs } from '../tokens.js';

/** The DID, its type and state, and what can be done with it. */
export function DetailsHeader({ did }: { did: IDidArgs }) {
  const trans = useTrans();
  const { commands, extras } = useCatalogue();
  const { State } = useModel(extras);
  const offersCart = useOffersCart();
  const offersMakeAvailable = useOffersMakeAvailable(did);
  const Icon = DID_ICONS[did.type];
  const run = (command: string, args: ReadonlyPartialJSONObject) => {
    void commands.execute(command, args);
  };
  return (
    <div className="jp-DataLakeDetails-header">
      <Icon.react tag="span" className="jp-DataLakeDetails-icon" aria-hidden="true" />
      <h1 className="jp-DataLakeDetails-did">{did.did}</h1>
      <button
        type="button"
        className="jp-DataLakeRow-action"
        title={trans.__('Copy DID')}
        aria-label={trans.__('Copy DID')}
        onClick={() => run(CatalogueCommands.copyDid, toJson(did))}
      >
        <copyIcon.react tag="span" width="16px" height="16px" aria-hidden="true" />
      </button>
      <span className="jp-DataLakeDetails-type">{didTypeWord(did.type, trans)}</span>
      {State !== null && <State {...did} />}
      <span className="jp-DataLakeDetails-actions">
        {offersCart && (
          <button
            type="button"
            className="jp-DataLakeButton"
            onClick={() => run(CartCommands.add, toJson(did))}
          >
            {trans.__('Add to the cart')}
          </button>
        )}
        {offersMakeAvailable && (
          <button
            type="button"
            className="jp-DataLakeButton jp-mod-accept"
            onClick={() => run(AvailabilityCommands.makeAvailable, makeAvailableArgs(did))}
          >
            {trans.__('Make available')}
          </button>
        )}
      </span>
    </div>
  );
}
