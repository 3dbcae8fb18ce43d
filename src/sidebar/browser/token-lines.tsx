import { problemSentence } from '../../common/browser/problem-sentences.js';
import { Time } from '../../common/browser/time.js';
import { useTrans } from '../../common/browser/trans.js';
import type { TokensStatus, TokenStatus } from '../../token-renewal/contract.js';
import { RenewNow } from './renew-now.js';
import type { ILake } from './tokens.js';
import { useTokenActions } from './use-tokens.js';

interface ITokenLinesProps {
  lake: ILake;
  tokens: TokensStatus;
}

/** Each token that is kept fresh: until when it is good, where it is, and what is wrong with it. */
export function TokenLines({ lake, tokens }: ITokenLinesProps) {
  const trans = useTrans();
  const { leave } = useTokenActions(lake);
  const { instance, targets, hints, signsInHere, signedIn } = tokens;
  return (
    <>
      {targets.length > 0 && (
        <ul className="jp-DataLakeTokens" aria-label={trans.__('Tokens')}>
          {targets.map(target => (
            <TokenLine key={target.name} target={target} />
          ))}
        </ul>
      )}
      {hints.length > 0 && (
        <details className="jp-DataLakeProblem-details">
          <summary>{trans.__('What you can set yourself')}</summary>
          {hints.map(hint => (
            <pre key={hint}>{hint}</pre>
          ))}
        </details>
      )}
      {signedIn && (
        <div className="jp-DataLakeAccount-actions">
          <RenewNow lake={lake} instance={instance} />
          {signsInHere && (
            <button
              type="button"
              className="jp-DataLakeButton"
              disabled={leave.isPending}
              onClick={() => leave.mutate(instance)}
            >
              {trans.__('Sign out')}
            </button>
          )}
        </div>
      )}
    </>
  );
}

function TokenLine({ target }: { target: TokenStatus }) {
  const trans = useTrans();
  const words = {
    valid: trans.__('fresh'),
    failing: trans.__('good, not renewed'),
    expired: trans.__('ended'),
    waiting: trans.__('not there yet')
  };
  return (
    <li className={`jp-DataLakeTokens-line jp-mod-${target.state}`} title={target.file}>
      <span className="jp-DataLakeTokens-name">{target.name}</span>
      <span className="jp-DataLakeTokens-state">{words[target.state]}</span>
      {target.expiresAt !== null && (
        <span className="jp-DataLakeTokens-end">
          <Time value={target.expiresAt} />
        </span>
      )}
      {target.problem !== null && (
        <p className="jp-DataLakeTokens-problem">{problemSentence(target.problem, trans)}</p>
      )}
    </li>
  );
}
