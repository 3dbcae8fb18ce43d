import * as oidc from 'openid-client';
import { readFile } from 'node:fs/promises';
import { DataLakeError } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import { claimsOf } from '../../common/server/jwt.js';
import type { IIssuedToken } from '../../token-renewal/core/ports.js';
import { issuerError } from './errors.js';

export interface IOidcSettings {
  /** As its metadata says it, to the letter. */
  issuer: string;
  clientId: string;
  /** '': a public client. Read whenever the metadata is. */
  clientSecretFile: string;
}

/** Where the identity provider's metadata is kept for a start while it is away. Never throws. */
export interface IMetadataMemory {
  read(): Promise<unknown>;
  write(metadata: object): Promise<void>;
}

const LIFE_IF_UNSAID_MS = 3_600_000;
/** A clock that is off is told of; it is no reason not to let anybody in. In seconds. */
const TOLERANT = { [oidc.clockTolerance]: 600 };

type Answer = oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers;

/** One identity provider, whose metadata is read at the first need (OpenID Connect Discovery 1.0). */
export class OidcIssuer {
  constructor(
    private readonly _settings: IOidcSettings,
    private readonly _memory: IMetadataMemory,
    private readonly _clock: IClock,
    private readonly _deadlineMs: number
  ) {}

  get host(): string {
    return new URL(this._settings.issuer).host;
  }

  now(): number {
    return this._clock.now();
  }

  /** Works with what the identity provider says of itself. Throws DataLakeError only. */
  async ask<T>(work: (configuration: oidc.Configuration) => Promise<T>): Promise<T> {
    try {
      return await work(await this._configuration());
    } catch (error) {
      throw issuerError(error, this.host);
    }
  }

  /** A token with its end by this machine's clock: the identity provider's may be off. */
  received(answer: Answer): IIssuedToken {
    const receivedAt = this._clock.now();
    const { expiresAt, issuedAt } = claimsOf(answer.access_token);
    const claimed =
      expiresAt !== null && issuedAt !== null ? expiresAt - issuedAt : LIFE_IF_UNSAID_MS;
    const lifeMs = answer.expires_in === undefined ? claimed : answer.expires_in * 1000;
    return {
      token: answer.access_token,
      life: { receivedAt, expiresAt: receivedAt + lifeMs },
      issuedAt
    };
  }

  /**
   * Where one can ask whether a token is good (RFC 7662); as remembered from before, until the identity provider
   * has said it anew. Throws `not-configured` where nobody can.
   */
  async introspectionEndpoint(): Promise<string> {
    const known = this._known ?? (await this._remembered(oidc.None()));
    const remembered = known?.serverMetadata().introspection_endpoint;
    if (remembered !== undefined) {
      return remembered;
    }
    return this.ask(configuration => {
      const { introspection_endpoint: endpoint } = configuration.serverMetadata();
      if (endpoint === undefined) {
        throw new DataLakeError(
          'not-configured',
          `The identity provider ${this.host} names no introspection endpoint, which EOS needs.`
        );
      }
      return Promise.resolve(endpoint);
    });
  }

  private _configuration(): Promise<oidc.Configuration> {
    this._discovered ??= this._discover().then(
      found => (this._known = found),
      (error: unknown) => {
        this._discovered = null;
        throw error;
      }
    );
    return this._discovered;
  }

  private async _discover(): Promise<oidc.Configuration> {
    const { issuer, clientId } = this._settings;
    const client = await this._client();
    try {
      const found = await oidc.discovery(new URL(issuer), clientId, TOLERANT, client, {
        timeout: this._deadlineMs / 1000
      });
      await this._memory.write(found.serverMetadata());
      return found;
    } catch (error) {
      const remembered = await this._remembered(client);
      const { code } = issuerError(error, this.host);
      if (remembered === null || (code !== 'issuer-unreachable' && code !== 'issuer-failed')) {
        throw error;
      }
      return remembered;
    }
  }

  private async _remembered(client: oidc.ClientAuth): Promise<oidc.Configuration | null> {
    const metadata = await this._memory.read();
    const { issuer, clientId } = this._settings;
    if (
      typeof metadata !== 'object' ||
      metadata === null ||
      !('issuer' in metadata) ||
      metadata.issuer !== issuer
    ) {
      return null;
    }
    const configuration = new oidc.Configuration(
      metadata as oidc.ServerMetadata,
      clientId,
      TOLERANT,
      client
    );
    configuration.timeout = this._deadlineMs / 1000;
    return configuration;
  }

  private async _client(): Promise<oidc.ClientAuth> {
    const { clientSecretFile } = this._settings;
    if (clientSecretFile === '') {
      return oidc.None();
    }
    try {
      return oidc.ClientSecretBasic((await readFile(clientSecretFile, 'utf8')).trim());
    } catch (cause) {
      throw new DataLakeError(
        'not-configured',
        `The client's secret in ${clientSecretFile} cannot be read: check c.DataLake.oidc_client_secret_file.`,
        { cause }
      );
    }
  }

  private _discovered: Promise<oidc.Configuration> | null = null;
  private _known: oidc.Configuration | null = null;
}
