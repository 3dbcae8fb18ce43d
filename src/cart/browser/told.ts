import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { AvailabilityCommands } from '../../availability/browser/tokens.js';
import { problemSentence } from '../../common/browser/problem-sentences.js';
import { toProblem } from '../../common/contract/problem.js';
import type { CartItem } from '../contract.js';

const SHOWN_MS = 8000;

/** Tells a failure where no view of ours would, as one sentence. */
export function tellFailure(error: unknown, trans: TranslationBundle): void {
  Notification.error(problemSentence(toProblem(error), trans), { autoClose: SHOWN_MS });
}

/** The variable's name, which is what a person types next, and a button that makes it available. */
export function tellAdded(
  commands: CommandRegistry,
  { did, instance, variableName }: CartItem,
  known: boolean,
  trans: TranslationBundle
): void {
  const args = { dids: [did], instance };
  const command = AvailabilityCommands.makeAvailable;
  const offered = commands.hasCommand(command) && commands.isEnabled(command, args);
  const makeAvailable = {
    label: trans.__('Make available'),
    caption: trans.__('Ask Rucio to bring it to the mounted RSE'),
    callback: () => {
      void commands.execute(command, args);
    }
  };
  Notification.success(
    known
      ? trans.__('%1 is in the cart already, as the variable %2.', did, variableName)
      : trans.__('%1 is in the cart: use it as %2 in a cell.', did, variableName),
    {
      autoClose: SHOWN_MS,
      actions: offered ? [makeAvailable] : []
    }
  );
}

export function tellRemoved(item: CartItem, undo: () => void, trans: TranslationBundle): void {
  Notification.info(trans.__('%1 was removed from the cart.', item.variableName), {
    autoClose: SHOWN_MS,
    actions: [
      {
        label: trans.__('Undo'),
        callback: () => {
          try {
            undo();
          } catch (error) {
            tellFailure(error, trans);
          }
        }
      }
    ]
  });
}
