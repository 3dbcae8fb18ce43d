const KEY = 'jupyterlab-datalake:told-uploads';
/** What is remembered at most: the oldest go first. */
const MOST = 100;

/** True in the first of this browser's windows that asks about these news, false in all others. */
export async function mayTell(news: string): Promise<boolean> {
  // Browsers have locks on https and on this machine only; without them two windows may ask at once, and both tell.
  const locks = navigator.locks as LockManager | undefined;
  return locks === undefined ? isFirst(news) : locks.request(KEY, () => isFirst(news));
}

function isFirst(news: string): boolean {
  try {
    const known = localStorage.getItem(KEY)?.split('\n') ?? [];
    if (known.includes(news)) {
      return false;
    }
    localStorage.setItem(KEY, [...known, news].slice(-MOST).join('\n'));
  } catch {
    // A browser that keeps nothing tells twice.
  }
  return true;
}
