/** A server that is measured: where it is, what opens it, and its processes. */
export interface IServerUnderTest {
  name: 'rucio' | 'ours' | 'reference';
  /** Ends with a slash. */
  url: string;
  headers: Record<string, string>;
  /** The process and all that it has started. */
  pid: number;
  stop(): Promise<void>;
}

/** A Jupyter server that is measured. */
export interface IJupyterUnderTest extends IServerUnderTest {
  name: 'ours' | 'reference';
  token: string;
  /** The folder of its notebooks. */
  notebooks: string;
}
