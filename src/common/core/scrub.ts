const LIMIT = 600;

// ECMA-48 control sequences: ESC [ parameters final.
const TERMINAL_ESCAPE = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[ -/]*[@-~]`, 'g');

// Rucio has put part of a token into an error body; proxies echo headers; libraries echo URLs.
const SECRETS: readonly [RegExp, string][] = [
  [/eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)*/g, '(token)'],
  // Of who came with a certificate, its name is in the token, and may have blanks.
  [/\b[\w.]+-\/[^'"]{0,400}?-unknown-[0-9a-f]{8,}\S*/g, '(token)'],
  [/\b[\w.]+-[^\s'"]*-unknown-[0-9a-f]{8,}\S*/g, '(token)'],
  [
    /((?:x-rucio-[\w-]*(?:token|password)|authorization|cookie|password|passwd|secret|token)["']?\s*[:=]\s*)(?:bearer\s+|basic\s+)?["']?[^\s"',;&]+/gi,
    '$1(hidden)'
  ],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, '$1 (hidden)'],
  [/(\w+:\/\/)[^\s/@]+:[^\s/@]+@/g, '$1(hidden)@'],
  [/\b[0-9a-f]{40,}\b/g, '(hidden)']
];

/**
 * Text of somebody else's making, fit for a person's eyes: no tokens or passwords, no terminal
 * escapes or control characters, no trace, no HTML page, at most 600 characters.
 */
export function scrub(text: string): string {
  const start = text.slice(0, 20_000);
  const noPage = /<html|<!doctype/i.test(start)
    ? start.replace(/<style[\s\S]*?<\/style>|<[^>]*>/gi, ' ')
    : start;
  const [noTrace] = noPage.split(/Traceback \(most recent call last\)/);
  const flat = noTrace.replace(TERMINAL_ESCAPE, '').replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ');
  const safe = SECRETS.reduce(
    (value, [pattern, mask]) => value.replace(pattern, mask),
    flat
  ).trim();
  return safe.length > LIMIT ? `${safe.slice(0, LIMIT - 1)}…` : safe;
}
