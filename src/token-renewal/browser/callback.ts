/**
 * The script of the page to which the identity provider sends the pop-up back. It hands the answer on with
 * the XSRF token of this server, tells the other windows, and closes. Kept small: it has no framework.
 */

/** Where windows of this browser hear that somebody has signed in; they read the state themselves. */
const CHANNEL = 'jupyterlab-datalake:signed-in';

interface IProblem {
  message?: unknown;
}

async function finish(): Promise<void> {
  const query = location.search.slice(1);
  // The code is good once; all the same it has no business in the history.
  history.replaceState(null, '', location.pathname);
  const xsrf = /(?:^|; )_xsrf=([^;]*)/.exec(document.cookie)?.[1] ?? '';
  const answer = await fetch('api/tokens/callback', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-XSRFToken': decodeURIComponent(xsrf) },
    body: JSON.stringify({ query })
  });
  if (!answer.ok) {
    const { message } = (await answer.json().catch(() => ({}))) as IProblem;
    throw new Error(typeof message === 'string' ? message : 'The server refuses the sign-in.');
  }
}

function say(text: string): void {
  const outcome = document.getElementById('outcome');
  if (outcome !== null) {
    outcome.textContent = text;
  }
}

finish().then(
  () => {
    new BroadcastChannel(CHANNEL).postMessage(null);
    say('You are signed in. You may close this window.');
    window.close();
  },
  (error: unknown) => {
    say(error instanceof Error ? error.message : 'The sign-in failed.');
  }
);
