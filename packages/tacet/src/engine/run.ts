import type { Block, LookupBlock } from "../graph/block.ts";

/** A request to compute some blocks, and how to answer it. */
export interface Request {
  readonly blocks: readonly Block[];
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
  readonly onProgress: ((fraction: number) => void) | undefined;
  readonly signal: AbortSignal | undefined;
  /** Undoes what the request has set up elsewhere. Called once, when it is answered. */
  readonly close: () => void;
}

/** A job that is computed in a run. */
export interface Job {
  readonly address: number;
  readonly run: Run;
  readonly outputs: readonly JobOutput[];
  /** The lookup polynomial, as the table cache knows it. */
  readonly tableKey: string;
}

/** A block that a job computes, and the slot reserved for its ciphertext. */
export interface JobOutput {
  readonly block: LookupBlock;
  readonly slot: number;
}

/** The requests of one turn of the event loop, and the jobs that they led to. */
export interface Run {
  /** Address of the run's memory, which begins with the queue's record of the plan; 0 if there are no jobs. */
  readonly memory: number;
  readonly memoryBytes: number;
  /** Requests that are not answered yet. */
  readonly requests: Set<Request>;
  /** Jobs that are not finished yet, by address. */
  readonly jobs: Map<number, Job>;
  readonly jobCount: number;
  /** Runs whose jobs this one waits for. */
  readonly upstream: Set<Run>;
  cancelled: boolean;
}
