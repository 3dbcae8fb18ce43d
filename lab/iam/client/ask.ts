import { request } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';

/** What a server of the lake answered; redirects are not followed. */
export interface IAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

export interface IQuestion {
  method?: string;
  headers?: Record<string, string>;
  /** Sent as a form, or as it is. */
  body?: URLSearchParams | string;
}

/** The lake's IAM as its clients see it: an issuer, and the certificate of the authority that vouches for it. */
export class IamAddress {
  constructor(issuer: string, authority: string) {
    this.issuer = issuer;
    this._authority = authority;
  }

  /** Asks on a connection of its own. Throws if none, or only half an answer, comes. */
  ask(url: string, { method = 'GET', headers = {}, body }: IQuestion = {}): Promise<IAnswer> {
    const form = body instanceof URLSearchParams;
    return new Promise((resolve, reject) => {
      const asked = request(new URL(url, this.issuer), {
        method,
        ca: this._authority,
        agent: false,
        headers: {
          ...(form ? { 'Content-Type': 'application/x-www-form-urlencoded' } : {}),
          ...headers
        }
      });
      asked.on('error', reject);
      asked.on('response', response => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
        );
      });
      asked.end(body?.toString());
    });
  }

  readonly issuer: string;
  private readonly _authority: string;
}
