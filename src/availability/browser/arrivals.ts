import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { AwaitedDids, IOutcome } from './awaited.js';
import { describe } from './describe.js';
import type { Preferences } from './preferences.js';

/** Tells once when something that was asked for here has arrived or got stuck, with why. */
export function tellArrivals(
  awaited: AwaitedDids,
  preferences: Preferences,
  trans: TranslationBundle,
  show: () => void
): void {
  awaited.outcome.connect((_: AwaitedDids, { entry, availability }: IOutcome) => {
    if (!preferences.notify) {
      return;
    }
    const actions = [{ label: trans.__('Show'), callback: show }];
    if (entry.progress === 'arrived') {
      Notification.success(trans.__('%1 has arrived.', entry.did), { autoClose: 8000, actions });
    } else {
      const { sentence } = describe({ status: 'known', availability }, trans);
      Notification.warning(trans.__('%1 is stuck: %2', entry.did, sentence), {
        autoClose: false,
        actions
      });
    }
  });
}
