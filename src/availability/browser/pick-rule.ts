import { InputDialog } from '@jupyterlab/apputils';
import { defaultInstance } from '../../common/browser/session.js';
import { stream } from '../../common/browser/client.js';
import { DataLakeError } from '../../common/contract/problem.js';
import type { ILake } from '../../sidebar/browser/tokens.js';
import { listRules, type Rule } from '../contract.js';
import type { IRuleArgs } from './actions.js';
import { ruleWord } from './describe.js';

/** More than a person reads in a dialog: the panel and the details have them all. */
const MOST = 200;

/** Asks which of the account's rules is meant, of those that fit; null when the dialog was left. */
export async function pickRule(
  lake: ILake,
  title: string,
  fits: (rule: Rule) => boolean
): Promise<IRuleArgs | null> {
  const instance = await defaultInstance(lake);
  const rules: Rule[] = [];
  for await (const batch of stream(lake.settings, listRules, { instance })) {
    rules.push(...batch.filter(fits));
    if (rules.length >= MOST) {
      break;
    }
  }
  if (rules.length === 0) {
    throw new DataLakeError(
      'not-found',
      lake.trans.__('You have no rule for which this can be done.')
    );
  }
  const lines = rules.map(
    ({ did, rseExpression, state }) => `${did} → ${rseExpression} (${ruleWord(state, lake.trans)})`
  );
  const { value } = await InputDialog.getItem({
    title,
    label: lake.trans.__('Rule'),
    items: lines
  });
  const chosen = rules[lines.indexOf(value ?? '')];
  return chosen === undefined ? null : { ruleId: chosen.id, did: chosen.did, instance };
}
