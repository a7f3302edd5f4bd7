import type { Job, Range } from "./job.ts";

/** What the two sides of an engine call each other's bytes by. */
export interface EngineName {
  readonly name: string;
}

/** The client's side of an engine: it holds the secret key. */
export interface ClientEngine extends EngineName {
  /** Encrypts vectors of flags, each 0 or 1. */
  encrypt(vectors: readonly Uint8Array[]): Promise<Uint8Array>;
  /** Decrypts the truths that were asked for: 0 or 1 each. @throws RequestError for other bytes. */
  decryptTruths(bytes: Uint8Array, count: number): Promise<Uint8Array>;
  /** Decrypts sums, which are in these ranges. @throws RequestError for other bytes. */
  decryptSums(bytes: Uint8Array, ranges: readonly Range[]): Promise<bigint[]>;
  /** Asks for records by their place on a shelf of so many, of so many bytes each, without telling which. */
  select(places: readonly number[], count: number, size: number): Promise<Uint8Array>;
  /** Decrypts the records that were asked for, of so many bytes each. @throws RequestError for other bytes. */
  open(bytes: Uint8Array, places: readonly number[], size: number): Promise<Uint8Array[]>;
}

/** What an engine computes of a job, encrypted for the client. */
export interface Evaluation {
  readonly truths: Uint8Array;
  readonly sums: Uint8Array;
}

/** The server's side of an engine. */
export interface ServerEngine extends EngineName {
  /** @throws RequestError if the flags are not those of the vectors that the job has. */
  evaluate(job: Job, flags: Uint8Array, options?: { readonly signal?: AbortSignal }): Promise<Evaluation>;
  /** How many records a request asks for. @throws RequestError if it is none for a shelf of so many. */
  asked(request: Uint8Array, count: number): number;
  /** Gives the records of a shelf that are asked for. All of them have the same number of bytes. */
  fetch(shelf: readonly Uint8Array[], request: Uint8Array): Promise<Uint8Array>;
}
