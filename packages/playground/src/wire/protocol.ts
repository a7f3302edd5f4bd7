import type { CiphertextType, PlannedBootstrap } from "tacet";

/** Bytes that can be handed from thread to thread. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** An encrypted value on its way: a name, a type, and the ciphertext. */
export interface Parcel {
  readonly name: string;
  readonly type: CiphertextType;
  readonly bytes: Bytes;
}

/** What a client asks of the server. */
export type Request =
  | { readonly kind: "server key"; readonly bytes: Bytes }
  | {
      readonly kind: "program";
      readonly run: number;
      readonly javascript: string;
      readonly inputs: readonly Parcel[];
    }
  | { readonly kind: "cancel"; readonly run: number };

/** What the server tells about its engine. */
export interface ServerInfo {
  readonly threads: number;
  /** Whether the threads share one memory; if not, there is just one. */
  readonly sharedMemory: boolean;
  readonly memoryBytes: number;
}

/** What the server expects a program to take. */
export interface Estimate {
  readonly bootstraps: number;
  readonly depth: number;
  readonly milliseconds: number;
}

/** Bootstraps that one thread has finished together. */
export interface FinishedBatch {
  readonly ids: readonly number[];
  readonly thread: number;
  readonly milliseconds: number;
}

/** What the server says while it works, for the page to show. */
export type Report =
  | { readonly kind: "loading"; readonly fraction: number }
  | { readonly kind: "ready"; readonly info: ServerInfo }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "estimate"; readonly run: number; readonly estimate: Estimate }
  | {
      readonly kind: "activity";
      readonly planned: readonly PlannedBootstrap[];
      readonly finished: readonly FinishedBatch[];
      readonly cancelled: readonly number[];
    }
  | { readonly kind: "cancelled"; readonly run: number }
  | { readonly kind: "failed"; readonly run: number; readonly message: string };

/** What the server answers: the encrypted results of a program. */
export interface Answer {
  readonly kind: "results";
  readonly run: number;
  readonly results: readonly Parcel[];
  readonly milliseconds: number;
  readonly info: ServerInfo;
}
