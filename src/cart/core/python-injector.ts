import type { IInjector, IVariable } from './injector.js';
import type { IKernelSource } from './ports.js';

const NAME = '_jupyterlab_datalake';
// By these roads, because a user may have variables named exec, compile or globals.
const BUILTINS = '__import__("builtins")';

/** Python, 3.8 or newer, with or without IPython. */
export class PythonInjector implements IInjector {
  constructor(private readonly _source: IKernelSource) {}

  async code(variables: readonly IVariable[]) {
    const { digest, start, modules } = await this._source.read();
    const compiled = `${BUILTINS}.compile(${pythonValue(start)}, "<jupyterlab-datalake start>", "exec")`;
    const request = pythonValue({ digest, modules, variables });
    return {
      code: `${BUILTINS}.exec(${compiled}, {"namespace": ${BUILTINS}.globals(), "request": ${request}})`,
      reportExpression: `__import__("sys").modules["${NAME}"].inject.report()`
    };
  }
}

/**
 * Python source that evaluates to a JSON value. Printable ASCII on one line, whatever is in it: the
 * one way by which text from a DID, a path or a notebook gets into code.
 */
export function pythonValue(value: unknown): string {
  const json = JSON.stringify(value).replace(
    /[^ -~]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  );
  const literal = json.replace(/[\\']/g, character => `\\${character}`);
  return `__import__("json").loads('${literal}')`;
}
