import { readFileSync } from 'node:fs';

/** What the IAM is started with, as JSON in a 0600 file. */
export interface IIamSettings {
  port: number;
  /** As it stands in tokens, to the letter. */
  issuer: string;
  certificate: string;
  key: string;
  /** Of this program alone: signing keys and what it remembers, so that both outlive a restart. */
  stateFolder: string;
  /** For the lab's own routes (faults, life of tokens). */
  labSecretFile: string;
  people: IPerson[];
  clients: IClient[];
  accessTokenSeconds: number;
}

export interface IPerson {
  /** The account's name at Rucio, and what is typed at sign-in. */
  name: string;
  subject: string;
  passwordFile: string;
}

export interface IClient {
  id: string;
  /** null: a public client. */
  secretFile: string | null;
  /** Compared to the letter. */
  redirectUris: string[];
  /** Audiences for which it may exchange tokens. */
  audiences: string[];
  grants: ('code' | 'device' | 'exchange' | 'own')[];
}

/** The settings in this file. */
export function readSettings(file: string): IIamSettings {
  return JSON.parse(readFileSync(file, 'utf8')) as IIamSettings;
}

/** The secret in this file, read anew each time: a lake that was made anew has new ones. */
export const secretOf = (file: string): string => readFileSync(file, 'utf8').trim();
