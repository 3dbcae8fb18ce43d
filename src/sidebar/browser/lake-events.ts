import { URLExt } from '@jupyterlab/coreutils';
import type { ServerConnection } from '@jupyterlab/services';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import { EVERYTHING, LakeEvent } from '../../common/contract/events.js';
import type { ConnectionState, ILakeEvents } from './tokens.js';

/** Two heartbeats and a half: a socket that is silent for longer is taken for dead. */
export const SILENCE_MS = 50_000;
const FIRST_DELAY_MS = 1_000;
const LAST_DELAY_MS = 60_000;
/** What one message may hold (common/contract/events). */
const MOST_KEYS = 5_000;

type Settings = Pick<ServerConnection.ISettings, 'wsUrl' | 'appendToken' | 'token' | 'WebSocket'>;

/** Where news come from, as JupyterLab's own sockets: the token in the URL only if the settings say so. */
export function eventsUrl({ wsUrl, appendToken, token }: Settings): string {
  const url = URLExt.join(wsUrl, 'jupyterlab-datalake/api/events');
  return appendToken && token !== '' ? `${url}?token=${encodeURIComponent(token)}` : url;
}

/**
 * News from the server over one WebSocket. Opens at the first `watch`: who never looks at the lake
 * costs no connection. Connects again by itself, later and later, at most a minute apart, and as
 * soon as the browser is online again: a socket from before may be dead without a word.
 */
export class LakeEvents implements ILakeEvents, IDisposable {
  constructor(private readonly _settings: Settings) {
    window.addEventListener('online', this._onOnline);
  }

  get state(): ConnectionState {
    return this._state;
  }

  get stateChanged(): ISignal<this, ConnectionState> {
    return this._stateChanged;
  }

  get received(): ISignal<this, LakeEvent> {
    return this._received;
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  watch(keys: readonly string[]): IDisposable {
    for (const key of keys) {
      this._watched.set(key, (this._watched.get(key) ?? 0) + 1);
    }
    if (this._socket === null && this._retry === null) {
      this._connect();
    }
    this._tellSoon();
    return new DisposableDelegate(() => {
      for (const key of keys) {
        const left = (this._watched.get(key) ?? 0) - 1;
        if (left > 0) {
          this._watched.set(key, left);
        } else {
          this._watched.delete(key);
        }
      }
      this._tellSoon();
    });
  }

  /** Tries at once instead of when the next try is due; does nothing while connected. */
  reconnect(): void {
    if (this._socket === null && !this._disposed) {
      this._delay = FIRST_DELAY_MS;
      this._connect();
    }
  }

  dispose(): void {
    if (this._disposed) {
      return;
    }
    this._disposed = true;
    window.removeEventListener('online', this._onOnline);
    this._drop();
    this._clear('_retry');
    Signal.clearData(this);
  }

  private readonly _onOnline = (): void => {
    if (this._socket !== null || this._retry !== null) {
      this._drop();
      this.reconnect();
    }
  };

  private _connect(): void {
    this._clear('_retry');
    if (this._disposed) {
      return;
    }
    const socket = new this._settings.WebSocket(eventsUrl(this._settings));
    this._socket = socket;
    this._listenFor(SILENCE_MS);
    socket.onopen = () => this._onOpen();
    socket.onmessage = ({ data }: MessageEvent<unknown>) => this._onMessage(data);
    // An error is always followed by a close.
    socket.onclose = () => this._onLost();
  }

  private _onOpen(): void {
    this._delay = FIRST_DELAY_MS;
    this._listenFor(SILENCE_MS);
    this._told = null;
    this._tell();
    const again = this._everOpen;
    this._everOpen = true;
    this._setState('open');
    if (again) {
      this._received.emit({ key: EVERYTHING });
    }
  }

  private _onMessage(data: unknown): void {
    this._listenFor(SILENCE_MS);
    const event = LakeEvent.safeParse(parse(data));
    if (event.success) {
      this._received.emit(event.data);
    }
  }

  private _onLost(): void {
    this._drop();
    this._setState('lost');
    if (!this._disposed) {
      // Not all windows at the same moment.
      const delay = this._delay * (0.75 + Math.random() / 2);
      this._delay = Math.min(this._delay * 2, LAST_DELAY_MS);
      this._retry = setTimeout(() => this._connect(), delay);
    }
  }

  private _drop(): void {
    this._clear('_silence');
    const socket = this._socket;
    this._socket = null;
    if (socket !== null) {
      socket.onopen = null;
      socket.onmessage = null;
      socket.onclose = null;
      socket.close();
    }
  }

  private _listenFor(milliseconds: number): void {
    this._clear('_silence');
    this._silence = setTimeout(() => this._onLost(), milliseconds);
  }

  private _clear(timer: '_silence' | '_retry'): void {
    if (this[timer] !== null) {
      clearTimeout(this[timer]);
      this[timer] = null;
    }
  }

  /** One message for all the components that mount together. */
  private _tellSoon(): void {
    if (!this._telling) {
      this._telling = true;
      queueMicrotask(() => {
        this._telling = false;
        this._tell();
      });
    }
  }

  private _tell(): void {
    const socket = this._socket;
    if (socket?.readyState !== 1) {
      return;
    }
    const message = JSON.stringify({ watch: [...this._watched.keys()].slice(-MOST_KEYS) });
    if (message !== this._told) {
      this._told = message;
      socket.send(message);
    }
  }

  private _setState(state: ConnectionState): void {
    if (state !== this._state && !this._disposed) {
      this._state = state;
      this._stateChanged.emit(state);
    }
  }

  private _state: ConnectionState = 'connecting';
  private _socket: WebSocket | null = null;
  private _retry: ReturnType<typeof setTimeout> | null = null;
  private _silence: ReturnType<typeof setTimeout> | null = null;
  private _delay = FIRST_DELAY_MS;
  private _everOpen = false;
  private _telling = false;
  private _told: string | null = null;
  private _disposed = false;
  private readonly _watched = new Map<string, number>();
  private readonly _stateChanged = new Signal<this, ConnectionState>(this);
  private readonly _received = new Signal<this, LakeEvent>(this);
}

function parse(data: unknown): unknown {
  try {
    return typeof data === 'string' ? JSON.parse(data) : null;
  } catch {
    return null;
  }
}
