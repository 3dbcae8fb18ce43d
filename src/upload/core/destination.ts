import { DataLakeError } from '../../common/contract/problem.js';
import type { Destination, UploadPlan } from '../contract.js';
import type { IRsesToWrite, IStore, IStores, IWritableRse } from './ports.js';

/** Rucio wants more left than the files need (core/rse_selector.py). */
export function room({ limitBytes, usedBytes }: Destination['quota']): number {
  return limitBytes === null ? Infinity : limitBytes - usedBytes;
}

/** What people want to know of an RSE before they choose it. */
export async function described(
  rses: IRsesToWrite,
  rse: string,
  signal: AbortSignal
): Promise<{ facts: IWritableRse; destination: Destination }> {
  const [facts, allowed, freeBytes, quota] = await Promise.all([
    rses.facts(rse, signal),
    rses.mayWrite(rse, signal),
    rses.freeBytes(rse, signal),
    rses.quota(rse, signal)
  ]);
  const reason = whyNot(facts, allowed, quota);
  return {
    facts,
    destination: {
      rse,
      mayWrite: reason === null ? allowed : false,
      reason,
      deterministic: facts.deterministic,
      schemes: facts.protocols.map(({ scheme }) => scheme),
      freeBytes,
      quota
    }
  };
}

function whyNot(
  { writable, deterministic, protocols }: IWritableRse,
  allowed: boolean | null,
  quota: Destination['quota']
): string | null {
  if (!writable) {
    return 'It is closed for writing at the moment.';
  }
  if (allowed === false) {
    return "Rucio's policy does not let this account put files there.";
  }
  if (room(quota) <= 0) {
    return 'This account has no quota left there.';
  }
  if (!deterministic) {
    return 'Its files lie where somebody has put them: it takes no uploads, only files of its scratch folder.';
  }
  return protocols.length === 0 ? 'No protocol of it takes uploads.' : null;
}

/** The RSEs that may be written to first, those with most room first. */
export function ranked(destinations: readonly Destination[]): Destination[] {
  const rank = ({ mayWrite }: Destination) => (mayWrite === true ? 0 : mayWrite === null ? 1 : 2);
  return [...destinations].sort(
    (one, other) =>
      rank(one) - rank(other) ||
      (other.freeBytes ?? 0) - (one.freeBytes ?? 0) ||
      one.rse.localeCompare(other.rse)
  );
}

/**
 * Whether the lake could copy so many bytes from scratch space to one of these RSEs. Throws `quota-exceeded`, and
 * `bad-request` for an expression that Rucio cannot read.
 */
export async function checkMove(
  rses: IRsesToWrite,
  expression: string,
  bytes: number,
  signal: AbortSignal
): Promise<void> {
  const names = await rses.matching(expression, signal);
  const quotas = await Promise.all(names.map(name => rses.quota(name, signal)));
  if (!quotas.some(quota => room(quota) > bytes)) {
    throw new DataLakeError(
      'quota-exceeded',
      `These files need ${bytes} bytes, and your quota suffices on none of the RSEs of "${expression}": choose another destination, or fewer files.`
    );
  }
}

export interface IChosen {
  facts: IWritableRse;
  scheme: string;
  store: IStore;
}

type Wanted = Pick<UploadPlan, 'rseExpression' | 'protocol'>;

/** All that can be known before the number of bytes is. */
export type Candidates = readonly Awaited<ReturnType<typeof described>>[];

/**
 * The RSEs of the expression as they are now; the programs that would send are looked for meanwhile. Throws `bad-request`
 * for an expression that Rucio cannot read.
 */
export async function destinations(
  rses: IRsesToWrite,
  stores: IStores,
  { rseExpression, protocol }: Wanted,
  signal: AbortSignal
): Promise<Candidates> {
  const names = await rses.matching(rseExpression, signal);
  return Promise.all(
    names.map(async name => {
      const one = await described(rses, name, signal);
      // Whether one is found is for the choice to say.
      stores.choose(name, schemesOf(one.facts, protocol)).catch(() => undefined);
      return one;
    })
  );
}

/**
 * The RSE that takes so many bytes, and the protocol by which they are sent. Throws `rse-not-writable`, `quota-exceeded`
 * and `no-way-to-store`.
 */
export async function chooseDestination(
  all: Candidates,
  stores: IStores,
  { rseExpression: expression, protocol }: Wanted,
  bytes: number
): Promise<IChosen> {
  const byName = new Map(all.map(({ facts }) => [facts.rse, facts]));
  const writable = ranked(
    all.map(({ destination }) => destination).filter(({ mayWrite }) => mayWrite !== false)
  );
  if (writable.length === 0) {
    const [first] = all;
    throw new DataLakeError(
      'rse-not-writable',
      all.length === 1
        ? `${first.facts.rse} takes no upload of yours: ${first.destination.reason}`
        : `None of the ${all.length} RSEs of "${expression}" takes an upload of yours: choose another destination.`,
      { detail: all.map(({ destination: { rse, reason } }) => `${rse}: ${reason}`).join('\n') }
    );
  }
  const fitting = writable.filter(
    ({ quota, freeBytes }) => room(quota) > bytes && (freeBytes ?? Infinity) >= bytes
  );
  if (fitting.length === 0) {
    const [{ rse, quota, freeBytes }] = writable;
    const full = room(quota) > bytes;
    throw new DataLakeError(
      full ? 'store-full' : 'quota-exceeded',
      full
        ? `${rse} has ${freeBytes} bytes free, and these files need ${bytes}: choose another destination, or fewer files.`
        : `Your quota on ${rse} has ${room(quota)} bytes left, and these files need more (${bytes}): choose another destination, or fewer files.`
    );
  }
  let refused: unknown;
  for (const { rse } of fitting) {
    const facts = byName.get(rse)!;
    try {
      return { facts, ...(await stores.choose(rse, schemesOf(facts, protocol))) };
    } catch (error) {
      refused = error;
    }
  }
  throw refused;
}

const schemesOf = ({ protocols }: IWritableRse, wanted: string | null) =>
  protocols.map(({ scheme }) => scheme).filter(scheme => wanted === null || scheme === wanted);
