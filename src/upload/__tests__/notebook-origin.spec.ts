import { notebookOrigin } from '../core/notebook-origin.js';

const item = (did: string, instance = 'lake') => ({
  ...{ did, type: 'DATASET', variableName: 'data', instance, addedAt: '2026-01-01T00:00:00.000Z' },
  version: 1
});

describe('what a notebook tells of results', () => {
  it('is its kernel, and what of the instance is in its cart', () => {
    const metadata = {
      kernelspec: { name: 'python3', display_name: 'Python 3' },
      'datalake:1': item('user.alice:raw'),
      'datalake:2': item('user.bob:elsewhere', 'other'),
      'datalake:3': { did: 'no item' },
      mine: item('user.alice:none')
    };
    expect(notebookOrigin(JSON.stringify({ metadata, cells: [] }), 'lake')).toEqual({
      kernel: 'python3',
      inputs: ['user.alice:raw']
    });
  });

  it.each([
    '',
    'no JSON',
    '[]',
    '7',
    'null',
    '{"metadata": 5}',
    '{"metadata":{"kernelspec":{"name":7}}}'
  ])('is nothing where it is no notebook: %s', text => {
    expect(notebookOrigin(text, 'lake')).toEqual({ kernel: null, inputs: [] });
  });
});
