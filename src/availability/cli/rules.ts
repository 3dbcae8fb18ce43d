import { formatTime } from '../../common/cli/format.js';
import { parseDid } from '../../common/contract/did.js';
import { DataLakeError } from '../../common/contract/problem.js';
import type { Rule } from '../contract.js';
import { days, type Call } from './call.js';

/** `datalake rules`: lists them, or changes one. */
export async function rules(call: Call<{ lifetime?: string }>): Promise<number> {
  const { args, options, out, service, signal } = call;
  const [what, ruleId] = args;
  if (what === 'retry' || what === 'extend' || what === 'cancel') {
    if (!/^[0-9a-f]{32}$/.test(ruleId ?? '') || args.length > 2) {
      throw new DataLakeError('bad-request', `Write datalake rules ${what} RULE, with its id.`);
    }
    const rule =
      what === 'retry'
        ? await service.retry(ruleId, signal)
        : what === 'cancel'
          ? await service.cancel(ruleId, signal)
          : await service.extend(ruleId, days(options.lifetime ?? ''), signal);
    await out.record(rule ?? { id: ruleId, state: null }, [
      ['rule', ruleId],
      ['DID', rule?.did ?? null],
      ['state', rule?.state ?? 'gone'],
      ['ends', rule === null ? null : formatTime(rule.expiresAt) || 'never']
    ]);
    return 0;
  }
  if (args.length > 1) {
    throw new DataLakeError(
      'bad-request',
      'Write datalake rules [DID], or retry, extend or cancel and a rule.'
    );
  }
  if (what !== undefined) {
    parseDid(what);
  }
  const show = out.table<Rule>([
    { head: 'STATE', value: ({ state }) => state },
    {
      head: 'FILES',
      value: ({ locks }) => `${locks.ok}/${locks.ok + locks.replicating + locks.stuck}`,
      align: 'right'
    },
    { head: 'ACCOUNT', value: ({ account }) => account },
    { head: 'RSE EXPRESSION', value: ({ rseExpression }) => rseExpression },
    {
      head: 'ENDS',
      value: ({ expiresAt }) => expiresAt,
      show: ({ expiresAt }) => formatTime(expiresAt) || 'never'
    },
    { head: 'RULE', value: ({ id }) => id },
    { head: 'DID', value: ({ did }) => did },
    { head: '', value: ({ error }) => error }
  ]);
  for await (const batch of service.rules(what, signal)) {
    await show(batch);
  }
  return 0;
}
