import { EXIT_MEANING, EXIT_PARTLY, EXIT_STATUS } from '../cli/exit-status.js';
import {
  DataLakeError,
  fromProblem,
  Problem,
  PROBLEM_CODES,
  toProblem
} from '../contract/problem.js';
import { PROBLEM_STATUS } from '../server/problems.js';

describe('the tables of problems', () => {
  it('know every code and no other', () => {
    const codes = [...PROBLEM_CODES].toSorted();
    expect(Object.keys(PROBLEM_STATUS).toSorted()).toEqual(codes);
    expect(Object.keys(EXIT_STATUS).toSorted()).toEqual(codes);
  });

  it('answer with statuses of failures', () => {
    for (const status of Object.values(PROBLEM_STATUS)) {
      expect(status).toBeGreaterThanOrEqual(400);
    }
  });

  it('do not answer with 401, which Jupyter uses for itself', () => {
    expect(Object.values(PROBLEM_STATUS)).not.toContain(401);
  });

  it('explain every exit status that there is, and no other', () => {
    const used = new Set<number>([0, EXIT_PARTLY, ...Object.values(EXIT_STATUS)]);
    expect(Object.keys(EXIT_MEANING).map(Number)).toEqual([...used].toSorted((a, b) => a - b));
  });
});

describe('a problem', () => {
  it('is the error that it came from, on both sides of the wire', () => {
    const error = new DataLakeError('conflict', 'It is there.', {
      detail: 'theirs',
      retryAfterSeconds: 3
    });
    const problem = Problem.parse(JSON.parse(JSON.stringify(toProblem(error))));
    expect(fromProblem(problem)).toMatchObject({ ...problem, name: 'DataLakeError' });
  });

  it('holds nothing of what caused it', () => {
    const error = new DataLakeError('internal', 'Sorry.', { cause: new Error('hunter2') });
    expect(JSON.stringify(toProblem(error))).not.toContain('hunter2');
    expect(JSON.stringify(toProblem(new Error('hunter2')))).not.toContain('hunter2');
  });
});
