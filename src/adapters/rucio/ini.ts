type Section = Map<string, string[]>;

/** What Python's configparser would refuse, with the line where it is known. */
export class IniError extends Error {}

const DEFAULT = 'DEFAULT';
const DEEPEST = 10;

/**
 * A section of an INI file, read as Python's configparser does in its default form: full-line comments
 * with # and ;, values that go on in indented lines, [DEFAULT], and %(name)s in values.
 */
export class IniSection {
  private constructor(private readonly _values: ReadonlyMap<string, string>) {}

  /** Throws IniError for a file that configparser would refuse. */
  static read(text: string, name: string): IniSection {
    const sections = readSections(text);
    const joined = [DEFAULT, name].flatMap(each => [...(sections.get(each) ?? [])]);
    return new IniSection(
      new Map(joined.map(([option, lines]) => [option, lines.join('\n').trimEnd()]))
    );
  }

  has(option: string): boolean {
    return this._values.has(option);
  }

  /** Throws IniError where %, which must be doubled, is not followed by % or a name that is there. */
  get(option: string): string | undefined {
    const value = this._values.get(option);
    return value === undefined ? undefined : this._interpolated(option, value, 1);
  }

  private _interpolated(option: string, value: string, depth: number): string {
    if (depth > DEEPEST) {
      throw new IniError(`the value of ${option} refers to itself`);
    }
    return value.replace(/%(?:(%)|\(([^)]+)\)s)?/g, (_, percent?: string, name?: string) => {
      if (percent !== undefined) {
        return '%';
      }
      const inner = name === undefined ? undefined : this._values.get(name.toLowerCase());
      if (inner === undefined) {
        throw new IniError(`a % in the value of ${option} must be doubled`);
      }
      return this._interpolated(option, inner, depth + 1);
    });
  }
}

function readSections(text: string): Map<string, Section> {
  const sections = new Map<string, Section>([[DEFAULT, new Map()]]);
  let section: Section | null = null;
  let value: string[] | null = null;
  let indent = 0;
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    const content = line.trim();
    if (/^[#;]/.test(content)) {
      continue;
    }
    if (content === '') {
      value?.push('');
      continue;
    }
    const depth = line.length - line.trimStart().length;
    if (value !== null && depth > indent) {
      value.push(content);
      continue;
    }
    indent = depth;
    const header = /^\[(.+)\]/.exec(content)?.[1];
    if (header !== undefined) {
      if (sections.has(header) && header !== DEFAULT) {
        throw new IniError(`line ${index + 1}: the section ${header} is there already`);
      }
      section = sections.get(header) ?? new Map<string, string[]>();
      sections.set(header, section);
      value = null;
      continue;
    }
    const entry = /^(.*?)\s*[=:]\s*(.*)$/.exec(content);
    if (section === null || entry === null || entry[1] === '') {
      throw new IniError(`line ${index + 1} is neither a section nor an option`);
    }
    const option = entry[1].toLowerCase();
    if (section.has(option)) {
      throw new IniError(`line ${index + 1}: the option ${option} is there already`);
    }
    value = [entry[2]];
    section.set(option, value);
  }
  return sections;
}
