import { Notification } from '@jupyterlab/apputils';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { ReactElement } from 'react';
import type { ICart } from '../../cart/browser/tokens.js';
import { CatalogueCommands, type IDidArgs } from '../../catalogue/browser/tokens.js';
import { LakeRoot } from '../../common/browser/lake-root.js';
import { problemSentence } from '../../common/browser/problem-sentences.js';
import { openReactDialog } from '../../common/browser/react-dialog.js';
import { DID_TYPES, parseDid } from '../../common/contract/did.js';
import { toProblem } from '../../common/contract/problem.js';
import type { ILake } from '../../sidebar/browser/tokens.js';
import { AttachForm } from './attach-form.js';
import { CreateForm, type ICreated } from './create-form.js';
import { DetachForm } from './detach-form.js';
import { LifetimeForm } from './lifetime-form.js';
import { MetadataForm } from './metadata-form.js';
import { openOrClose } from './open-or-close.js';
import { CareCommands } from './tokens.js';

const SHOWN_MS = 6000;

export interface ICareParts {
  commands: CommandRegistry;
  lake: ILake;
  cart: ICart | null;
  /** The row of the catalogue whose menu is open, as it says of itself in the page. */
  chosenRow: () => DOMStringMap | null;
}

/** A DID that a command is about; null where there is none. */
function didOf(args: ReadonlyPartialJSONObject, { chosenRow }: ICareParts): IDidArgs | null {
  const given = typeof args['did'] === 'string' ? args : (chosenRow() ?? {});
  const { did, instance } = given;
  const type = DID_TYPES.find(one => one === given['type']);
  return typeof did === 'string' && type !== undefined
    ? { did, type, ...(typeof instance === 'string' ? { instance } : {}) }
    : null;
}

/** Whether its scope belongs to the account; true where that is not known: then the lake says it. */
function isOwn({ did, instance }: IDidArgs, { queries }: ILake): boolean {
  const scopes = queries.getQueryData<{ own: string[] }>(['catalogue', 'scopes', instance ?? null]);
  return scopes === undefined || scopes.own.includes(parseDid(did).scope);
}

/** Everything that is done to one's own datasets and containers. */
export function addCareCommands(parts: ICareParts): void {
  const { commands, lake, cart } = parts;
  const { trans } = lake;
  const { done, guarded } = telling(parts);

  commands.addCommand(CareCommands.create, {
    label: trans.__('Create Dataset or Container…'),
    caption: trans.__('A new dataset or container in one of your scopes'),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          scope: { type: 'string', description: trans.__('Proposed; left out: your first one') },
          instance: { type: 'string', description: trans.__('Name of a configured instance') }
        }
      }
    },
    execute: guarded(async args => {
      const { scope, instance } = { ...parts.chosenRow(), ...args };
      const created = await show<ICreated>(lake, trans.__('Create Dataset or Container'), close => (
        <CreateForm
          lake={lake}
          instance={typeof instance === 'string' ? instance : undefined}
          scope={typeof scope === 'string' ? scope : undefined}
          onDone={close}
        />
      ));
      if (created !== null) {
        done(trans.__('%1 is there, with nothing in it.', created.did));
      }
    })
  });

  interface IOnDid {
    command: string;
    label: string;
    caption: string;
    fits: (did: IDidArgs) => boolean;
    run: (did: IDidArgs) => Promise<void>;
  }
  const isCollection = ({ type }: IDidArgs) => type !== 'FILE';
  const always = () => true;
  const onDid: IOnDid[] = [
    {
      command: CareCommands.attach,
      label: trans.__('Attach…'),
      caption: trans.__('Put what is in the cart, or other DIDs, into it'),
      fits: isCollection,
      run: async did => {
        const members = await show<string[]>(lake, trans.__('Attach to %1', did.did), close => (
          <AttachForm lake={lake} cart={cart} did={did} onDone={close} />
        ));
        if (members !== null) {
          done(
            trans._n('Attached %1 DID to %2.', 'Attached %1 DIDs to %2.', members.length, did.did)
          );
        }
      }
    },
    {
      command: CareCommands.detach,
      label: trans.__('Detach…'),
      caption: trans.__('Take DIDs out of it; they stay in the data lake'),
      fits: isCollection,
      run: async did => {
        const members = await show<string[]>(lake, trans.__('Detach from %1', did.did), close => (
          <DetachForm lake={lake} did={did} onDone={close} />
        ));
        if (members !== null) {
          done(
            trans._n(
              'Detached %1 DID from %2.',
              'Detached %1 DIDs from %2.',
              members.length,
              did.did
            )
          );
        }
      }
    },
    {
      command: CareCommands.setOpen,
      label: trans.__('Close or Open…'),
      caption: trans.__('A closed dataset takes no more members'),
      fits: isCollection,
      run: async did => {
        if (await openOrClose(lake, did)) {
          done(null);
        }
      }
    },
    {
      command: CareCommands.setMetadata,
      label: trans.__('Set Metadata…'),
      caption: trans.__('Change, add and take away metadata'),
      fits: always,
      run: async did => {
        const changed = await show<true>(lake, trans.__('Metadata'), close => (
          <MetadataForm lake={lake} did={did} onDone={close} />
        ));
        if (changed !== null) {
          done(trans.__('The metadata of %1 is set.', did.did));
        }
      }
    },
    {
      command: CareCommands.setLifetime,
      label: trans.__('Set Lifetime…'),
      caption: trans.__('When Rucio erases it'),
      fits: always,
      run: async did => {
        const title = trans.__('Lifetime of %1', did.did);
        const answer = await show<{ warning: string | null }>(lake, title, close => (
          <LifetimeForm lake={lake} did={did} onDone={close} />
        ));
        if (answer !== null) {
          done(answer.warning ?? trans.__('The lifetime of %1 is set.', did.did));
        }
      }
    }
  ];
  const describedBy = {
    args: {
      type: 'object',
      properties: {
        did: { type: 'string', description: trans.__('scope:name; left out: the chosen row') },
        type: { type: 'string', description: trans.__('FILE, DATASET or CONTAINER') },
        instance: { type: 'string', description: trans.__('Name of a configured instance') }
      }
    }
  };
  for (const { command, label, caption, fits, run } of onDid) {
    const suits = (args: ReadonlyPartialJSONObject) => {
      const did = didOf(args, parts);
      return did !== null && fits(did) && isOwn(did, lake);
    };
    commands.addCommand(command, {
      label,
      caption,
      describedBy,
      isEnabled: suits,
      isVisible: suits,
      execute: guarded(async args => {
        const did = didOf(args, parts);
        if (did !== null) {
          await run(did);
        }
      })
    });
  }
}

type Execute = (args: ReadonlyPartialJSONObject) => Promise<void>;

/** How it is told that something is done, and that it went wrong where no form says so. */
function telling({ commands, lake: { queries, trans } }: ICareParts) {
  const done = (sentence: string | null) => {
    if (sentence !== null) {
      Notification.success(sentence, { autoClose: SHOWN_MS });
    }
    void queries.invalidateQueries({ queryKey: ['catalogue'] });
    if (commands.hasCommand(CatalogueCommands.refresh)) {
      void commands.execute(CatalogueCommands.refresh);
    }
  };
  const guarded =
    (run: Execute): Execute =>
    async args => {
      try {
        await run(args);
      } catch (error) {
        Notification.error(problemSentence(toProblem(error), trans), { autoClose: SHOWN_MS });
      }
    };
  return { done, guarded };
}

function show<T>(
  lake: ILake,
  title: string,
  form: (close: (result: T | null) => void) => ReactElement
): Promise<T | null> {
  return openReactDialog<T>({
    title,
    className: 'jp-DataLakeCareDialog',
    render: close => <LakeRoot lake={lake}>{form(close)}</LakeRoot>
  });
}
