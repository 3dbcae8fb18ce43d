import { formatCount } from '../../common/browser/counts.js';
import { problemDetails, problemSentence } from '../../common/browser/problem-sentences.js';
import { useTrans } from '../../common/browser/trans.js';
import type { MakeResult } from '../contract.js';

interface IMakeOutcomesProps {
  results: readonly MakeResult[];
}

/** What came of asking: those that failed one by one, with the reason, and the others counted. */
export function MakeOutcomes({ results }: IMakeOutcomesProps) {
  const trans = useTrans();
  const failures = results.filter(result => 'problem' in result);
  const outcomes = results.flatMap(result => ('outcome' in result ? [result.outcome] : []));
  const count = (outcome: string) => outcomes.filter(other => other === outcome).length;
  const requested = count('requested');
  const before = count('already-requested');
  const there = count('already-there');
  return (
    <>
      <p className="jp-DataLakeMake-line" role="status">
        {requested > 0 && (
          <span>{trans._n('Requested.', '%2 requested.', requested, formatCount(requested))}</span>
        )}
        {before > 0 && (
          <span>
            {trans._n(
              'A rule brings it already.',
              'Rules bring %2 already.',
              before,
              formatCount(before)
            )}
          </span>
        )}
        {there > 0 && (
          <span>
            {trans._n('It is there already.', '%2 are there already.', there, formatCount(there))}
          </span>
        )}
      </p>
      {failures.length > 0 && (
        <div className="jp-DataLakeMake-failures" role="alert">
          <p>
            {trans._n(
              'Rucio did not take this one:',
              'Rucio did not take these %2:',
              failures.length,
              formatCount(failures.length)
            )}
          </p>
          <ul>
            {failures.map(({ did, problem }) => (
              <li key={did}>
                <strong>{did}</strong> {problemSentence(problem, trans)}
                {problemDetails(problem).map(text => (
                  <details key={text}>
                    <summary>{trans.__('Details')}</summary>
                    <pre>{text}</pre>
                  </details>
                ))}
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
