import type { ClearValue } from "../types.ts";
import { withoutCounterparts } from "./no-clear-counterpart.ts";

/** A value that stands for a handle of the library, and that anyone can read. */
export abstract class ClearHandle {
  abstract readonly type: string;
  /** The value as the library would decrypt it. */
  abstract readonly clear: ClearValue;

  /** What values of one type are compared by when they are put in order. */
  get order(): ClearValue {
    return this.clear;
  }

  /** There is nothing to free. */
  dispose(): void {}

  [Symbol.dispose](): void {}
}

/** What is about ciphertexts. A program computes; encrypted results leave the engine after it. */
export const HANDLE_EXCEPTIONS = ["ciphertext", "serialize", "compress"] as const;

withoutCounterparts(ClearHandle.prototype, "Handle", HANDLE_EXCEPTIONS);
