import { useEffect, useRef, useState } from 'react';

const STOPS = 'a[href], button, input, select, textarea, summary, [tabindex]';

/**
 * Whether an element is to be a stop of the Tab key: while there is more in it than fits, and nothing in it
 * that the keys could go to, only so can it be scrolled without a mouse.
 */
export function useScrollStop<E extends HTMLElement>() {
  const ref = useRef<E>(null);
  const [isStop, setStop] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (element === null) {
      return;
    }
    const look = () =>
      setStop(element.scrollHeight > element.clientHeight && element.querySelector(STOPS) === null);
    const sizes = new ResizeObserver(look);
    const content = new MutationObserver(look);
    sizes.observe(element);
    content.observe(element, { childList: true, subtree: true });
    return () => {
      sizes.disconnect();
      content.disconnect();
    };
  }, []);
  return { ref, isStop };
}
