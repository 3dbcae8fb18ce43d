import { InputDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDidArgs } from '../../catalogue/browser/tokens.js';
import { getDid } from '../../catalogue/contract.js';
import { call } from '../../common/browser/client.js';
import { defaultInstance } from '../../common/browser/session.js';
import { formatDid, parseDid } from '../../common/contract/did.js';
import type { ILake } from '../../sidebar/browser/tokens.js';
import type { CartItem } from '../contract.js';
import type { CartActions } from './actions.js';

/** Asks for a DID where none is given, and the lake for its type. null: the person gave it up. */
export async function askForDid(
  lake: ILake,
  did: string | undefined,
  instance: string | undefined
): Promise<Pick<IDidArgs, 'did' | 'type' | 'bytes'> | null> {
  const text = did ?? (await askForText(lake.trans));
  if (text === '') {
    return null;
  }
  const checked = formatDid(parseDid(text));
  const { type, bytes } = await call(lake.settings, getDid, {
    did: checked,
    instance: instance ?? (await defaultInstance(lake))
  });
  return { did: checked, type, ...(bytes === null ? {} : { bytes }) };
}

async function askForText(trans: TranslationBundle): Promise<string> {
  const { value } = await InputDialog.getText({
    title: trans.__('Add to Cart'),
    label: trans.__('DID'),
    placeholder: trans.__('scope:name')
  });
  return (value ?? '').trim();
}

/** The item that is named, the only one, or the one that the person chooses. */
export async function pick(
  actions: CartActions,
  { did, instance }: { did?: string | undefined; instance?: string | undefined },
  trans: TranslationBundle
): Promise<CartItem | null> {
  if (did !== undefined) {
    return actions.find(did, instance) ?? null;
  }
  const { items } = actions;
  if (items.length === 1) {
    return items[0];
  }
  const { value } = await InputDialog.getItem({
    title: trans.__('Which Variable?'),
    items: items.map(({ variableName }) => variableName)
  });
  return items.find(({ variableName }) => variableName === value) ?? null;
}

/** null: the person gave it up. */
export async function askForName(
  { variableName, did }: CartItem,
  trans: TranslationBundle
): Promise<string | null> {
  const { value } = await InputDialog.getText({
    title: trans.__('Rename Variable'),
    label: trans.__('Variable of %1', did),
    text: variableName
  });
  return value;
}
