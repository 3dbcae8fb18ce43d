import { Fragment, type ReactNode } from 'react';
import { ProblemView } from '../../common/browser/problem-view.js';
import { Time } from '../../common/browser/time.js';
import { useTrans } from '../../common/browser/trans.js';
import { toProblem } from '../../common/contract/problem.js';
import type { SignIn } from '../../token-renewal/contract.js';
import { MountLines } from './mount-lines.js';
import type { ILake } from './tokens.js';
import { useSignInAgain } from './use-session.js';

interface IAccountDetailsProps {
  lake: ILake;
  signIn: SignIn;
}

/** Who is signed in to which Rucio, until when, by what, and how the mounts are. */
export function AccountDetails({ lake, signIn }: IAccountDetailsProps) {
  const trans = useTrans();
  const again = useSignInAgain(lake);
  const { rucioUrl, account, identity, expiresAt, authType, source } = signIn;
  const lines: [string, ReactNode][] = [
    [trans.__('Instance'), signIn.displayName],
    [trans.__('Rucio'), rucioUrl],
    [trans.__('Account'), account],
    [trans.__('Identity'), identity],
    [trans.__('Signed in by'), authType],
    [trans.__('From'), source],
    [trans.__('Token ends'), expiresAt === null ? null : <Time value={expiresAt} />]
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
      <MountLines lake={lake} instance={signIn.instance} />
      {again.isError && <ProblemView compact problem={toProblem(again.error)} />}
      {again.data?.problem && <ProblemView compact problem={again.data.problem} />}
      <div className="jp-DataLakeAccount-actions">
        <button
          type="button"
          className="jp-DataLakeButton"
          disabled={again.isPending}
          onClick={() => again.mutate(signIn.instance)}
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
