import { Signal } from '@lumino/signaling';
import { act, render, screen } from '@testing-library/react';
import { useModel, useSignal } from '../../browser/use-signal.js';

class Counter {
  readonly changed = new Signal<this, void>(this);
  value = 0;

  set(value: number): void {
    this.value = value;
    this.changed.emit();
  }
}

it('renders again after each change, and listens no longer than it is shown', () => {
  const counter = new Counter();
  function Both() {
    const { value } = useModel(counter);
    const sign = useSignal(counter.changed, () => Math.sign(counter.value));
    return <p>{`${value} ${sign}`}</p>;
  }
  const { unmount } = render(<Both />);
  expect(screen.getByText('0 0')).toBeVisible();
  act(() => counter.set(3));
  expect(screen.getByText('3 1')).toBeVisible();
  unmount();
  counter.set(4);
  expect(counter.changed.disconnect(() => undefined)).toBe(false);
});
