import { LakeWidget } from '../../../common/browser/lake-widget.js';
import { CatalogueContext, type ICatalogue } from '../context.js';
import { DID_ICONS } from '../did-icons.js';
import type { DetailsTabs } from '../details-tabs.js';
import type { IDidArgs } from '../tokens.js';
import { DetailsView } from './details-view.js';

/** Of the tab in the main area: one per DID and instance. */
export function detailsId({ did, instance }: IDidArgs): string {
  return `jp-datalake-did-${instance ?? ''}-${did}`;
}

/** The details of one DID. */
export class DetailsWidget extends LakeWidget {
  constructor(
    readonly did: IDidArgs,
    private readonly _tabs: DetailsTabs,
    private readonly _catalogue: ICatalogue
  ) {
    super(_catalogue.lake);
    this.addClass('jp-DataLakeDetails');
    this.title.label = did.did.slice(did.did.indexOf(':') + 1);
    this.title.caption = did.did;
    this.title.icon = DID_ICONS[did.type];
    this.title.closable = true;
  }

  protected view() {
    return (
      <CatalogueContext.Provider value={this._catalogue}>
        <DetailsView did={this.did} tabs={this._tabs} />
      </CatalogueContext.Provider>
    );
  }
}
