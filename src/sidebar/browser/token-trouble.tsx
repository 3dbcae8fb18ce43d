import { problemSentence } from '../../common/browser/problem-sentences.js';
import { Time } from '../../common/browser/time.js';
import { useTrans } from '../../common/browser/trans.js';
import type { TokensStatus } from '../../token-renewal/contract.js';
import { RenewNow } from './renew-now.js';
import { SignInActions } from './sign-in-actions.js';
import { tokenStandingOf, type TokenStanding } from './token-standing.js';
import type { ILake } from './tokens.js';
import { useTokens } from './use-tokens.js';

interface ITokenTroubleProps {
  lake: ILake;
  instance: string;
}

const SHOWN: ReadonlySet<TokenStanding> = new Set(['trouble', 'sign-in', 'lapsed', 'ended']);

/** While the lake can be used: that its tokens need somebody, until when they are good, and the button that mends it. */
export function TokenTrouble({ lake, instance }: ITokenTroubleProps) {
  const tokens = useTokens(lake, instance);
  return (
    <div role="status">
      {tokens !== undefined && SHOWN.has(tokenStandingOf(tokens)) && (
        <Trouble lake={lake} tokens={tokens} />
      )}
    </div>
  );
}

interface ITroubleProps {
  lake: ILake;
  tokens: TokensStatus;
}

function Trouble({ lake, tokens }: ITroubleProps) {
  const trans = useTrans();
  const { instance, issuer, signsInHere, signedIn, targets } = tokens;
  const problem = targets.find(each => each.problem !== null)?.problem ?? null;
  const needsPerson = signsInHere && !signedIn;
  return (
    <section className="jp-DataLakeTrouble" aria-label={trans.__('Tokens')}>
      <p>
        {needsPerson
          ? trans.__('Your sign-in at %1 has ended.', issuer)
          : problem === null
            ? trans.__('Your tokens are not renewed.')
            : problemSentence(problem, trans)}{' '}
        <FirstEnd tokens={tokens} />
      </p>
      {needsPerson ? (
        <SignInActions lake={lake} tokens={tokens} />
      ) : (
        <RenewNow lake={lake} instance={instance} />
      )}
    </section>
  );
}

/** When the first of the tokens ends, or has ended. */
export function FirstEnd({ tokens: { targets } }: { tokens: TokensStatus }) {
  const trans = useTrans();
  const [first] = targets
    .flatMap(({ expiresAt, state }) => (expiresAt === null ? [] : { expiresAt, state }))
    .sort((one, other) => one.expiresAt.localeCompare(other.expiresAt));
  return (
    first !== undefined && (
      <>
        {first.state === 'expired'
          ? trans.__('The first token ended')
          : trans.__('The first token ends')}{' '}
        <Time value={first.expiresAt} />
      </>
    )
  );
}
