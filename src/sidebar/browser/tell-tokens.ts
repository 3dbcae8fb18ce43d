import { Notification } from '@jupyterlab/apputils';
import { QueryObserver } from '@tanstack/react-query';
import { problemSentence } from '../../common/browser/problem-sentences.js';
import { SESSION_KEY, TOKENS_KEY } from '../../common/contract/events.js';
import type { TokensStatus } from '../../token-renewal/contract.js';
import { tokenStandingOf, type TokenStanding } from './token-standing.js';
import type { ILake } from './tokens.js';
import { tokensQuery } from './use-tokens.js';

/** Of these a person should hear who does not look at the panel. */
const TOLD: ReadonlySet<TokenStanding> = new Set(['trouble', 'sign-in', 'lapsed', 'ended']);

/**
 * Tells once when tokens need somebody, and once when they are fresh again; nothing while nothing changes,
 * and nothing of what was so when the page was opened. `show` opens the panel, which has the button.
 */
export function tellTokens(lake: ILake, show: () => void): void {
  const { events, queries, trans } = lake;
  const standings = new Map<string, TokenStanding>();
  const open = new Map<string, string>();
  const actions = [{ label: trans.__('Show'), callback: show }];

  const tell = (instance: string, type: 'warning' | 'success', message: string) => {
    const autoClose = type === 'warning' ? false : 8000;
    const options = { autoClose, actions: type === 'warning' ? actions : [] } as const;
    const known = open.get(instance);
    if (known === undefined || !Notification.update({ id: known, type, message, ...options })) {
      open.set(instance, Notification.emit(message, type, options));
    }
  };
  const look = (tokens: TokensStatus) => {
    const { instance } = tokens;
    const before = standings.get(instance);
    const standing = tokenStandingOf(tokens);
    standings.set(instance, standing);
    if (before === undefined || before === standing) {
      return;
    }
    if (TOLD.has(standing)) {
      tell(instance, 'warning', sentenceOf(tokens, standing, lake));
    } else if (standing === 'fresh' && open.has(instance)) {
      tell(instance, 'success', trans.__('Your data lake tokens are fresh again.'));
      open.delete(instance);
    } else if (standing === 'signed-out') {
      Notification.dismiss(open.get(instance));
      open.delete(instance);
    }
  };

  events.watch([SESSION_KEY, TOKENS_KEY]);
  new QueryObserver(queries, tokensQuery(lake)).subscribe(({ data }) => data?.tokens.forEach(look));
}

function sentenceOf(
  { issuer, targets }: TokensStatus,
  standing: TokenStanding,
  { trans }: ILake
): string {
  if (standing === 'sign-in') {
    return trans.__(
      'Your sign-in at %1 has ended: sign in again before your data lake tokens end.',
      issuer
    );
  }
  if (standing === 'lapsed') {
    return trans.__(
      'Your sign-in at %1 has ended, and your data lake tokens with it: sign in again.',
      issuer
    );
  }
  const problem = targets.find(each => each.problem !== null)?.problem ?? null;
  const why = problem === null ? '' : ` ${problemSentence(problem, trans)}`;
  return standing === 'ended'
    ? trans.__('Your data lake tokens have ended.') + why
    : trans.__('Your data lake tokens cannot be renewed.') + why;
}
