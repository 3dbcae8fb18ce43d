import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import * as z from 'zod';
import type { Rule } from '../contract.js';
import type { AvailabilityActions, IRuleArgs } from './actions.js';
import { allowedDays, DAY_SECONDS } from './choice.js';
import { pickRule } from './pick-rule.js';
import type { IAvailabilityServices } from './services.js';
import { told } from './told.js';
import { AvailabilityCommands } from './tokens.js';

const RuleArgs = z.object({
  ruleId: z.string().optional(),
  did: z.string().optional(),
  instance: z.string().optional(),
  lifetimeDays: z.number().positive().optional(),
  quiet: z.boolean().optional()
});

interface IRuleCommand {
  id: string;
  label: string;
  caption: string;
  /** Whether it makes sense for a rule, when one is to be picked from a list. */
  fits: (rule: Rule) => boolean;
  run: (target: IRuleArgs, days: number | undefined) => Promise<Rule | null>;
  done: (did: string) => string;
}

/** Retry, extend and cancel a rule: the given one, or one that a dialog asks for. */
export function addRuleCommands(
  services: IAvailabilityServices,
  actions: AvailabilityActions
): void {
  const { trans } = services.lake;
  const specs: IRuleCommand[] = [
    {
      id: AvailabilityCommands.retry,
      label: trans.__('Retry Stuck Rule'),
      caption: trans.__('Have Rucio try again what is stuck'),
      fits: ({ state }) => state === 'STUCK',
      run: target => actions.retry(target),
      done: did => trans.__('Rucio tries %1 again.', did)
    },
    {
      id: AvailabilityCommands.extend,
      label: trans.__('Extend Rule'),
      caption: trans.__('Keep data on the mounted RSE for longer'),
      fits: ({ expiresAt }) => expiresAt !== null,
      run: async (target, days) => {
        const bounds = await actions.lifetime(target);
        const wish = days ?? services.preferences.lifetimeDays;
        return actions.extend({
          ...target,
          lifetimeSeconds: Math.round(
            wish === null ? bounds.defaultSeconds : allowedDays(wish, bounds) * DAY_SECONDS
          )
        });
      },
      done: did => trans.__('%1 is kept for longer.', did)
    },
    {
      id: AvailabilityCommands.cancel,
      label: trans.__('Cancel Rule'),
      caption: trans.__('Give up a rule: Rucio may then remove the copies'),
      fits: ({ mine }) => mine,
      run: target => actions.cancel(target),
      done: did => trans.__('The rule of %1 is given up.', did)
    }
  ];
  for (const spec of specs) {
    services.commands.addCommand(spec.id, {
      label: spec.label,
      caption: spec.caption,
      describedBy: { args: ruleArgs(trans) },
      execute: args => ruleCommand(services, spec, RuleArgs.parse(args))
    });
  }
}

async function ruleCommand(
  services: IAvailabilityServices,
  { fits, label, run, done }: IRuleCommand,
  { ruleId, did, instance, lifetimeDays, quiet }: z.infer<typeof RuleArgs>
): Promise<Rule | null> {
  const { trans } = services.lake;
  try {
    const target =
      ruleId === undefined || did === undefined
        ? await pickRule(services.lake, label, fits)
        : { ruleId, did, instance };
    if (target === null) {
      return null;
    }
    const rule = await run(target, lifetimeDays);
    if (quiet !== true) {
      Notification.success(done(target.did), { autoClose: 4000 });
    }
    return rule;
  } catch (error) {
    throw quiet === true ? error : told(error, trans);
  }
}

function ruleArgs(trans: TranslationBundle): ReadonlyJSONObject {
  return {
    type: 'object',
    properties: {
      ruleId: { type: 'string', description: trans.__('The rule; left out: a dialog asks') },
      did: { type: 'string', description: trans.__('The DID of the rule, as scope:name') },
      instance: {
        type: 'string',
        description: trans.__('A configured instance; the first if left out')
      },
      lifetimeDays: { type: 'number', description: trans.__('Days from now, to extend a rule') },
      quiet: { type: 'boolean', description: trans.__('The caller shows what came of it') }
    }
  };
}
