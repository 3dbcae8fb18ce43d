import { errorIcon } from '@jupyterlab/ui-components';
import type { ReactNode } from 'react';
import { toProblem, type Problem } from '../contract/problem.js';
import { NEXT_STEP, problemDetails, problemSentence } from './problem-sentences.js';
import { useTrans } from './trans.js';

/** What a failed query threw, as a problem that may be shown. */
export function problemOf(error: unknown): Problem {
  return toProblem(error);
}

interface IProblemViewProps {
  problem: Problem;
  /** Tries again what failed. */
  onRetry?: (() => void) | undefined;
  onSignIn?: (() => void) | undefined;
  /** Another next step, instead of the usual button, e.g. Extend. */
  action?: ReactNode;
  /** One line in a list, instead of a block. */
  compact?: boolean;
}

/** A failure where the action was: one sentence, the next step as a button, the details folded. */
export function ProblemView({ problem, onRetry, onSignIn, action, compact }: IProblemViewProps) {
  const trans = useTrans();
  const details = problemDetails(problem);
  const step = NEXT_STEP[problem.code];
  const retry = onRetry !== undefined && (step === 'retry' || (step === 'sign-in' && !onSignIn));
  return (
    <div className={`jp-DataLakeProblem${compact === true ? ' jp-mod-compact' : ''}`} role="alert">
      <errorIcon.react
        tag="span"
        className="jp-DataLakeProblem-icon"
        width="16px"
        height="16px"
        aria-hidden="true"
      />
      <div className="jp-DataLakeProblem-text">
        <p className="jp-DataLakeProblem-sentence">{problemSentence(problem, trans)}</p>
        {details.length > 0 && (
          <details className="jp-DataLakeProblem-details">
            <summary>{trans.__('Details')}</summary>
            {details.map(text => (
              <pre key={text}>{text}</pre>
            ))}
          </details>
        )}
        {action}
        {step === 'sign-in' && onSignIn && (
          <button type="button" className="jp-DataLakeButton" onClick={onSignIn}>
            {trans.__('Sign in again')}
          </button>
        )}
        {retry && (
          <button type="button" className="jp-DataLakeButton" onClick={onRetry}>
            {trans.__('Retry')}
          </button>
        )}
      </div>
    </div>
  );
}
