import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AgentSubject } from '../adapters/oidc/agent-subject.js';
import { OidcAuthorization } from '../adapters/oidc/authorization.js';
import { OidcExchange } from '../adapters/oidc/exchange.js';
import { watchText } from '../adapters/oidc/file-news.js';
import { GivenSubject } from '../adapters/oidc/given-subject.js';
import { HubSubject, type IHubSettings } from '../adapters/oidc/hub-subject.js';
import { OidcIssuer } from '../adapters/oidc/issuer.js';
import { OidcRefreshTokens } from '../adapters/oidc/refresh-tokens.js';
import { JsonMemory } from '../adapters/state/json-memory.js';
import { FileOwnership } from '../adapters/state/ownership.js';
import { SqliteSignInStore } from '../adapters/state/sign-in-store.js';
import { SqliteTokenBoard } from '../adapters/state/token-board.js';
import { TokenFiles, type ITokenFile } from '../adapters/state/token-files.js';
import type { IRucioClientSettings } from '../adapters/rucio/rucio-cfg.js';
import { RucioOidc } from '../adapters/rucio/rucio-oidc.js';
import { SYSTEM_CLOCK } from '../adapters/system-clock.js';
import { DataLakeError } from '../common/contract/problem.js';
import { Instances } from '../common/core/instances.js';
import { BrowserSignIns } from '../token-renewal/core/browser-sign-ins.js';
import { Custody } from '../token-renewal/core/custody.js';
import type {
  IAuthorization,
  IExchange,
  IRefreshTokens,
  ISignInStore,
  ISubject
} from '../token-renewal/core/ports.js';
import { RefreshSubject } from '../token-renewal/core/refresh-subject.js';
import { Renewal } from '../token-renewal/core/renewal.js';
import { SubjectIssuer } from '../token-renewal/core/subject-issuer.js';
import { TokenService } from '../token-renewal/core/token-service.js';
import type { TokensStatus } from '../token-renewal/contract.js';
import type { TokensConfig, TokenTargetConfig } from './config.js';
import type { ITokenFigure } from './figures.js';
import type { ILake } from './lake.js';

/** JupyterHub, as the server's own token lets us ask it. */
type HubAccess = Omit<IHubSettings, 'path'>;

export interface ITokens {
  tokens: Instances<TokenService>;
  authorizations: Instances<IAuthorization>;
  browserSignIns: BrowserSignIns;
  /** Keeps them fresh until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
}

/** The tokens of each instance that has any. Nothing is asked or written before `run`. */
export function makeTokens(
  { config, instances, log, figures }: ILake,
  hub: HubAccess | null,
  onChange: () => void
): ITokens {
  const browserSignIns = new BrowserSignIns(SYSTEM_CLOCK);
  const services = new Map<string, TokenService>();
  const authorizations = new Map<string, IAuthorization>();
  const custodies: Custody[] = [];
  for (const [name, { config: instance, client }] of instances) {
    const settings = instance.tokens;
    if (settings === undefined || settings === null) {
      continue;
    }
    const place = (file: string) => join(config.stateDir, `${file}-${name}`);
    const deadlineMs = config.requestDeadlineSeconds * 1000;
    const memory = new JsonMemory(`${place('issuer')}.json`);
    const parts =
      settings.source === 'rucio'
        ? rucioParts(settings, client, deadlineMs)
        : issuerParts(settings, memory, deadlineMs);
    const { provider, authorization, exchange } = parts;
    const database = join(config.stateDir, 'tokens.sqlite');
    const store = new SqliteSignInStore(database, name);
    const subject = subjectOf(settings, { store, provider, hub });
    const outlet = new TokenFiles(filesOf(settings, parts.introspectionEndpoint));
    const clock = SYSTEM_CLOCK;
    const random = Math.random;
    const tokenIssuer = new SubjectIssuer(subject, exchange);
    const custody = new Custody({
      ownership: new FileOwnership(`${place('token-owner')}.sqlite`),
      board: new SqliteTokenBoard(database, name),
      outlet,
      renewals: settings.targets.map(
        target => new Renewal(target, { issuer: tokenIssuer, outlet, clock, random })
      ),
      clock,
      random,
      log,
      onChange,
      settled: () => subject.settled?.() ?? Promise.resolve(),
      subjectNews:
        settings.source !== 'file'
          ? undefined
          : (listener, signal) => void watchText(settings.subjectFile, clock, listener, signal),
      onAttempt: (target, outcome) => figures.renewal(name, target, outcome)
    });
    custodies.push(custody);
    authorizations.set(name, authorization);
    services.set(
      name,
      new TokenService({
        instance: name,
        source: settings.source,
        issuerHost: parts.host,
        redirectUrl: settings.redirectUrl,
        targets: settings.targets,
        hints: settings.hints,
        custody,
        store,
        provider,
        authorization,
        browserSignIns,
        clock,
        onChange
      })
    );
  }
  figures.tokens = () =>
    [...services.values()].flatMap(service => shownAsFigures(service.status()));
  return {
    tokens: new Instances(services),
    authorizations: new Instances(authorizations),
    browserSignIns,
    run: async signal => {
      await Promise.all(custodies.map(custody => custody.run(signal)));
    }
  };
}

function shownAsFigures({ instance, targets }: TokensStatus): ITokenFigure[] {
  return targets.map(({ name, state, expiresAt }) => ({
    instance,
    target: name,
    state,
    expiresAt: expiresAt === null ? null : Date.parse(expiresAt) / 1000
  }));
}

/** JupyterHub as a server's own terminals and commands know it; null: there is none. */
export function hubOf(env: NodeJS.ProcessEnv): HubAccess | null {
  const { JUPYTERHUB_API_URL: apiUrl, JUPYTERHUB_USER: user, JUPYTERHUB_API_TOKEN: token } = env;
  return apiUrl === undefined || user === undefined || token === undefined
    ? null
    : { apiUrl, user, token };
}

/** Whoever signs people in, by what is asked of it. */
interface IIssuerParts {
  host: string;
  provider: IRefreshTokens;
  authorization: IAuthorization;
  exchange: IExchange;
  introspectionEndpoint: () => Promise<string>;
}

function issuerParts(settings: TokensConfig, memory: JsonMemory, deadlineMs: number): IIssuerParts {
  const issuer = new OidcIssuer(settings, memory, SYSTEM_CLOCK, deadlineMs);
  return {
    host: issuer.host,
    provider: new OidcRefreshTokens(issuer),
    authorization: new OidcAuthorization(issuer, settings.scope),
    exchange: new OidcExchange(issuer),
    introspectionEndpoint: () => issuer.introspectionEndpoint()
  };
}

/** Rucio is the identity provider's client, and gives one token, for itself. */
function rucioParts(
  { scope }: TokensConfig,
  client: IRucioClientSettings,
  deadlineMs: number
): IIssuerParts {
  const { rucioUrl, authUrl, account, oidcAudience, oidcRefreshLifetime } = client;
  const rucio = new RucioOidc(
    {
      ...{ rucioUrl, authUrl, account, scope },
      audience: oidcAudience,
      refreshLifetime: oidcRefreshLifetime
    },
    SYSTEM_CLOCK,
    deadlineMs
  );
  const none = () =>
    Promise.reject<never>(
      new DataLakeError(
        'not-configured',
        "Rucio's own sign-in gives a token for Rucio only: leave audience, scope and the format eos out of c.DataLake.token_targets."
      )
    );
  return {
    host: rucio.host,
    provider: rucio,
    authorization: rucio,
    exchange: { exchange: none },
    introspectionEndpoint: none
  };
}

interface IParts {
  store: ISignInStore;
  provider: IRefreshTokens;
  hub: HubAccess | null;
}

function subjectOf(settings: TokensConfig, { store, provider, hub }: IParts): ISubject {
  const { subjectFile, subjectVariable } = settings;
  switch (settings.source) {
    case 'hub':
      return new HubSubject(
        { ...(hub ?? { apiUrl: '', user: '', token: '' }), path: settings.hubTokenPath },
        SYSTEM_CLOCK
      );
    case 'file':
      return new GivenSubject(() => readFile(subjectFile, 'utf8'), subjectFile, SYSTEM_CLOCK);
    case 'environment': {
      const source = `the environment variable ${subjectVariable}`;
      const token = process.env[subjectVariable] ?? '';
      return new GivenSubject(() => Promise.resolve(token), source, SYSTEM_CLOCK);
    }
    case 'agent':
      return new AgentSubject(process.env.OIDC_SOCK ?? '', settings.issuer, SYSTEM_CLOCK);
    case 'sign-in':
    case 'rucio':
      return new RefreshSubject(store, provider, SYSTEM_CLOCK);
  }
}

function filesOf(
  settings: TokensConfig,
  introspectionEndpoint: () => Promise<string>
): Map<string, ITokenFile> {
  return new Map(
    settings.targets.map(target => [
      target.name,
      {
        path: target.file,
        inSharedFolder: settings.inSharedFolders,
        text: textOf(target, introspectionEndpoint)
      }
    ])
  );
}

/** How a token stands in its file. EOS wants to know where it can ask about the token. */
function textOf(
  { format }: TokenTargetConfig,
  introspectionEndpoint: () => Promise<string>
): (token: string) => string | Promise<string> {
  if (format === 'plain') {
    return token => token;
  }
  if (format === 'eos') {
    return async token => {
      const endpoint = await introspectionEndpoint();
      return `oauth2:${token}:${endpoint.replace(/^https:\/\//, '')}`;
    };
  }
  return token => format.replaceAll('{token}', () => token);
}
