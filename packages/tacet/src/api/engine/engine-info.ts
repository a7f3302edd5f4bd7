import type { ParameterSet } from "../../parameters/parameter-set.ts";

/** What an engine tells about itself. */
export interface EngineInfo {
  readonly parameters: ParameterSet;
  /** Number of threads that compute. */
  readonly threads: number;
  /**
   * Whether they are workers on one shared memory. If not, the calling thread is the only one, and computes in turns of
   * a few milliseconds, so that a page stays responsive. Browsers share memory only with pages that are cross-origin
   * isolated: served with the headers `Cross-Origin-Opener-Policy: same-origin` and
   * `Cross-Origin-Embedder-Policy: require-corp` (or `credentialless`). Node.js 21 and 22.0 to 22.2 lack what workers are
   * started with (`process.getBuiltinModule`): earlier ones from 20.16 on, and later ones, have it.
   */
  readonly sharedMemory: boolean;
  /**
   * Why the calling thread is the only one, in words; `undefined` where workers compute. Either `threads: 0` was asked
   * for, or the platform has none that share memory, or it refused one: a page's Content-Security-Policy has to allow
   * `worker-src blob:`, and must not have `require-trusted-types-for 'script'`.
   */
  readonly whyNoWorkers: string | undefined;
  /** Whether results are the same bits on every machine. */
  readonly deterministic: boolean;
  /** Bytes in use: keys, ciphertexts, tables, jobs and scratch of all threads together. */
  readonly memoryBytes: number;
  /** Number of encrypted blocks held. */
  readonly ciphertexts: number;
}

/** What a computation will take. */
export interface Explanation {
  /** Number of bootstraps: blind rotations, each of which may answer several lookups. */
  readonly bootstraps: number;
  /** The longest chain of bootstraps that wait for each other. */
  readonly depth: number;
  /** Expected time on this engine with nothing else to do, by the times of its latest bootstraps. */
  readonly milliseconds: number;
}

/** How a ciphertext is taken in. */
export interface LoadOptions {
  /**
   * Whether the ciphertext may hold anything, because somebody who is not trusted has made it: then the handle has a
   * value of its type whatever it holds, at the price of one bootstrap a digit (more, if the ciphertext says that it
   * holds carries). `false` unless given: whoever encrypts can then have a boolean be 3, and count three times.
   */
  readonly checked?: boolean | undefined;
}
