import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { ScaledScroll } from './scaled-scroll.js';

const OVERSCAN = 8;
/** From one place to another more than this number of windows away: nobody reads on the way. */
const LEAP_WINDOWS = 2;
const SETTLED_MS = 120;

export interface IVirtualRow {
  index: number;
  /** Within the element that holds the rows. */
  top: number;
}

export interface IVirtualRows {
  rows: readonly IVirtualRow[];
  /** Of the element that holds the rows. */
  height: number;
  /** Rows that the window holds. */
  page: number;
  /** The rows fly by: what nobody can use on the way may be left out. */
  flying: boolean;
  /** Brings a row into the window, no further than needed. */
  reveal(index: number): void;
}

type Instance = Virtualizer<HTMLDivElement, Element>;

/** The rows of a list that are in the window, for any number of rows of one height. */
export function useVirtualRows(
  scroller: RefObject<HTMLDivElement | null>,
  count: number,
  rowHeight: number
): IVirtualRows {
  const [scale] = useState(() => new ScaledScroll());
  const [flying, noticeScroll] = useFlying();
  const observeElementOffset = useCallback(
    (instance: Instance, tell: (offset: number, isScrolling: boolean) => void) => {
      const element = instance.scrollElement;
      if (element === null) {
        return undefined;
      }
      const onScroll = () => {
        const offset = scale.offsetOf(element.scrollTop);
        noticeScroll(offset, element.clientHeight);
        tell(offset, false);
      };
      // A wheel step would leap over rows: it moves by what it says.
      const onWheel = (event: WheelEvent) => {
        if (scale.scaled && event.deltaMode === 0 && !event.ctrlKey) {
          event.preventDefault();
          const to = scale.offsetOf(element.scrollTop) + event.deltaY;
          element.scrollTop = scale.topOf(to);
          onScroll();
        }
      };
      onScroll();
      element.addEventListener('scroll', onScroll, { passive: true });
      element.addEventListener('wheel', onWheel, { passive: false });
      return () => {
        element.removeEventListener('scroll', onScroll);
        element.removeEventListener('wheel', onWheel);
      };
    },
    [scale, noticeScroll]
  );
  const virtual = useVirtualizer<HTMLDivElement, Element>({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    observeElementOffset,
    scrollToFn: (offset, _options, { scrollElement }) => {
      if (scrollElement !== null) {
        scrollElement.scrollTop = scale.topOf(offset);
      }
    }
  });
  const view = virtual.scrollRect?.height ?? 0;
  const total = count * rowHeight;
  useLayoutEffect(() => {
    scale.resize(total, view);
    const element = scroller.current;
    if (scale.scaled && element !== null) {
      // More rows have come: what is in the window stays there.
      element.scrollTop = scale.topOf(virtual.scrollOffset ?? 0);
    }
  }, [scale, scroller, total, view, virtual]);
  useEffect(() => virtual.measure(), [virtual, rowHeight]);

  const reveal = (index: number) => {
    const element = scroller.current;
    if (element === null) {
      return;
    }
    const offset = scale.offsetOf(element.scrollTop);
    const start = index * rowHeight;
    const lowest = start + rowHeight - element.clientHeight;
    const wanted = Math.min(start, Math.max(offset, lowest));
    if (wanted !== offset) {
      element.scrollTop = scale.topOf(wanted);
      // The rows of the new place at once, not with the browser's next frame.
      element.dispatchEvent(new Event('scroll'));
    }
  };
  const shift = scale.scaled ? (scroller.current?.scrollTop ?? 0) - (virtual.scrollOffset ?? 0) : 0;
  return {
    rows: virtual.getVirtualItems().map(({ index }) => ({ index, top: index * rowHeight + shift })),
    height: ScaledScroll.heightOf(total),
    page: Math.max(1, Math.floor(view / rowHeight) - 1),
    flying,
    reveal
  };
}

/** Whether the list leaps from place to place, and what is to be told of each. */
function useFlying(): [boolean, (offset: number, view: number) => void] {
  const [flying, setFlying] = useState(false);
  const last = useRef(0);
  const landing = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(landing.current), []);
  const notice = useCallback((offset: number, view: number) => {
    if (Math.abs(offset - last.current) > LEAP_WINDOWS * view) {
      setFlying(true);
      clearTimeout(landing.current);
      landing.current = setTimeout(() => setFlying(false), SETTLED_MS);
    }
    last.current = offset;
  }, []);
  return [flying, notice];
}
