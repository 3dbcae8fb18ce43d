import type { ServerResponse } from 'node:http';
import type { Fault } from './faulty-proxy.js';

/** Rucio's answer, so many milliseconds late. */
export const late =
  (milliseconds: number): Fault =>
  (response, askRucio) => {
    setTimeout(() => {
      void askRucio().then(({ status, headers, body }) =>
        response.writeHead(status, headers).end(body)
      );
    }, milliseconds);
  };

/** Rucio's answer: the first bytes at once, then one byte each second. */
export const trickling =
  (first: number): Fault =>
  (response, askRucio) => {
    void askRucio().then(({ status, headers, body }) => {
      response.writeHead(status, headers).write(body.subarray(0, first));
      let next = first;
      const drip = setInterval(() => {
        response.write(body.subarray(next, ++next));
      }, 1000);
      response.once('close', () => clearInterval(drip));
    });
  };

/** Rucio's answer cut off after so many bytes, which ends as if it were whole. */
export const cut =
  (bytes: number): Fault =>
  (response, askRucio) => {
    void askRucio().then(({ status, headers, body }) =>
      response.writeHead(status, headers).end(body.subarray(0, bytes))
    );
  };

/** Somebody else's answer; Rucio is not asked. */
export const answering =
  (status: number, body: string, headers: Record<string, string> = {}): Fault =>
  response => {
    response.writeHead(status, headers).end(body);
  };

/** No answer: the connection is reset. */
export const reset: Fault = response => {
  response.socket?.resetAndDestroy();
};

/** Rucio does what it was asked to do, and its answer is lost. */
export const lost: Fault = (response, askRucio) => {
  void askRucio().then(() => response.socket?.resetAndDestroy());
};

/** Rucio's answer stands still after so many bytes, until the test says how it ends. */
export class Standstill {
  /** With none, not even the status is sent. */
  constructor(private readonly _bytes: number) {}

  readonly fault: Fault = (response, askRucio) => {
    void askRucio().then(({ status, headers, body }) => {
      if (this._bytes > 0) {
        response.writeHead(status, headers).write(body.subarray(0, this._bytes));
      }
      this._goOn = () =>
        this._bytes > 0
          ? response.end(body.subarray(this._bytes))
          : response.writeHead(status, headers).end(body);
      this._reach(response);
    });
  };

  /** Resolves when the request has come, and all is sent that is going to be. */
  readonly reached = new Promise<ServerResponse>(resolve => (this._reach = resolve));

  /** The connection is reset. */
  async reset(): Promise<void> {
    (await this.reached).socket?.resetAndDestroy();
  }

  /** The rest comes. */
  async goOn(): Promise<void> {
    await this.reached;
    this._goOn();
  }

  declare private _reach: (response: ServerResponse) => void;
  private _goOn: () => unknown = () => undefined;
}
