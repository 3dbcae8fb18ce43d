import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { LakeRoot } from '../../../common/browser/lake-root.js';
import type { Problem } from '../../../common/contract/problem.js';
import { browserLake, problemResponse } from '../../../testing/browser-lake.js';
import type { SignIn } from '../../../token-renewal/contract.js';
import { PanelView } from '../../browser/panel-view.js';
import { Sections } from '../../browser/sections.js';

const ALICE: SignIn = {
  instance: 'near',
  displayName: 'escape',
  rucioUrl: 'https://rucio.example',
  authType: 'userpass',
  account: 'alice',
  identity: 'alice-user',
  signedIn: true,
  expiresAt: '2099-01-01T00:00:00Z',
  source: '/etc/rucio.cfg',
  credentialEndsAt: null,
  credentialProblem: null,
  problem: null
};
const MOUNTS = {
  mounts: [
    {
      instance: 'near',
      rse: 'NEAR',
      path: '/data',
      state: 'NOT_ANSWERING',
      milliseconds: null,
      checkedAt: null,
      problem: null
    }
  ]
};

function session(signIn: Partial<SignIn> | null, configurationProblems: object[] = []) {
  const signIns = signIn === null ? [] : [{ ...ALICE, ...signIn }];
  return { version: '1', signIns, configurationProblems };
}

function out(problem: Problem) {
  return session({ signedIn: false, account: null, expiresAt: null, problem });
}

function show(answer: () => object) {
  const server = browserLake({ '/session': answer, '/mounts': () => MOUNTS });
  const sections = new Sections();
  sections.add({ id: 'cart', title: 'Cart', rank: 200, Body: () => <p>the cart</p> });
  sections.add({
    id: 'catalogue',
    title: 'Catalogue',
    rank: 100,
    grows: true,
    needsLake: true,
    Header: () => <b>beside</b>,
    Body: () => <p>the catalogue</p>
  });
  render(
    <LakeRoot lake={server.lake}>
      <PanelView lake={server.lake} sections={sections} />
    </LakeRoot>
  );
  return { ...server, sections };
}

it('shows that it loads, then the sections in the order of their ranks', async () => {
  show(() => session({}));
  expect(screen.getByRole('status', { name: 'Loading' })).toBeVisible();
  const regions = await screen.findAllByRole('region');
  expect(regions.map(region => region.getAttribute('data-section'))).toEqual(['catalogue', 'cart']);
  expect(screen.getByText('beside')).toBeVisible();
});

it('folds a section by keyboard, and unmounts what is in it', async () => {
  show(() => session({}));
  const toggle = await screen.findByRole('button', { name: 'Catalogue' });
  toggle.focus();
  await userEvent.keyboard('{Enter}');
  expect(toggle).toHaveAttribute('aria-expanded', 'false');
  expect(screen.queryByText('the catalogue')).toBeNull();
  await userEvent.keyboard(' ');
  expect(screen.getByText('the catalogue')).toBeVisible();
});

it('says who is signed in, until when, and how the mounts are; Escape closes it', async () => {
  show(() => session({}));
  const account = await screen.findByRole('button', { name: 'Account: alice @ escape' });
  await userEvent.click(account);
  expect(screen.getByText('alice-user')).toBeVisible();
  expect(screen.getByText(/^in \d+ years$/)).toBeVisible();
  const mounts = await screen.findByRole('list', { name: 'Mounted RSEs' });
  expect(within(mounts).getByText('Mount NEAR does not answer')).toBeVisible();
  await userEvent.keyboard('{Escape}');
  expect(screen.queryByText('alice-user')).toBeNull();
  expect(account).toHaveFocus();
});

it('says what to write when nothing is configured, with each mistake by its name', async () => {
  const mistakes = [{ name: 'c.DataLake.mounts', message: 'The path is relative.' }];
  show(() => session({ rucioUrl: null, signedIn: false }, mistakes));
  expect(await screen.findByText('No data lake is configured yet.')).toBeVisible();
  expect(screen.getByText(/c\.DataLake\.rucio_url = /)).toBeVisible();
  expect(screen.getByText('c.DataLake.mounts')).toBeVisible();
  expect(screen.getByText('The path is relative.')).toBeVisible();
  expect(screen.queryByText('the catalogue')).toBeNull();
});

it('tells mistakes of a configuration that works otherwise, folded', async () => {
  show(() => session({}, [{ name: 'c.DataLake.acount', message: 'There is no such option.' }]));
  await userEvent.click(await screen.findByText('1 mistake in the configuration'));
  expect(screen.getByText('c.DataLake.acount')).toBeVisible();
  expect(screen.getByText('the catalogue')).toBeVisible();
});

it('signs in again where the credentials were refused, and keeps what needs no lake', async () => {
  let answer: object = out({ code: 'sign-in-refused', message: 'Wrong password.' });
  const { answers, asked } = show(() => answer);
  expect(await screen.findByText('You are not signed in to escape.')).toBeVisible();
  expect(screen.getByText('the cart')).toBeVisible();
  expect(screen.queryByText('the catalogue')).toBeNull();
  answers['/session/renew'] = () => {
    answer = session({});
    return ALICE;
  };
  await userEvent.click(screen.getByRole('button', { name: 'Sign in again' }));
  expect(await screen.findByText('the catalogue')).toBeVisible();
  expect(asked).toContainEqual({ path: '/session/renew', asked: { instance: 'near' } });
});

it('tells Rucio that cannot be reached from a sign-in that was refused', async () => {
  show(() => out({ code: 'rucio-unreachable', message: 'No answer.', detail: 'ECONNREFUSED' }));
  expect(await screen.findByText('escape cannot be asked.')).toBeVisible();
  expect(screen.getByRole('alert')).toHaveTextContent('Rucio cannot be reached.');
  expect(screen.getByRole('button', { name: 'Try again' })).toBeVisible();
});

it('asks again on Retry when the Jupyter server did not answer', async () => {
  let down = true;
  show(() => (down ? problemResponse({ code: 'server-down', message: 'Away.' }) : session({})));
  const retry = await screen.findByRole('button', { name: 'Retry' });
  expect(screen.getByText('the cart')).toBeVisible();
  down = false;
  await userEvent.click(retry);
  expect(await screen.findByText('the catalogue')).toBeVisible();
});

it('says that news do not arrive, and goes quiet when they do', async () => {
  const { sockets } = show(() => session({}));
  await screen.findByText('the catalogue');
  act(() => sockets[0].open());
  expect(screen.queryByText(/No connection/)).toBeNull();
  act(() => sockets[0].drop());
  expect(screen.getByText(/No connection to the server/)).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Try now' }));
  act(() => sockets[1].open());
  expect(screen.queryByText(/No connection/)).toBeNull();
});

it('reads again when news say that the sign-in has changed', async () => {
  let account = 'alice';
  const { sockets } = show(() => session({ account }));
  await screen.findByRole('button', { name: 'Account: alice @ escape' });
  account = 'bob';
  act(() => {
    sockets[0].open();
    sockets[0].say({ key: 'session' });
  });
  await waitFor(() =>
    expect(screen.getByRole('button', { name: 'Account: bob @ escape' })).toBeVisible()
  );
});
