import { Pattern } from '../contract.js';

/** Why a text cannot be searched for. */
export type Mistake = 'colons' | 'scope' | 'characters' | 'too-long';

/** What the text in the search box asks for. */
export type Search =
  | { kind: 'home' }
  | { kind: 'mistake'; mistake: Mistake }
  /** `scope` may hold `*`; null: the scopes that are chosen beside the box. */
  | { kind: 'search'; scope: string | null; pattern: string };

const SCOPE = /^[A-Za-z0-9._*-]+$/;
const LONGEST = 500;

/**
 * `scope:pattern` or a pattern alone. Text without `*` is completed, so that nobody needs to know
 * wildcards: `obs:event` finds what begins with it, `event april` what holds both words in order.
 */
export function parseSearch(text: string): Search {
  const trimmed = text.trim();
  if (trimmed === '') {
    return { kind: 'home' };
  }
  if (trimmed.length > 2 * LONGEST) {
    return { kind: 'mistake', mistake: 'too-long' };
  }
  const parts = trimmed.split(':').map(part => part.trim());
  if (parts.length > 2) {
    return { kind: 'mistake', mistake: 'colons' };
  }
  const scope = parts.length === 2 && parts[0] !== '' ? parts[0] : null;
  if (scope !== null && !SCOPE.test(scope)) {
    return { kind: 'mistake', mistake: 'scope' };
  }
  const pattern = complete(parts.at(-1) ?? '', scope !== null);
  if (pattern.length > LONGEST) {
    return { kind: 'mistake', mistake: 'too-long' };
  }
  return Pattern.safeParse(pattern).success
    ? { kind: 'search', scope, pattern }
    : { kind: 'mistake', mistake: 'characters' };
}

function complete(text: string, anchored: boolean): string {
  const words = text.split(/\s+/).filter(word => word !== '');
  if (words.length === 0) {
    return '*';
  }
  if (words.length === 1 && text.includes('*')) {
    return text;
  }
  const joined = words.join('*');
  const pattern = anchored && words.length === 1 ? `${joined}*` : `*${joined}*`;
  return pattern.replace(/\*+/g, '*');
}

/** The scopes that a scope with `*` in it stands for; itself, if it has none. */
export function matchingScopes(scope: string, scopes: readonly string[]): string[] {
  if (!scope.includes('*')) {
    return [scope];
  }
  const parts = scope.split('*').map(part => part.replace(/[.]/g, '\\.'));
  const expression = new RegExp(`^${parts.join('.*')}$`);
  return scopes.filter(name => expression.test(name));
}
