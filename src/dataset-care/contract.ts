import * as z from 'zod';
import { DidText } from '../common/contract/did.js';
import { endpoint } from '../common/contract/endpoint.js';
import { OnInstance } from '../common/contract/instance.js';

const OnDid = OnInstance.extend({ did: DidText });
const Nothing = z.object({});

export const CollectionType = z.enum(['DATASET', 'CONTAINER']);
export type CollectionType = z.infer<typeof CollectionType>;

/** A dataset or container with nothing in it. Throws `conflict` where the DID exists. */
export const createCollection = endpoint({
  method: 'POST',
  path: '/collections/create',
  request: OnDid.extend({
    type: CollectionType,
    metadata: z.record(z.string(), z.string()).default({})
  }),
  answer: Nothing
});

const Members = OnDid.extend({ members: z.array(DidText).min(1).max(1000) });

/** What is in it already stays so. */
export const attachMembers = endpoint({
  method: 'POST',
  path: '/collections/attach',
  request: Members,
  answer: Nothing
});

export const detachMembers = endpoint({
  method: 'POST',
  path: '/collections/detach',
  request: Members,
  answer: Nothing
});

/** A closed dataset takes no more members. */
export const setOpen = endpoint({
  method: 'POST',
  path: '/collections/open',
  request: OnDid.extend({ open: z.boolean() }),
  answer: Nothing
});

/** null as a value takes the key away. */
export const setMetadata = endpoint({
  method: 'POST',
  path: '/dids/metadata',
  request: OnDid.extend({ metadata: z.record(z.string(), z.string().max(1000).nullable()) }),
  answer: Nothing
});

/**
 * Rucio erases the DID, with everybody's rules on it, so many seconds from now; null: never. `warning` says that
 * in a sentence.
 */
export const setLifetime = endpoint({
  method: 'POST',
  path: '/dids/lifetime',
  request: OnDid.extend({ lifetimeSeconds: z.number().int().nonnegative().nullable() }),
  answer: z.object({ warning: z.string().nullable() })
});
