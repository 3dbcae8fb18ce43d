import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { problemResponse, StreamedAnswer, streamed } from '../../../testing/browser-lake.js';
import { row } from './rows.js';
import { catalogueOn } from './show.js';

const box = () => screen.getByRole('combobox', { name: 'Search the data lake' });

async function search(text: string): Promise<void> {
  await userEvent.clear(box());
  await userEvent.type(box(), `${text}{Enter}`);
}

describe('home', () => {
  it('lists the scopes, those of the account first, and filters them', async () => {
    catalogueOn().show();
    expect(screen.getByRole('status', { name: 'Loading' })).toBeVisible();
    const rows = await screen.findAllByRole('row');
    expect(rows.map(({ textContent }) => textContent)).toEqual(['user.aliceyours', 'obs', 'sun']);
    const filter = screen.getByRole('searchbox', { name: 'Filter the scopes' });
    await userEvent.type(filter, 'SU');
    expect(screen.getAllByRole('row')).toHaveLength(1);
    await userEvent.type(filter, 'x');
    expect(screen.getByText('No scope holds “SUx”.')).toBeVisible();
    await userEvent.type(filter, '{Escape}');
    expect(screen.getAllByRole('row')).toHaveLength(3);
  });

  it('lists collections of a scope and says what it leaves out; the files are one click away', async () => {
    showing({
      '/dids': ({ type }) =>
        streamed([[row('waves', 'DATASET'), ...(type === 'all' ? [row('a.mseed')] : [])]], {
          count: 1
        })
    });
    await userEvent.click(await screen.findByText('obs'));
    expect(await screen.findByText('waves')).toBeVisible();
    expect(screen.getByText('Only datasets and containers.')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Show files too' }));
    expect(await screen.findByText('a.mseed')).toBeVisible();
    expect(screen.queryByText('Only datasets and containers.')).toBeNull();
  });

  it('says when the scopes cannot be listed, and asks again', async () => {
    let down = true;
    catalogueOn({
      '/scopes': () =>
        down ? problemResponse({ code: 'rucio-slow', message: 'x' }) : { scopes: ['obs'], own: [] }
    }).show();
    expect(await screen.findByRole('alert')).toHaveTextContent('Rucio takes too long');
    down = false;
    await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
    expect(await screen.findByText('obs')).toBeVisible();
  });

  it('says when there is no scope at all', async () => {
    catalogueOn({ '/scopes': () => ({ scopes: [], own: [] }) }).show();
    expect(await screen.findByText('This data lake has no scopes yet.')).toBeVisible();
  });
});

describe('a search', () => {
  it('shows rows as they arrive, then how many there are', async () => {
    const answer = new StreamedAnswer();
    const { asked } = showing({ '/dids': () => answer });
    await search('obs:wave*');
    expect(screen.getByText('Searching obs:wave*')).toBeVisible();
    answer.item([row('wave_1'), row('wave_2')]);
    expect(await screen.findByText('wave_2')).toBeVisible();
    expect(screen.getByText('2 DIDs so far of obs:wave*')).toBeVisible();
    answer.item([row('wave_3')]);
    expect(await screen.findByText('wave_3')).toBeVisible();
    answer.end({ count: 3 });
    expect(await screen.findByText('3 DIDs match obs:wave*')).toBeVisible();
    expect(asked.at(-1)).toMatchObject({
      path: '/dids',
      asked: { scope: 'obs', pattern: 'wave*', type: 'all' }
    });
  });

  it('never shows the answer to an older search', async () => {
    const answers: Record<string, StreamedAnswer> = {
      'first*': new StreamedAnswer(),
      'second*': new StreamedAnswer()
    };
    showing({ '/dids': ({ pattern }) => answers[String(pattern)] });
    await search('obs:first');
    await search('obs:second');
    answers['second*'].item([row('new')]).end({ count: 1 });
    expect(await screen.findByText('new')).toBeVisible();
    try {
      answers['first*'].item([row('old')]).end({ count: 1 });
    } catch {
      // It was cancelled, which is as good.
    }
    await act(async () => {
      await new Promise(resolve => setTimeout(resolve));
    });
    expect(screen.queryByText('old')).toBeNull();
    expect(screen.getByText('1 DID matches obs:second*')).toBeVisible();
  });

  it('keeps what has arrived when the stream fails, says why, and tries again', async () => {
    const broken = new StreamedAnswer();
    const queue = [broken, streamed([[row('a'), row('b')]], { count: 2 })];
    showing({ '/dids': () => queue.shift() ?? {} });
    await search('obs:*');
    broken.item([row('a')]).problem({ code: 'rucio-busy', message: 'x' });
    expect(await screen.findByText(/Rucio has too much to do/)).toBeVisible();
    expect(screen.getByText('a')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
    expect(await screen.findByText('b')).toBeVisible();
  });

  it('says so when the answer is cut off', async () => {
    const broken = new StreamedAnswer();
    showing({ '/dids': () => broken });
    await search('obs:*');
    broken.item([row('a')]).cut();
    expect(await screen.findByText(/The Jupyter server does not answer/)).toBeVisible();
    expect(screen.getByText('a')).toBeVisible();
  });

  it.each([
    ['above the rows', 0],
    ['in the last line', 1]
  ])('stops on demand, says where, and loads the rest on demand %s', async (_, at) => {
    const slow = new StreamedAnswer();
    const queue = [slow, streamed([[row('a'), row('b')]], { count: 2 })];
    showing({ '/dids': () => queue.shift() ?? {} });
    await search('obs:*');
    slow.item([row('a')]);
    await screen.findByText('a');
    await userEvent.click(screen.getAllByRole('button', { name: 'Stop' })[0]);
    expect(screen.getByText('Stopped at 1 row')).toBeVisible();
    await waitFor(() => expect(slow.cancelled).toBe(true));
    await userEvent.click(screen.getAllByRole('button', { name: 'Load the rest' })[at]);
    expect(await screen.findByText('2 DIDs match obs:*')).toBeVisible();
  });

  it('goes through all scopes for a pattern alone, and says in how many it looked', async () => {
    showing({
      '/dids': ({ scope }) =>
        streamed(scope === 'obs' ? [[row('event_1'), row('event_2')]] : [], { count: 0 })
    });
    await search('event');
    expect(await screen.findByText('2 DIDs match *event* · in 3 scopes')).toBeVisible();
    expect(screen.getByText('event_2')).toBeVisible();
    expect(screen.getByTitle('Nothing in: user.alice, sun')).toBeVisible();
  });

  it('shows the scope that failed, with what was found in the others', async () => {
    let down = true;
    showing({
      '/dids': ({ scope }) =>
        scope === 'sun' && down
          ? problemResponse({ code: 'rucio-slow', message: 'x' })
          : streamed([[row(`in_${String(scope)}`)]], { count: 1 })
    });
    await search('in');
    expect(await screen.findByText('in_obs')).toBeVisible();
    expect(await screen.findByText(/Rucio takes too long/)).toBeVisible();
    down = false;
    await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
    expect(await screen.findByText('in_sun')).toBeVisible();
  });

  it('looks only in the scopes of the account when that is chosen', async () => {
    const { asked } = showing({ '/dids': () => streamed([], { count: 0 }) });
    await userEvent.selectOptions(screen.getByRole('combobox', { name: /^Where/ }), 'own');
    await search('event');
    expect(await screen.findByText('Nothing matches *event* in 1 scope.')).toBeVisible();
    expect(asked.filter(({ path }) => path === '/dids')).toHaveLength(1);
    await userEvent.click(screen.getByRole('button', { name: 'Search in all scopes' }));
    expect(await screen.findByText('Nothing matches *event* in 3 scopes.')).toBeVisible();
  });

  it('asks again when the type is changed', async () => {
    const { asked } = showing({ '/dids': () => streamed([], { count: 0 }) });
    await search('obs:x');
    await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Type' }), 'dataset');
    expect(await screen.findByRole('button', { name: 'Search all types' })).toBeVisible();
    expect(asked.at(-1)?.asked).toMatchObject({ type: 'dataset' });
  });

  it.each([
    ['a:b:c', /more than one colon/],
    ['obs:%2f', /no quotes/],
    ['o/x:y', /letters, digits/]
  ])('explains %s without asking', async (text, sentence) => {
    const { asked } = showing({});
    await search(text);
    expect(screen.getByText(sentence)).toBeVisible();
    expect(asked.filter(({ path }) => path === '/dids')).toEqual([]);
  });

  it('shows hostile names as text', async () => {
    const name = '<img/src=x/onerror=alert(1)>';
    showing({ '/dids': () => streamed([[row(name, 'DATASET')]], { count: 1 }) });
    await search('obs:*');
    expect(await screen.findByText(name)).toBeVisible();
    expect(document.querySelector('img')).toBeNull();
  });

  it('proposes scopes while one is typed, and recent searches', async () => {
    const { history } = showing({ '/dids': () => streamed([], { count: 0 }) });
    await screen.findAllByRole('row');
    await userEvent.type(box(), 'us');
    expect(
      within(screen.getByRole('listbox', { name: 'Suggestions' }))
        .getAllByRole('option')
        .map(({ textContent }) => textContent)
    ).toEqual(['user.alice']);
    await userEvent.keyboard('{ArrowDown}{Enter}');
    expect(box()).toHaveValue('user.alice:');
    await userEvent.type(box(), 'x{Enter}');
    expect(history.searches).toEqual(['user.alice:x']);
    await userEvent.clear(box());
    await userEvent.click(box());
    await userEvent.keyboard('{ArrowUp}{Enter}');
    expect(box()).toHaveValue('user.alice:x');
  });

  it('gives Ctrl-F to the filter at home, and to the box elsewhere', async () => {
    showing({ '/dids': () => streamed([[row('a')]], { count: 1 }) });
    await screen.findAllByRole('row');
    fireEvent.keyDown(screen.getByRole('treegrid'), { key: 'f', ctrlKey: true });
    expect(screen.getByRole('searchbox')).toHaveFocus();
    await search('obs:*');
    await screen.findByText('a');
    fireEvent.keyDown(screen.getByRole('treegrid'), { key: 'F', metaKey: true });
    expect(box()).toHaveFocus();
  });
});

function showing(answers: Parameters<typeof catalogueOn>[0]) {
  const catalogue = catalogueOn(answers);
  catalogue.show();
  return catalogue;
}
