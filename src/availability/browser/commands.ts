import { InputDialog, Notification } from '@jupyterlab/apputils';
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as z from 'zod';
import { problemSentence } from '../../common/browser/problem-sentences.js';
import { parseDid } from '../../common/contract/did.js';
import type { MakeResult } from '../contract.js';
import type { AvailabilityActions } from './actions.js';
import { allowedDays, DAY_SECONDS } from './choice.js';
import { makeAvailableIcon } from './icons.js';
import { addRuleCommands } from './rule-commands.js';
import type { IAvailabilityServices } from './services.js';
import { isAllThere, keepCommandEnabled } from './there.js';
import { told } from './told.js';
import { AvailabilityCommands } from './tokens.js';

const MakeArgs = z.object({
  dids: z.array(z.string()).optional(),
  did: z.string().optional(),
  instance: z.string().optional(),
  lifetimeSeconds: z.number().nullish(),
  rseExpression: z.string().optional(),
  quiet: z.boolean().optional()
});

/** Adds the commands of this slice. They answer what came of it, and throw DataLakeError. */
export function addAvailabilityCommands(
  services: IAvailabilityServices,
  actions: AvailabilityActions
): void {
  const { commands, lake } = services;
  const { trans } = lake;
  commands.addCommand(AvailabilityCommands.makeAvailable, {
    label: args =>
      'did' in args || 'dids' in args
        ? trans.__('Make Available')
        : trans.__('Make Data Available …'),
    caption: trans.__('Ask Rucio to bring this data to the mounted RSE'),
    icon: makeAvailableIcon,
    describedBy: { args: makeArgs(trans) },
    isEnabled: args => {
      const { dids, did, instance } = MakeArgs.safeParse(args).data ?? {};
      return !isAllThere(lake.queries, dids ?? (did === undefined ? [] : [did]), instance);
    },
    execute: args => makeCommand(services, actions, MakeArgs.parse(args))
  });
  keepCommandEnabled(lake.queries, commands, AvailabilityCommands.makeAvailable);
  addRuleCommands(services, actions);
}

async function makeCommand(
  { lake, preferences }: IAvailabilityServices,
  actions: AvailabilityActions,
  args: z.infer<typeof MakeArgs>
): Promise<MakeResult[]> {
  const { trans } = lake;
  const quiet = args.quiet === true;
  try {
    const dids = args.dids ?? (args.did === undefined ? await askForDid(trans) : [args.did]);
    if (dids.length === 0) {
      return [];
    }
    const { instance, rseExpression } = args;
    // null: the plan was looked at, and the site's default is meant.
    let lifetimeSeconds = args.lifetimeSeconds ?? undefined;
    if (args.lifetimeSeconds === undefined && preferences.lifetimeDays !== null) {
      const bounds = await actions.lifetime({ did: dids[0], instance });
      lifetimeSeconds = allowedDays(preferences.lifetimeDays, bounds) * DAY_SECONDS;
    }
    const results = await actions.make({ dids, instance, rseExpression, lifetimeSeconds });
    if (!quiet) {
      tellOutcome(results, trans);
    }
    return results;
  } catch (error) {
    throw quiet ? error : told(error, trans);
  }
}

async function askForDid(trans: TranslationBundle): Promise<string[]> {
  const { value } = await InputDialog.getText({
    title: trans.__('Make Data Available'),
    label: trans.__('DID (scope:name)'),
    placeholder: trans.__('scope:name'),
    okLabel: trans.__('Make Available')
  });
  const did = (value ?? '').trim();
  if (did === '') {
    return [];
  }
  parseDid(did);
  return [did];
}

/** Where nobody else shows it: one notification with what came of it. */
function tellOutcome(results: readonly MakeResult[], trans: TranslationBundle): void {
  const failures = results.flatMap(result => ('problem' in result ? [result] : []));
  if (failures.length > 0) {
    const [{ did, problem }] = failures;
    Notification.error(
      failures.length === 1
        ? trans.__('%1: %2', did, problemSentence(problem, trans))
        : trans.__(
            '%1 DIDs could not be made available. The first, %2: %3',
            failures.length,
            did,
            problemSentence(problem, trans)
          ),
      { autoClose: false }
    );
    return;
  }
  const there = results.every(result => 'outcome' in result && result.outcome === 'already-there');
  Notification.info(
    there
      ? trans._n(
          '%2 is there already.',
          'All %1 are there already.',
          results.length,
          results[0]?.did
        )
      : trans._n('%2 is on its way.', '%1 DIDs are on their way.', results.length, results[0]?.did),
    { autoClose: 4000 }
  );
}

/** In the palette each asks for what it needs. */
export function paletteCommands(): readonly string[] {
  return Object.values(AvailabilityCommands);
}

function makeArgs(trans: TranslationBundle): ReadonlyJSONObject {
  return {
    type: 'object',
    properties: {
      did: { type: 'string', description: trans.__('One DID, as scope:name') },
      dids: {
        type: 'array',
        items: { type: 'string' },
        description: trans.__('Several DIDs; with neither, a dialog asks')
      },
      instance: {
        type: 'string',
        description: trans.__('A configured instance; the first if left out')
      },
      lifetimeSeconds: {
        type: ['number', 'null'],
        description: trans.__('How long it is kept; left out: as the settings say, or the site')
      },
      rseExpression: { type: 'string', description: trans.__('Where to, of what the site allows') },
      quiet: { type: 'boolean', description: trans.__('The caller shows what came of it') }
    }
  };
}
