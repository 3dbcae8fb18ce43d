import { NO_LOG } from '../core/log.js';
import { EventHub } from '../server/event-hub.js';
import { Windows } from '../server/windows.js';
import { availabilityKey, parseAvailabilityKey } from '../contract/events.js';

describe('the event hub', () => {
  it('tells every listener at once, until it has enough', () => {
    const hub = new EventHub();
    const heard: string[] = [];
    const stop = hub.subscribe(({ key, version }) => heard.push(`a ${key} ${version}`));
    hub.subscribe(({ key }) => {
      heard.push(`b ${key}`);
      stop();
    });
    hub.publish('session', 1);
    hub.publish('mounts');
    expect(heard).toEqual(['a session 1', 'b session', 'b mounts']);
  });

  it('tells the others though one listener fails', () => {
    const logged: string[] = [];
    const hub = new EventHub({ ...NO_LOG, error: message => void logged.push(message) });
    const heard: string[] = [];
    hub.subscribe(() => {
      throw new Error('a listener');
    });
    hub.subscribe(({ key }) => heard.push(key));
    hub.publish('session');
    expect(logged).toHaveLength(1);
    expect(heard).toEqual(['session']);
  });
});

describe('the windows', () => {
  it('watch together what each of them watches', () => {
    const windows = new Windows();
    windows.set('1', ['a', 'b']);
    windows.set('2', ['b', 'c']);
    expect([...windows.watched]).toEqual(['a', 'b', 'c']);
    windows.set('1', []);
    expect([...windows.watched]).toEqual(['b', 'c']);
    windows.delete('2');
    expect(windows.watched.size).toBe(0);
  });

  it('tell when that changes', () => {
    const windows = new Windows();
    const told: string[][] = [];
    const stop = windows.onChange(watched => told.push([...watched]));
    windows.set('1', ['a']);
    windows.delete('1');
    windows.delete('1');
    stop();
    windows.set('1', ['b']);
    expect(told).toEqual([['a'], []]);
  });
});

it('an availability key is taken apart as it was put together', () => {
  const key = availabilityKey('lake', 'obs.2024:a/b:c');
  expect(parseAvailabilityKey(key)).toEqual({ instance: 'lake', did: 'obs.2024:a/b:c' });
  expect(parseAvailabilityKey('session')).toBeNull();
});
