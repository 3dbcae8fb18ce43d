import { secretsAreEqual } from './secrets.ts';
import { secretOf, type IPerson } from './settings.ts';

/** What tokens and the userinfo route say of a person. */
export interface IClaims {
  [claim: string]: unknown;
  sub: string;
  name: string;
  preferred_username: string;
  email: string;
  groups: string[];
}

/** Those who can sign in. */
export class People {
  constructor(people: IPerson[]) {
    this._people = people;
  }

  /** The subject of the person with this name and password, or undefined. */
  signIn(name: string, password: string): string | undefined {
    const person = this._people.find(candidate => candidate.name === name);
    const isRight = person && secretsAreEqual(password, secretOf(person.passwordFile));
    return isRight ? person.subject : undefined;
  }

  claimsOf(subject: string): IClaims | undefined {
    const person = this._people.find(candidate => candidate.subject === subject);
    return (
      person && {
        sub: person.subject,
        name: person.name.replace(/^./, letter => letter.toUpperCase()),
        preferred_username: person.name,
        email: `${person.name}@example.org`,
        groups: ['/lake']
      }
    );
  }

  private readonly _people: IPerson[];
}
