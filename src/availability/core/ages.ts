/** How old an answer of Rucio's may be, in milliseconds, for each kind of question. */
export interface IAges {
  /** Types, sizes and what is in what. */
  content: number;
  /** Locks of collections and replicas of files: one request for many DIDs. */
  locks: number;
  /** A rule that is on its way; others may be older. */
  rules: number;
  /** Counted replicas, and rules of files. */
  single: number;
  /** Rules without locks: they wait for people, or for a daemon that takes its time. */
  waiting: number;
}

/** For somebody who asks now. */
export const ASK_NOW: IAges = {
  content: 60_000,
  locks: 1000,
  rules: 1000,
  single: 10_000,
  waiting: 10_000
};
