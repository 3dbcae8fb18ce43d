import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDetailsTab } from '../tokens.js';
import { ContentTab } from './content-tab.js';
import { MetadataTab } from './metadata-tab.js';
import { OverviewTab } from './overview-tab.js';
import { ReplicasTab } from './replicas-tab.js';

/** The tabs that the catalogue itself brings. */
export function ownTabs(trans: TranslationBundle): IDetailsTab[] {
  return [
    { id: 'overview', title: trans.__('Overview'), rank: 10, Body: OverviewTab },
    {
      id: 'content',
      title: trans.__('Content'),
      rank: 20,
      isFor: ({ type }) => type !== 'FILE',
      Body: ContentTab
    },
    { id: 'replicas', title: trans.__('Replicas'), rank: 30, Body: ReplicasTab },
    { id: 'metadata', title: trans.__('Metadata'), rank: 60, Body: MetadataTab }
  ];
}
