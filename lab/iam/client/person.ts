import type { IAnswer, IamAddress, IQuestion } from './ask.ts';

/** Where a person's browser has come to. */
export interface IPage {
  /** Outside the IAM: the call-back, which is not opened. */
  url: string;
  status: number;
  text: string;
}

/** A person with a browser: cookies, redirects, forms, and the password for the IAM's page. */
export class Person {
  constructor(address: IamAddress, name: string, password: string) {
    this._address = address;
    this._name = name;
    this._password = password;
  }

  /** Opens a page of the IAM and signs in where asked; ends at the first page that is neither. */
  async open(url: string): Promise<IPage> {
    let page = await this._go(url);
    // The form for a device's code is shown twice: typed, and confirmed.
    for (let asked = 0; asked < 4; asked++) {
      const fields = formOf(page.text);
      if (page.status !== 200 || !fields) break;
      page = await this._go(fields.action ?? page.url, {
        method: 'POST',
        body: new URLSearchParams(
          fields.isSignIn ? { username: this._name, password: this._password } : fields.hidden
        )
      });
    }
    return page;
  }

  /** Follows redirects as long as they stay at the IAM. */
  private async _go(url: string, question: IQuestion = {}): Promise<IPage> {
    let at = new URL(url, this._address.issuer).href;
    let answer = await this._ask(at, question);
    while (answer.headers.location !== undefined) {
      at = new URL(answer.headers.location, at).href;
      if (new URL(at).origin !== this._address.issuer) {
        return { url: at, status: answer.status, text: '' };
      }
      answer = await this._ask(at);
    }
    return { url: at, status: answer.status, text: answer.text };
  }

  private async _ask(url: string, question: IQuestion = {}): Promise<IAnswer> {
    const Cookie = [...this._cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await this._address.ask(url, { ...question, headers: { Cookie } });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name && value) this._cookies.set(name, value);
      else if (name) this._cookies.delete(name);
    }
    return answer;
  }

  private readonly _address: IamAddress;
  private readonly _name: string;
  private readonly _password: string;
  private readonly _cookies = new Map<string, string>();
}

function formOf(
  html: string
): { action: string | undefined; isSignIn: boolean; hidden: Record<string, string> } | undefined {
  if (!/<form\b/.test(html)) return undefined;
  const hidden = [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  return {
    action: /<form\b[^>]*\baction="([^"]*)"/.exec(html)?.[1],
    isSignIn: html.includes('id="password"'),
    hidden: Object.fromEntries(hidden.map(([, name, value]) => [name!, value!]))
  };
}
