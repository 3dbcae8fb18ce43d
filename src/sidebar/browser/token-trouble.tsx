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

/** While the lake can be used: that its tokens need somebody, until when they are good, and the button that mends it. */
export function TokenTrouble({ lake, instance }: ITokenTroubleProps) {
  const tokens = useTokens(lake, instance);
  const standing = tokens === undefined ? 'waiting' : tokenStandingOf(tokens);
  return (
    <div role="status">
      {tokens !== undefined &&
        (standing === 'sign-in' || standing === 'trouble' || standing === 'ended') && (
          <Trouble lake={lake} tokens={tokens} standing={standing} />
        )}
    </div>
  );
}

interface ITroubleProps {
  lake: ILake;
  tokens: TokensStatus;
  standing: TokenStanding;
}

function Trouble({ lake, tokens, standing }: ITroubleProps) {
  const trans = useTrans();
  const { instance, issuer, signsInHere, signedIn, targets } = tokens;
  const end = targets.flatMap(({ expiresAt }) => expiresAt ?? []).sort()[0];
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
        {end !== undefined && (
          <>
            {standing === 'ended'
              ? trans.__('The first token ended')
              : trans.__('The first token ends')}{' '}
            <Time value={end} />
          </>
        )}
      </p>
      {needsPerson ? (
        <SignInActions lake={lake} tokens={tokens} />
      ) : (
        <RenewNow lake={lake} instance={instance} />
      )}
    </section>
  );
}
