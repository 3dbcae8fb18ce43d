import { Fragment, type ReactNode } from 'react';
import { ProblemView } from '../../common/browser/problem-view.js';
import { Time } from '../../common/browser/time.js';
import { useTrans } from '../../common/browser/trans.js';
import { toProblem } from '../../common/contract/problem.js';
import type { SignIn } from '../../token-renewal/contract.js';
import { MountLines } from './mount-lines.js';
import { TokenLines } from './token-lines.js';
import type { ILake } from './tokens.js';
import { useSignInAgain } from './use-session.js';
import { useTokens } from './use-tokens.js';

interface IAccountDetailsProps {
  lake: ILake;
  signIn: SignIn;
}

/** Who is signed in to which Rucio, until when, by what, and how the mounts are. */
export function AccountDetails({ lake, signIn }: IAccountDetailsProps) {
  const trans = useTrans();
  const tokens = useTokens(lake, signIn.instance);
  const { rucioUrl, account, identity, expiresAt, authType, source } = signIn;
  const { credentialEndsAt, credentialProblem } = signIn;
  // Tokens that are kept fresh are named one by one, with their ends.
  const byTokens = authType === 'oidc' && tokens !== undefined;
  const lines: [string, ReactNode][] = [
    [trans.__('Instance'), signIn.displayName],
    [trans.__('Rucio'), rucioUrl],
    [trans.__('Account'), account],
    [trans.__('Identity'), identity],
    [trans.__('Signed in by'), byTokens ? trans.__('%1 at %2', authType, tokens.issuer) : authType],
    [trans.__('From'), byTokens ? null : source],
    [trans.__('Token ends'), byTokens || expiresAt === null ? null : <Time value={expiresAt} />],
    [
      authType === 'x509_proxy' ? trans.__('Proxy ends') : trans.__('Certificate ends'),
      credentialEndsAt === null ? null : <Time value={credentialEndsAt} />
    ]
  ];
  return (
    <>
      <dl className="jp-DataLakeAccount-list">
        {lines
          .filter(([, value]) => value !== null && value !== '')
          .map(([name, value]) => (
            <Fragment key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </Fragment>
          ))}
      </dl>
      {credentialProblem !== null && <ProblemView compact problem={credentialProblem} />}
      {tokens !== undefined && <TokenLines lake={lake} tokens={tokens} />}
      <MountLines lake={lake} instance={signIn.instance} />
      {!byTokens && <SignInAgain lake={lake} instance={signIn.instance} />}
    </>
  );
}

interface ISignInAgainProps {
  lake: ILake;
  instance: string;
}

/** Takes a new token of Rucio's now. */
function SignInAgain({ lake, instance }: ISignInAgainProps) {
  const trans = useTrans();
  const again = useSignInAgain(lake);
  return (
    <>
      {again.isError && <ProblemView compact problem={toProblem(again.error)} />}
      {again.data?.problem && <ProblemView compact problem={again.data.problem} />}
      <div className="jp-DataLakeAccount-actions">
        <button
          type="button"
          className="jp-DataLakeButton"
          disabled={again.isPending}
          onClick={() => again.mutate(instance)}
        >
          {again.isPending ? trans.__('Signing in…') : trans.__('Sign in again')}
        </button>
        <span role="status" className="jp-DataLakeAccount-done">
          {again.data?.signedIn === true ? trans.__('New token taken.') : ''}
        </span>
      </div>
    </>
  );
}
