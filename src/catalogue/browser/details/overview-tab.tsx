import { useQuery } from '@tanstack/react-query';
import { Fragment, useContext, type ReactNode } from 'react';
import type { TranslationBundle } from '@jupyterlab/translation';
import { exactBytes, formatBytes } from '../../../common/browser/bytes.js';
import { formatCount } from '../../../common/browser/counts.js';
import { ProblemView } from '../../../common/browser/problem-view.js';
import { Skeleton } from '../../../common/browser/skeleton.js';
import { Time } from '../../../common/browser/time.js';
import { useTrans } from '../../../common/browser/trans.js';
import { toProblem } from '../../../common/contract/problem.js';
import type { DidDetails } from '../../contract.js';
import { useCatalogue } from '../context.js';
import { didTypeWord } from '../did-icons.js';
import { didQuery } from '../did-queries.js';
import type { IDidArgs } from '../tokens.js';
import { GoToTab } from './go-to-tab.js';
import { metadataText } from './metadata-tab.js';
import { Parents } from './parents.js';

const SUMMARY = 6;

function facts(details: DidDetails, trans: TranslationBundle): [string, ReactNode][] {
  const { type, bytes, length, account, open, createdAt, updatedAt, expiresAt } = details;
  const collection = type !== 'FILE';
  return [
    [trans.__('Type'), didTypeWord(type, trans)],
    [trans.__('Size'), <span title={exactBytes(bytes)}>{formatBytes(bytes)}</span>],
    [trans.__('Files'), collection ? formatCount(length) : null],
    [trans.__('Owner'), account],
    [
      trans.__('Content'),
      open === null ? null : open ? trans.__('open: may still grow') : trans.__('closed')
    ],
    [trans.__('Created'), createdAt === null ? null : <Time value={createdAt} />],
    [trans.__('Changed'), updatedAt === null ? null : <Time value={updatedAt} />],
    [trans.__('Expires'), expiresAt === null ? null : <Time value={expiresAt} />],
    [trans.__('Adler-32'), details.adler32 === null ? null : <code>{details.adler32}</code>],
    [trans.__('MD5'), details.md5 === null ? null : <code>{details.md5}</code>]
  ];
}

/** What a DID is, at a glance. */
export function OverviewTab(did: IDidArgs) {
  const trans = useTrans();
  const { lake } = useCatalogue();
  const goTo = useContext(GoToTab);
  const details = useQuery(didQuery(lake, did));
  if (details.data === undefined) {
    return details.isError ? (
      <ProblemView problem={toProblem(details.error)} onRetry={() => void details.refetch()} />
    ) : (
      <Skeleton rows={8} />
    );
  }
  const metadata = Object.entries(details.data.metadata);
  return (
    <div className="jp-DataLakeOverview">
      {details.isError && (
        <ProblemView problem={toProblem(details.error)} onRetry={() => void details.refetch()} />
      )}
      <dl className="jp-DataLakeFacts">
        {facts(details.data, trans)
          .filter(([, value]) => value !== null)
          .map(([name, value]) => (
            <Fragment key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </Fragment>
          ))}
      </dl>
      <Parents {...did} />
      {metadata.length > 0 && (
        <section>
          <h2 className="jp-DataLakeDetails-title">{trans.__('Metadata')}</h2>
          <dl className="jp-DataLakeFacts">
            {metadata.slice(0, SUMMARY).map(([name, value]) => (
              <Fragment key={name}>
                <dt>{name}</dt>
                <dd>{metadataText(value, trans)}</dd>
              </Fragment>
            ))}
          </dl>
          {metadata.length > SUMMARY && (
            <button type="button" className="jp-DataLakeLink" onClick={() => goTo('metadata')}>
              {trans.__('All %1', metadata.length)}
            </button>
          )}
        </section>
      )}
    </div>
  );
}
