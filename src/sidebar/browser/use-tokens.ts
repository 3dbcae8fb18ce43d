import { URLExt } from '@jupyterlab/coreutils';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { call } from '../../common/browser/client.js';
import { DataLakeError } from '../../common/contract/problem.js';
import { SESSION_KEY, TOKENS_KEY } from '../../common/contract/events.js';
import {
  beginDeviceSignIn,
  beginSignIn,
  cancelDeviceSignIn,
  getTokens,
  renewTokens,
  signOut
} from '../../token-renewal/contract.js';
import { SidebarQueries } from './lake.js';
import type { ILake } from './tokens.js';

const CALLBACK = 'jupyterlab-datalake/callback';
const SIZE = 'popup,width=520,height=680';

/** Every instance's tokens, as the server has them. */
export function tokensQuery(lake: ILake) {
  return queryOptions({
    queryKey: SidebarQueries.tokens,
    queryFn: ({ signal }) => call(lake.settings, getTokens, {}, signal)
  });
}

/** The tokens of an instance, kept fresh by push while something shows them; undefined: not known, or none. */
export function useTokens(lake: ILake, instance: string) {
  const { events } = lake;
  useEffect(() => {
    const watch = events.watch([SESSION_KEY, TOKENS_KEY]);
    return () => watch.dispose();
  }, [events]);
  const { data } = useQuery(tokensQuery(lake));
  return data?.tokens.find(tokens => tokens.instance === instance);
}

/**
 * Sends the person to the identity provider in a window of its own, which ends at our call-back page. The
 * window is opened in the click itself: browsers stop one that is opened later.
 */
export function useBrowserSignIn(lake: ILake) {
  return useMutation({
    mutationFn: async (instance: string) => {
      const opened = window.open('about:blank', '_blank', SIZE);
      try {
        const redirectUri = URLExt.join(lake.settings.baseUrl, CALLBACK);
        const { url } = await call(lake.settings, beginSignIn, { instance, redirectUri });
        if (opened === null) {
          throw new DataLakeError(
            'forbidden',
            'The browser does not let this page open a window: allow it, or sign in with a code.'
          );
        }
        opened.location.replace(url);
      } catch (error) {
        opened?.close();
        throw error;
      }
    }
  });
}

/**
 * The same where Rucio gives the link to send the person to, and says when it is done. Where the browser
 * opens no window, the link is in the panel all the same.
 */
export function useLinkSignIn(lake: ILake) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (instance: string) => {
      const opened = window.open('about:blank', '_blank', SIZE);
      try {
        const { device } = await call(lake.settings, beginDeviceSignIn, { instance });
        if (device === null) {
          opened?.close();
        } else if (opened !== null) {
          opened.opener = null;
          opened.location.replace(device.url);
        }
      } catch (error) {
        opened?.close();
        throw error;
      }
    },
    onSettled: () => queries.invalidateQueries({ queryKey: SidebarQueries.tokens })
  });
}

/** What changes the tokens, by what is done. */
export function useTokenActions(lake: ILake) {
  const queries = useQueryClient();
  const after = () => queries.invalidateQueries({ queryKey: SidebarQueries.tokens });
  const renew = useMutation({
    mutationFn: (instance: string) => call(lake.settings, renewTokens, { instance }),
    onSettled: after
  });
  const device = useMutation({
    mutationFn: (instance: string) => call(lake.settings, beginDeviceSignIn, { instance }),
    onSettled: after
  });
  const cancelDevice = useMutation({
    mutationFn: (instance: string) => call(lake.settings, cancelDeviceSignIn, { instance }),
    onSettled: after
  });
  const leave = useMutation({
    mutationFn: (instance: string) => call(lake.settings, signOut, { instance }),
    // Whatever was shown to the one who leaves is not shown to the next.
    onSettled: () => queries.invalidateQueries()
  });
  return { renew, device, cancelDevice, leave };
}
