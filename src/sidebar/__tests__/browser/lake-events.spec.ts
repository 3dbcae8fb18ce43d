import type { LakeEvent } from '../../../common/contract/events.js';
import { FakeSocket } from '../../../testing/browser-lake.js';
import { eventsUrl, LakeEvents, SILENCE_MS } from '../../browser/lake-events.js';
import type { ConnectionState } from '../../browser/tokens.js';

const sockets: FakeSocket[] = [];
class Socket extends FakeSocket {
  constructor(url: string) {
    super(url);
    sockets.push(this);
  }
}
const settings = {
  wsUrl: 'ws://x/base/',
  appendToken: false,
  token: 's/e?c',
  WebSocket: Socket as unknown as typeof WebSocket
};

let events: LakeEvents;
let news: LakeEvent[];
let states: ConnectionState[];

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['queueMicrotask'] });
  sockets.length = 0;
  news = [];
  states = [];
  events = new LakeEvents(settings);
  events.received.connect((_, event) => {
    news.push(event);
  });
  events.stateChanged.connect((_, state) => {
    states.push(state);
  });
});
afterEach(() => {
  events.dispose();
  jest.useRealTimers();
});

const watchedIn = (socket: FakeSocket) =>
  socket.sent.map(text => (JSON.parse(text) as { watch: string[] }).watch);
const settle = () => Promise.resolve();

it('takes the token into the URL only where JupyterLab does', () => {
  expect(eventsUrl(settings)).toBe('ws://x/base/jupyterlab-datalake/api/events');
  expect(eventsUrl({ ...settings, appendToken: true })).toBe(
    'ws://x/base/jupyterlab-datalake/api/events?token=s%2Fe%3Fc'
  );
  expect(eventsUrl({ ...settings, appendToken: true, token: '' })).not.toContain('token');
});

it('connects when somebody looks, not before', () => {
  expect(sockets).toHaveLength(0);
  events.watch(['a']);
  events.watch(['b']);
  expect(sockets).toHaveLength(1);
});

it('says once what is watched, counting how often', async () => {
  const first = events.watch(['a']);
  const second = events.watch(['a', 'b']);
  sockets[0].open();
  expect(watchedIn(sockets[0])).toEqual([['a', 'b']]);
  first.dispose();
  await settle();
  expect(watchedIn(sockets[0])).toHaveLength(1);
  second.dispose();
  await settle();
  expect(watchedIn(sockets[0]).at(-1)).toEqual([]);
});

it('hands on news, and only what is news', () => {
  events.watch(['a']);
  sockets[0].open();
  sockets[0].say({ key: 'a', version: 3 });
  sockets[0].say({ heartbeat: true });
  sockets[0].onmessage?.({ data: 'no JSON' });
  sockets[0].onmessage?.({ data: new ArrayBuffer(2) });
  sockets[0].say({ key: 7 });
  expect(news).toEqual([{ key: 'a', version: 3 }]);
});

it('comes back by itself, says again what is watched, and that anything may have changed', () => {
  events.watch(['a']);
  sockets[0].open();
  sockets[0].drop();
  expect(events.state).toBe('lost');
  jest.advanceTimersByTime(2_000);
  expect(sockets).toHaveLength(2);
  sockets[1].open();
  expect(events.state).toBe('open');
  expect(watchedIn(sockets[1])).toEqual([['a']]);
  expect(news).toEqual([{ key: '*' }]);
  expect(states).toEqual(['open', 'lost', 'open']);
});

it('connects anew when the browser is online again, whatever the socket from before says', () => {
  window.dispatchEvent(new Event('online'));
  expect(sockets).toHaveLength(0);
  events.watch(['a']);
  sockets[0].open();
  window.dispatchEvent(new Event('online'));
  expect(sockets).toHaveLength(2);
  sockets[1].drop();
  window.dispatchEvent(new Event('online'));
  expect(sockets).toHaveLength(3);
  sockets[2].open();
  expect(watchedIn(sockets[2])).toEqual([['a']]);
  expect(news).toEqual([{ key: '*' }]);
  jest.advanceTimersByTime(10_000);
  events.dispose();
  window.dispatchEvent(new Event('online'));
  expect(sockets).toHaveLength(3);
});

it('tries later and later, at most a minute and a quarter apart', () => {
  events.watch(['a']);
  const waits: number[] = [];
  for (let failure = 0; failure < 10; failure += 1) {
    sockets.at(-1)?.drop();
    const before = sockets.length;
    let waited = 0;
    while (sockets.length === before) {
      jest.advanceTimersByTime(250);
      waited += 250;
    }
    waits.push(waited);
  }
  expect(waits[0]).toBeLessThanOrEqual(1_500);
  expect(Math.max(...waits)).toBeLessThanOrEqual(75_250);
  expect(waits.at(-1)).toBeGreaterThan(40_000);
});

it('takes a silent connection for dead', () => {
  events.watch(['a']);
  sockets[0].open();
  jest.advanceTimersByTime(SILENCE_MS - 1);
  sockets[0].say({ heartbeat: true });
  jest.advanceTimersByTime(SILENCE_MS - 1);
  expect(events.state).toBe('open');
  jest.advanceTimersByTime(2);
  expect(events.state).toBe('lost');
  expect(sockets[0].readyState).toBe(3);
});

it('tries at once when asked to, and not twice', () => {
  events.watch(['a']);
  sockets[0].drop();
  events.reconnect();
  events.reconnect();
  expect(sockets).toHaveLength(2);
});

it('does nothing more once it is disposed', () => {
  events.watch(['a']);
  sockets[0].open();
  events.dispose();
  jest.advanceTimersByTime(200_000);
  expect(sockets).toHaveLength(1);
  expect(sockets[0].readyState).toBe(3);
});
