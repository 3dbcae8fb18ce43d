import { useState } from 'react';
import type { IDidArgs } from '../../catalogue/browser/tokens.js';
import { call } from '../../common/browser/client.js';
import {
  LifetimeField,
  lifetimeSeconds,
  type LifetimeText
} from '../../common/browser/lifetime-field.js';
import { useTrans } from '../../common/browser/trans.js';
import type { ILake } from '../../sidebar/browser/tokens.js';
import { setLifetime } from '../contract.js';
import { CareForm } from './care-form.js';

interface ILifetimeFormProps {
  lake: ILake;
  did: IDidArgs;
  onDone: (answer: { warning: string | null } | null) => void;
}

/** When Rucio erases a DID: that takes everybody's copies of it along, which is said before. */
export function LifetimeForm({ lake, did, onDone }: ILifetimeFormProps) {
  const trans = useTrans();
  const [lifetime, setLifetimeText] = useState<LifetimeText>({ number: '30', unit: 'days' });
  const seconds = lifetimeSeconds(lifetime);
  const complaint = seconds === null || seconds >= 1 ? null : trans.__('Type a number above zero.');
  return (
    <CareForm
      accept={lifetime === null ? trans.__('Keep it for ever') : trans.__('Set the end')}
      complaint={complaint}
      onDone={onDone}
      run={() =>
        call(lake.settings, setLifetime, {
          instance: did.instance,
          did: did.did,
          lifetimeSeconds: seconds
        })
      }
    >
      <LifetimeField
        value={lifetime}
        onChange={setLifetimeText}
        complaint={complaint ?? undefined}
      />
      {lifetime !== null && (
        <p className="jp-DataLakeCare-warning" role="note">
          {did.type === 'FILE'
            ? trans.__(
                'At its end Rucio erases the file, with everybody’s rules on it and all its copies. That cannot be undone.'
              )
            : trans.__(
                'At its end Rucio erases it, with everybody’s rules on it, and the copies of its files that nothing else keeps. That cannot be undone.'
              )}
        </p>
      )}
    </CareForm>
  );
}
