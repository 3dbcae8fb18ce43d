/** A stream that we write text to; `isTTY` and `columns` are there on a terminal only. */
export interface ITextStream {
  write(text: string, done?: (error?: Error | null) => void): boolean;
  isTTY?: boolean;
  columns?: number;
}

// Controls (with ESC, and the eight-bit ones of C1) and what turns the direction of text or hides in it.
const UNSAFE = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** Text of somebody else's making on one line of a terminal: nothing in it commands the terminal. */
export function neutralise(text: string): string {
  return text.replace(UNSAFE, '\ufffd');
}

/** A value as one line of JSON, in which what could command a terminal is escaped. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(
    UNSAFE,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  );
}

/** The terminal can show more than ASCII, by the rules of POSIX: LC_ALL, then LC_CTYPE, then LANG. */
export function speaksUnicode(env: NodeJS.ProcessEnv): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return /utf-?8/i.test(locale) && env.TERM !== 'linux' && env.TERM !== 'dumb';
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}]/u;

/** How many cells of a terminal the text takes. */
export function cells(text: string): number {
  let width = 0;
  for (const character of text) {
    width += /\p{M}/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  }
  return width;
}
