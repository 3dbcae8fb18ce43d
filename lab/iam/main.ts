/** The lab's identity provider. Usage: node lab/iam/main.ts SETTINGS.json */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import path from 'node:path';
import { privateFolder } from '../private-file.ts';
import { Clients } from './clients.ts';
import { newDials } from './dials.ts';
import { allowExchange } from './exchange.ts';
import { withFaults } from './faults.ts';
import { keysIn } from './keys.ts';
import { labRoute } from './lab-routes.ts';
import { loginPage } from './login.ts';
import { LAB_ROUTES } from './names.ts';
import { familiarParameters } from './parameters.ts';
import { People } from './people.ts';
import { makeProvider, type IIam } from './provider.ts';
import { readSettings, type IIamSettings } from './settings.ts';
import { signedTokens } from './signed-tokens.ts';
import { Stats } from './stats.ts';
import { Store } from './store.ts';
import { TokenJudge } from './token-judge.ts';

process.umask(0o077);
const server = await start(readSettings(process.argv[2] ?? ''));
process.on('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});

async function start(settings: IIamSettings): Promise<Server> {
  const { issuer, stateFolder, labSecretFile, port } = settings;
  privateFolder(stateFolder);
  const dials = newDials(settings.accessTokenSeconds);
  const iam: IIam = {
    issuer,
    dials,
    keys: await keysIn(path.join(stateFolder, 'keys.json')),
    people: new People(settings.people),
    clients: new Clients(settings.clients, dials),
    store: new Store(path.join(stateFolder, 'iam.sqlite'))
  };
  const judge = new TokenJudge(issuer, iam.keys, iam.store);
  const provider = makeProvider(iam);
  provider.use(familiarParameters);
  provider.use(signedTokens(iam.clients, iam.people, judge));
  provider.use(loginPage(provider, iam.people));
  allowExchange(provider, iam, judge);

  const stats = new Stats();
  provider.on('grant.success', context =>
    stats.countGrant(String(context.oidc.params?.['grant_type']))
  );
  const openId = withFaults(dials, provider.callback());
  const certificate = {
    cert: readFileSync(settings.certificate),
    key: readFileSync(settings.key)
  };
  return createServer(certificate, (request, response) => {
    if (request.url?.startsWith(LAB_ROUTES)) {
      const tools = { dials, stats, secretFile: labSecretFile };
      labRoute(request, response, tools).catch(() => response.destroy());
      return;
    }
    stats.countRequest(request.url ?? '/');
    openId(request, response);
  }).listen(port, '127.0.0.1');
}
