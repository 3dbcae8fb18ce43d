import { useQuery } from '@tanstack/react-query';
import { ProblemView } from '../../../common/browser/problem-view.js';
import { Skeleton } from '../../../common/browser/skeleton.js';
import { useTrans } from '../../../common/browser/trans.js';
import { toProblem } from '../../../common/contract/problem.js';
import { CatalogueCommands } from '../commands.js';
import { useCatalogue } from '../context.js';
import { didArgs, toJson } from '../did-args.js';
import { DID_ICONS } from '../did-icons.js';
import { parentsQuery } from '../did-queries.js';
import type { IDidArgs } from '../tokens.js';

/** The datasets and containers that a DID is in; each opens. */
export function Parents(did: IDidArgs) {
  const trans = useTrans();
  const { lake, commands } = useCatalogue();
  const parents = useQuery(parentsQuery(lake, did));
  return (
    <section>
      <h2 className="jp-DataLakeDetails-title">{trans.__('Is in')}</h2>
      {parents.isError && (
        <ProblemView
          compact
          problem={toProblem(parents.error)}
          onRetry={() => void parents.refetch()}
        />
      )}
      {parents.isPending && <Skeleton rows={1} />}
      {parents.data?.parents.length === 0 && (
        <p className="jp-DataLakeDetails-none">{trans.__('No dataset or container.')}</p>
      )}
      <ul className="jp-DataLakeParents">
        {parents.data?.parents.map(row => {
          const args = didArgs(row, did.instance);
          const Icon = DID_ICONS[row.type];
          return (
            <li key={args.did}>
              <Icon.react tag="span" width="16px" height="16px" aria-hidden="true" />
              <button
                type="button"
                className="jp-DataLakeLink"
                onClick={() => void commands.execute(CatalogueCommands.openDetails, toJson(args))}
              >
                {args.did}
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
