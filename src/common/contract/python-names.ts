// Python 3.8 to 3.14 together: a name that is free in one is refused if another needs it.
const KEYWORDS =
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield';

const BUILTINS =
  'ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError ConnectionResetError DeprecationWarning EOFError Ellipsis EncodingWarning EnvironmentError Exception ExceptionGroup FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError ImportError ImportWarning IndentationError IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError NotADirectoryError NotImplemented NotImplementedError OSError OverflowError PendingDeprecationWarning PermissionError ProcessLookupError PythonFinalizationError RecursionError ReferenceError ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning UserWarning ValueError Warning ZeroDivisionError abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex copyright credits delattr dict dir display divmod enumerate eval exec exit filter float format frozenset getattr globals hasattr hash help hex id input int isinstance issubclass iter len license list locals map max memoryview min next object oct open ord pow print property quit range repr reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip';

// What IPython keeps in the user's namespace.
const IPYTHON = 'In Out get_ipython';
const IPYTHON_HISTORY = /^_+$|^_i*\d*$|^_[iod]h$/;

const KEYWORD_SET: ReadonlySet<string> = new Set(KEYWORDS.split(' '));
const BUILTIN_SET: ReadonlySet<string> = new Set(`${BUILTINS} ${IPYTHON}`.split(' '));

export const LONGEST_NAME = 100;

/** Why a name cannot be a variable of ours in Python. */
export type NameFault = 'empty' | 'too-long' | 'not-identifier' | 'keyword' | 'builtin' | 'dunder';

/**
 * What is wrong with a variable name, or null. ASCII only: Python itself would normalise other
 * letters, so that two names on the page could be one in the kernel.
 */
export function nameFault(name: string): NameFault | null {
  if (name === '') {
    return 'empty';
  }
  if (name.length > LONGEST_NAME) {
    return 'too-long';
  }
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return 'not-identifier';
  }
  if (KEYWORD_SET.has(name)) {
    return 'keyword';
  }
  if (BUILTIN_SET.has(name) || IPYTHON_HISTORY.test(name)) {
    return 'builtin';
  }
  return name.startsWith('__') ? 'dunder' : null;
}
