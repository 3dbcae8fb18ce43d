import { offlineBoltIcon, userIcon } from '@jupyterlab/ui-components';
import { EmptyView } from '../../common/browser/empty-view.js';
import { problemDetails, problemSentence } from '../../common/browser/problem-sentences.js';
import { useTrans } from '../../common/browser/trans.js';
import type { SignIn } from '../../token-renewal/contract.js';
import { SignInActions } from './sign-in-actions.js';
import { tokenStandingOf } from './token-standing.js';
import { FirstEnd } from './token-trouble.js';
import type { ILake } from './tokens.js';
import { useSignInAgain, type Standing } from './use-session.js';
import { useTokens } from './use-tokens.js';

interface ISignedOutViewProps {
  lake: ILake;
  signIn: SignIn;
  standing: Standing;
}

/** In place of what needs the lake: nobody is signed in (any more), or Rucio cannot be reached. */
export function SignedOutView({ lake, signIn, standing }: ISignedOutViewProps) {
  const trans = useTrans();
  const again = useSignInAgain(lake);
  const tokens = useTokens(lake, signIn.instance);
  const signsInHere = tokens?.signsInHere === true && !tokens.signedIn;
  const unreachable = standing === 'unreachable';
  const told = again.data?.problem ?? signIn.problem;
  // The title says so already.
  const isTold = !unreachable && (signsInHere || told?.code === 'not-signed-in');
  const problem = isTold ? null : told;
  const lapsed = signsInHere && !unreachable && tokenStandingOf(tokens) === 'lapsed';
  const title = unreachable
    ? trans.__('%1 cannot be asked.', signIn.displayName)
    : lapsed
      ? trans.__('Your sign-in at %1 has ended.', tokens.issuer)
      : trans.__('You are not signed in to %1.', signIn.displayName);
  const button = unreachable ? trans.__('Try again') : trans.__('Sign in again');
  const details = problem === null ? [] : problemDetails(problem);
  const view = (
    <EmptyView icon={unreachable ? offlineBoltIcon : userIcon} title={title}>
      {lapsed && (
        <p>
          <FirstEnd tokens={tokens} />
        </p>
      )}
      {problem !== null && <p role="alert">{problemSentence(problem, trans)}</p>}
      {signIn.source !== null && !signsInHere && (
        <p>{trans.__('Credentials: %1', signIn.source)}</p>
      )}
      {signsInHere && !unreachable ? (
        <SignInActions lake={lake} tokens={tokens} />
      ) : (
        <button
          type="button"
          className="jp-DataLakeButton jp-mod-accept"
          disabled={again.isPending}
          onClick={() => again.mutate(signIn.instance)}
        >
          {again.isPending ? trans.__('Trying…') : button}
        </button>
      )}
      {details.length > 0 && (
        <details className="jp-DataLakeProblem-details">
          <summary>{trans.__('Details')}</summary>
          {details.map(text => (
            <pre key={text}>{text}</pre>
          ))}
        </details>
      )}
    </EmptyView>
  );
  return lapsed ? <section aria-label={trans.__('Tokens')}>{view}</section> : view;
}
