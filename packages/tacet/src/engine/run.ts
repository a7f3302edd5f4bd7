import type { Block, LookupBlock, Source } from "../graph/block.ts";

/** A request to compute some blocks, and how to answer it. */
export interface Request {
  readonly blocks: readonly Block[];
  /** The sources of the blocks that are still to be computed, once that has been planned. */
  readonly pending: Set<Block>;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
  readonly onProgress: ((fraction: number) => void) | undefined;
  /** Undoes what the request has set up elsewhere; to be called when it is answered. */
  readonly close: () => void;
}

/** A job that has not been finished yet. */
export interface Job {
  /** What observers know it by. */
  readonly id: number;
  readonly address: number;
  readonly run: Run;
  /** The sources that it reads. */
  readonly inputs: readonly Source[];
  /** The jobs that compute those of its inputs which did not exist when it was submitted. */
  readonly producers: readonly Job[];
  readonly outputs: readonly JobOutput[];
  /** The lookup polynomial, as the table cache knows it. */
  readonly tableKey: string;
  /** Whether nobody wants its outputs any more; it is only waited for because a thread had taken it. */
  cancelled: boolean;
}

/** A block that a job computes, and the slot reserved for its ciphertext. */
export interface JobOutput {
  readonly block: LookupBlock;
  readonly slot: number;
}

/** The jobs that the requests of one turn of the event loop led to. */
export interface Run {
  /** Address of the memory that holds the jobs and the edges to them. */
  readonly memory: number;
  readonly memoryBytes: number;
  /** Jobs that are not finished yet, by address. */
  readonly jobs: Map<number, Job>;
  readonly jobCount: number;
  /** Runs with jobs that this one's wait for: their lists hold edges that lie in this one's memory. */
  readonly upstream: Set<Run>;
}
