import type { GraphError } from "../errors.ts";
import type { Block, LookupBlock, Term } from "../graph/block.ts";

/** A request to compute some blocks, and how to answer it. */
export interface Request {
  readonly blocks: readonly Block[];
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
  readonly onProgress: ((fraction: number) => void) | undefined;
  readonly signal: AbortSignal | undefined;
  /** The jobs that it waits for, once that has been planned. */
  readonly pending: Set<Job>;
  /** Whether its jobs have been submitted. */
  submitted: boolean;
  /** Whether it has not been answered yet. */
  open: boolean;
}

/** A job that has been submitted. */
export interface Job {
  /** What observers know it by. */
  readonly id: number;
  readonly address: number;
  readonly run: Run;
  /** The combination of sources that it reads. */
  readonly terms: readonly Term[];
  readonly outputs: readonly JobOutput[];
  /** The lookup polynomial, as the table cache knows it. */
  readonly tableKey: string;
  /** The jobs that compute those of its inputs which did not exist when it was submitted; none once it is over. */
  producers: readonly Job[];
  /** The requests that wait for it, some of which may have been answered otherwise. */
  waiters: Request[];
  /** Number of open requests, unfinished jobs and plans in the making that count on it. */
  users: number;
  /**
   * Whether nobody wants its outputs any more; it is there only until the queue has let go of it, or the thread that
   * had taken it.
   */
  cancelled: boolean;
  /** Whether it is finished, or gone in another way. */
  over: boolean;
  /** What is wrong with its outputs, if they have been computed and must not be used. */
  fault: GraphError | undefined;
}

/** A block that a job computes, and the slot reserved for its ciphertext. */
export interface JobOutput {
  readonly block: LookupBlock;
  readonly slot: number;
}

/** The jobs of one plan. */
export interface Run {
  /** Address of the memory that holds the jobs and the edges to them. */
  readonly memory: number;
  readonly memoryBytes: number;
  readonly jobCount: number;
  /** Number of jobs that are not over yet. */
  left: number;
  /** Runs with jobs that this one's wait for: their lists hold edges that lie in this one's memory. */
  readonly upstream: Set<Run>;
  /** The runs that have this one upstream. */
  readonly downstream: Set<Run>;
  /** The requests that hear how far it has come. */
  readonly listeners: Request[];
  /** The fraction that they were told last. */
  reported: number;
}
