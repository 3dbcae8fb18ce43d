import { parseDid } from '../../common/contract/did.js';
import { DataLakeError } from '../../common/contract/problem.js';
import type { ICollections, RucioMetadata } from '../../dataset-care/core/ports.js';
import type { IKnown, IRegistry } from '../../upload/core/ports.js';
import type { RucioAccount } from './account.js';
import { RucioCatalogue } from './catalogue.js';
import { RucioError } from './errors.js';
import type { RucioHttp } from './http.js';
import { rucioPath } from './path.js';

/** Changes of DIDs over Rucio's REST interface. */
export class RucioCollections implements ICollections {
  constructor(
    private readonly _http: RucioHttp,
    account: RucioAccount,
    private readonly _registry: Pick<IRegistry, 'known'>
  ) {
    this._catalogue = new RucioCatalogue(_http, account);
  }

  /** By the route for many, which does not check names: in that for one, a name that ends in /meta is somebody else's. */
  async create(
    did: string,
    type: 'DATASET' | 'CONTAINER',
    metadata: RucioMetadata,
    signal: AbortSignal
  ): Promise<void> {
    const there = (await this._registry.known([did], signal)).get(did);
    if (there !== undefined) {
      throw new DataLakeError(
        'conflict',
        `${did} is a ${there.type.toLowerCase()} already: choose another name.`
      );
    }
    const body = [{ ...parseDid(did), type, meta: metadata }];
    await this._http.text({ method: 'POST', path: '/dids', body, signal });
  }

  async attach(did: string, members: readonly string[], signal: AbortSignal): Promise<void> {
    const attachments = [{ ...parseDid(did), dids: members.map(parseDid) }];
    const body = { attachments, ignore_duplicate: true };
    const path = '/dids/attachments';
    await this._saying(
      {
        UnsupportedOperation: `${did} does not take all of them: it is closed, or of the wrong kind (a dataset holds files, a container datasets and containers).`,
        DataIdentifierNotFound: `${did}, or something that was to be attached, does not exist.`
      },
      () => this._http.text({ method: 'POST', path, body, signal, repeatable: true })
    );
  }

  async detach(did: string, members: readonly string[], signal: AbortSignal): Promise<void> {
    const { scope, name } = parseDid(did);
    const path = rucioPath`/dids/${scope}/${name}/dids`;
    const body = { dids: members.map(parseDid) };
    await this._saying(
      { DataIdentifierNotFound: `Not all of them are in ${did}: nothing was detached.` },
      () => this._http.text({ method: 'DELETE', path, body, signal })
    );
  }

  /** Rucio refuses what is so already. */
  async setOpen(did: string, open: boolean, signal: AbortSignal): Promise<void> {
    const { type, open: isOpen } = await this._mustKnow(did, signal);
    if (type === 'FILE') {
      throw new DataLakeError('conflict', `${did} is a file: there is nothing to open or close.`);
    }
    if (isOpen === open) {
      return;
    }
    const { scope, name } = parseDid(did);
    const path = rucioPath`/dids/${scope}/${name}/status`;
    await this._http.text({ method: 'PUT', path, body: { open }, signal });
  }

  async setMetadata(did: string, metadata: RucioMetadata, signal: AbortSignal): Promise<void> {
    await this._describe(did, metadata, signal);
  }

  /** Rucio lets everybody take away anybody's: we do not. */
  async removeMetadata(did: string, key: string, signal: AbortSignal): Promise<void> {
    const { scope, name } = parseDid(did);
    if (!(await this._catalogue.ownScopes(signal)).includes(scope)) {
      throw new DataLakeError('forbidden', `The scope ${scope} is not this account's.`);
    }
    await this._mustKnow(did, signal);
    const path = rucioPath`/dids/${scope}/${name}/meta`;
    try {
      await this._http.text({ method: 'DELETE', path, query: { key }, signal });
    } catch (error) {
      if (!(error instanceof RucioError) || error.exceptionClass !== 'KeyNotFound') {
        throw error;
      }
    }
  }

  async setLifetime(
    did: string,
    lifetimeSeconds: number | null,
    signal: AbortSignal
  ): Promise<void> {
    await this._describe(did, { lifetime: lifetimeSeconds }, signal);
  }

  private async _describe(did: string, meta: object, signal: AbortSignal): Promise<void> {
    const body = { dids: [{ ...parseDid(did), meta }] };
    const path = '/dids/bulkdidsmeta';
    await this._http.text({ method: 'POST', path, body, signal, repeatable: true });
  }

  private async _mustKnow(did: string, signal: AbortSignal): Promise<IKnown> {
    const known = (await this._registry.known([did], signal)).get(did);
    if (known === undefined) {
      throw new DataLakeError('not-found', 'Rucio knows no such DID.');
    }
    return known;
  }

  /** The same, with a sentence of our own where Rucio's class of error says little. */
  private async _saying<T>(
    sentences: Readonly<Record<string, string>>,
    ask: () => Promise<T>
  ): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof RucioError && Object.hasOwn(sentences, error.exceptionClass ?? '')) {
        throw new DataLakeError(error.code, sentences[error.exceptionClass ?? ''], {
          cause: error,
          detail: error.detail
        });
      }
      throw error;
    }
  }

  private readonly _catalogue: RucioCatalogue;
}
