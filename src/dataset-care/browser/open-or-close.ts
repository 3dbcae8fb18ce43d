import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { IDidArgs } from '../../catalogue/browser/tokens.js';
import { getDid } from '../../catalogue/contract.js';
import { call } from '../../common/browser/client.js';
import type { ILake } from '../../sidebar/browser/tokens.js';
import { setOpen } from '../contract.js';

/** Closes what is open and opens what is closed, after a word about what that means. Answers whether it did. */
export async function openOrClose(
  { settings, trans }: ILake,
  { did, instance }: IDidArgs
): Promise<boolean> {
  const { open } = await call(settings, getDid, { did, instance });
  const closes = open !== false;
  const { button } = await showDialog({
    title: closes ? trans.__('Close It?') : trans.__('Open It Again?'),
    body: closes
      ? trans.__('%1 is open. Once closed, nothing more can be attached to it.', did)
      : trans.__('%1 is closed. Once open, more can be attached to it.', did),
    buttons: [
      Dialog.cancelButton(),
      Dialog.okButton({ label: closes ? trans.__('Close It') : trans.__('Open It') })
    ]
  });
  if (!button.accept) {
    return false;
  }
  await call(settings, setOpen, { did, instance, open: !closes });
  return true;
}
