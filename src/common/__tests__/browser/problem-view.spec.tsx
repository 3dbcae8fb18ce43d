import { nullTranslator } from '@jupyterlab/translation';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { ProblemView } from '../../browser/problem-view.js';
import { problemSentence } from '../../browser/problem-sentences.js';
import { PROBLEM_CODES, type Problem } from '../../contract/problem.js';

const unreachable: Problem = {
  code: 'rucio-unreachable',
  message: 'No answer from https://rucio.example.',
  detail: 'connect ECONNREFUSED'
};

it.each(PROBLEM_CODES)('%s has a sentence', code => {
  const trans = nullTranslator.load('x');
  const sentence = problemSentence({ code, message: 'The server says why.' }, trans);
  expect(sentence).toMatch(/\.$/);
});

it('shows one sentence, the next step, and the details folded', async () => {
  const retry = jest.fn();
  render(<ProblemView problem={unreachable} onRetry={retry} />);
  expect(screen.getByRole('alert')).toHaveTextContent('Rucio cannot be reached.');
  expect(screen.getByText('connect ECONNREFUSED')).not.toBeVisible();
  await userEvent.click(screen.getByText('Details'));
  expect(screen.getByText('connect ECONNREFUSED')).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
  expect(retry).toHaveBeenCalledTimes(1);
});

it('offers to sign in where that is the next step, and nothing where there is none', () => {
  const { rerender } = render(
    <ProblemView problem={{ code: 'not-signed-in', message: 'x' }} onSignIn={() => {}} />
  );
  expect(screen.getByRole('button', { name: 'Sign in again' })).toBeVisible();
  rerender(<ProblemView problem={{ code: 'forbidden', message: 'No.' }} onRetry={() => {}} />);
  expect(screen.queryByRole('button')).toBeNull();
});

it('shows hostile text as text', () => {
  const message = '<img src=x onerror="alert(1)">';
  render(<ProblemView problem={{ code: 'not-found', message, detail: message }} />);
  expect(document.querySelector('img')).toBeNull();
  expect(screen.getAllByText(message)).toHaveLength(2);
});
