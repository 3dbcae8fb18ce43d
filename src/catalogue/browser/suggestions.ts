/** A scope completes what is typed; a recent search is run. */
export type Suggestion = { kind: 'scope' | 'recent'; text: string };

const MOST_RECENT = 5;
const MOST_SCOPES = 8;

/** What to propose for what stands in the box: scopes while the scope is typed, and recent searches. */
export function suggest(
  text: string,
  recent: readonly string[],
  scopes: readonly string[]
): Suggestion[] {
  const typed = text.trim().toLocaleLowerCase();
  const fits = (candidate: string) => candidate.toLocaleLowerCase().includes(typed);
  const begins = (candidate: string) => candidate.toLocaleLowerCase().startsWith(typed);
  const searches = recent.filter(one => fits(one) && one !== text.trim()).slice(0, MOST_RECENT);
  const found = typed === '' || typed.includes(':') ? [] : scopes.filter(fits);
  return [
    ...[...found.filter(begins), ...found.filter(one => !begins(one))]
      .slice(0, MOST_SCOPES)
      .map(scope => ({ kind: 'scope' as const, text: scope })),
    ...searches.map(search => ({ kind: 'recent' as const, text: search }))
  ];
}
