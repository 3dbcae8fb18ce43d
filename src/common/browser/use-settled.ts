import { useEffect, useState } from 'react';

const SETTLED_MS = 300;

/** The value once it has not changed for a moment: nobody is asked at each key. */
export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
