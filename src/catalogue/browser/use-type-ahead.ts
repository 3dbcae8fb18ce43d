import { useEffect, useRef } from 'react';

/** After this long a letter begins a new word. */
const PAUSE_MS = 700;

/** Gathers letters that are typed one after the other. Answers whether a key was taken for one. */
export function useTypeAhead(find: (text: string) => void): (key: string) => boolean {
  const typed = useRef('');
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(
    () => () => {
      if (timer.current !== null) {
        clearTimeout(timer.current);
      }
    },
    []
  );
  return key => {
    if ([...key].length !== 1 || key === ' ') {
      return false;
    }
    typed.current += key;
    find(typed.current);
    if (timer.current !== null) {
      clearTimeout(timer.current);
    }
    timer.current = setTimeout(() => {
      typed.current = '';
    }, PAUSE_MS);
    return true;
  };
}
