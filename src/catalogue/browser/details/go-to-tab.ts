import { createContext } from 'react';

/** Shows another tab of the same details, by its id. */
export const GoToTab = createContext<(id: string) => void>(() => undefined);
