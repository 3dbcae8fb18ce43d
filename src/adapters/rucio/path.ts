/**
 * A path below Rucio's base URL: rucioPath`/dids/${scope}/${name}` encodes each part, so that no
 * value can climb out of its place. A part that is empty, `.` or `..` throws.
 */
export function rucioPath(texts: TemplateStringsArray, ...parts: string[]): string {
  return texts.reduce((path, text, index) => {
    const part = parts[index - 1];
    if (part === '' || part === '.' || part === '..') {
      throw new TypeError('a part of a Rucio path is empty or climbs');
    }
    return path + encodeURIComponent(part) + text;
  });
}
