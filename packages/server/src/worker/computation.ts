import type { Exchange } from "tacet/cut";
import type { MeasuredSpeed } from "../computation/speed.ts";
import type { Tree } from "../jobs/tree.ts";

/** What is known of a program before it runs. */
export interface ProgramDescription {
  /** What clients need to encrypt inputs and decrypt results: JSON. */
  readonly [member: string]: unknown;
}

/** A program that has been checked. */
export interface CheckedProgram {
  /** The graph as JSON text, always the same for the same graph: its hash names the program. */
  readonly graph: string;
  readonly description: ProgramDescription;
  /** Bootstraps that it takes. */
  readonly bootstraps: number;
  /** The longest chain of bootstraps that wait for each other. */
  readonly depth: number;
}

/** What a computation is given beside the graph. */
export interface ComputationOptions {
  /** Called now and then with the fraction that is done, from 0 to 1. */
  readonly onProgress: (fraction: number) => void;
  readonly signal: AbortSignal;
}

/** What computes: programs on encrypted values, in this service. */
export interface Computation {
  /**
   * Checks a graph that may be anything at all.
   *
   * @throws ServiceError `invalid-program`, which says what is wrong and where.
   */
  check(graph: unknown): Promise<CheckedProgram>;
  /**
   * Checks, by their names and form alone, inputs for a program and its clear parameters.
   *
   * @throws ServiceError `invalid-request`, which says what is wrong and where.
   */
  checkInputs(
    description: ProgramDescription,
    inputs: Readonly<Record<string, Tree<string>>>,
    parameters: unknown,
  ): void;
  /**
   * Milliseconds that a number of bootstraps of some depth takes here, roughly; or where it was measured, if that is
   * elsewhere.
   */
  milliseconds(bootstraps: number, depth: number, measured?: MeasuredSpeed): number;
  /** From so many bootstraps on, a job is cut into parts if there are workers for it; never unless given. */
  readonly cutFrom?: number | undefined;
  /** What has been measured here; `undefined` before anything has. */
  readonly speed?: MeasuredSpeed | undefined;
  /**
   * Makes a server key ready to compute with.
   *
   * @throws ServiceError `invalid-key` for bytes that are none.
   */
  open(serverKey: Uint8Array): Promise<OpenKey>;
  close(): Promise<void>;
}

/** A server key that is ready. */
export interface OpenKey {
  /** Bytes of memory that it takes. */
  readonly bytes: number;
  /**
   * Computes. Several may run at the same time.
   *
   * @throws ServiceError `invalid-value`, `computation-failed`; `unavailable` for what another attempt may do better, with
   *   the key opened anew; the signal's reason.
   */
  run(
    graph: string,
    inputs: Readonly<Record<string, Tree<Uint8Array>>>,
    parameters: unknown,
    options: ComputationOptions,
  ): Promise<Readonly<Record<string, Tree<Uint8Array>>>>;
  /**
   * Cuts what `run` would compute into parts, each of which comes after those that it needs; the last gives the results.
   * `undefined` for what cannot be computed in parts, or is not worth it. Throws as `run`.
   */
  cut?(
    graph: string,
    inputs: Readonly<Record<string, Tree<Uint8Array>>>,
    workers: number,
    options: ComputationOptions,
  ): Promise<readonly NewPart[] | undefined>;
  /** Which of the inputs a part reads. */
  readsOf?(graph: string, inputs: Readonly<Record<string, Tree<string>>>, data: string): readonly string[];
  /**
   * Computes a part.
   *
   * @param bytes of inputs that it reads, by hash.
   * @param results of the parts that it needs.
   * @param exchangeFor carries what parts of a team give each other, by the number of the team.
   */
  runPart?(
    graph: string,
    inputs: Readonly<Record<string, Tree<string>>>,
    data: string,
    bytes: ReadonlyMap<string, Uint8Array>,
    results: ReadonlyMap<number, Uint8Array>,
    options: ComputationOptions,
    exchangeFor: (team: number) => Exchange,
  ): Promise<PartResult>;
  dispose(): void;
}

/** A part of a job. */
export interface NewPart {
  readonly data: string;
  /** The parts before it that it needs the results of. */
  readonly needs: readonly number[];
  readonly bootstraps: number;
}

/** What comes of a part: something for others, or the results of the job. */
export type PartResult =
  | { readonly bytes: Uint8Array }
  | { readonly outputs: Readonly<Record<string, Tree<Uint8Array>>> };
