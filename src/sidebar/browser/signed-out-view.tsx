import { offlineBoltIcon, userIcon } from '@jupyterlab/ui-components';
import { EmptyView } from '../../common/browser/empty-view.js';
import { problemDetails, problemSentence } from '../../common/browser/problem-sentences.js';
import { useTrans } from '../../common/browser/trans.js';
import type { SignIn } from '../../token-renewal/contract.js';
import { SignInActions } from './sign-in-actions.js';
import type { ILake } from './tokens.js';
import { useSignInAgain, type Standing } from './use-session.js';
import { useTokens } from './use-tokens.js';

interface ISignedOutViewProps {
  lake: ILake;
  signIn: SignIn;
  standing: Standing;
}

/** In place of what needs the lake: nobody is signed in, or Rucio cannot be reached. */
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
  const title = unreachable
    ? trans.__('%1 cannot be asked.', signIn.displayName)
    : trans.__('You are not signed in to %1.', signIn.displayName);
  const button = unreachable ? trans.__('Try again') : trans.__('Sign in again');
  const details = problem === null ? [] : problemDetails(problem);
  return (
    <EmptyView icon={unreachable ? offlineBoltIcon : userIcon} title={title}>
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
}
