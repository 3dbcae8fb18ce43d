import { readFileSync } from 'node:fs';
import type { ILake } from '../../lake.ts';
import { clientSecretFile, labSecretFile, NOWHERE, passwordFileOf, PUBLIC } from '../plan.ts';
import { secretOf } from '../settings.ts';
import { IamAddress } from './ask.ts';
import { IamControl } from './control.ts';
import { OAuthClient } from './oauth-client.ts';
import { Person } from './person.ts';

/** The lab's identity provider for tests and benchmarks: its dials, its people and its clients. */
export class LabIam {
  constructor(issuer: string, authorityFile: string, secretsFolder: string) {
    this.address = new IamAddress(issuer, readFileSync(authorityFile, 'utf8'));
    this.control = new IamControl(this.address, labSecretFile(secretsFolder));
    this._secrets = secretsFolder;
  }

  /** That of a lake of the full profile. */
  static of({ iam, folders }: ILake): LabIam {
    if (!iam) throw new Error('this lake has no identity provider');
    return new LabIam(iam.issuer, iam.certificates.authority, folders.secrets);
  }

  /** A new browser for this person, signed in nowhere. */
  person(name: string, password = secretOf(passwordFileOf(this._secrets, name))): Person {
    return new Person(this.address, name, password);
  }

  client(id: string, redirectUri = NOWHERE): OAuthClient {
    const secret = id === PUBLIC ? null : secretOf(clientSecretFile(this._secrets, id));
    return new OAuthClient(this.address, id, secret, redirectUri);
  }

  /** A token that lets this person into something of the lake. */
  async token(name: string, audience: string, scope?: string): Promise<string> {
    const client = this.client('datalake');
    const { access_token } = await client.signIn(this.person(name));
    const { access_token: token, error_description } = await client.exchange(
      access_token,
      audience,
      scope
    );
    if (error_description !== undefined) throw new Error(error_description);
    return token;
  }

  readonly address: IamAddress;
  readonly control: IamControl;
  private readonly _secrets: string;
}
