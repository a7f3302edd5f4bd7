import type { ShelfInfo } from "../plan/answer.ts";
import { expectWithin, type Limits } from "./limits.ts";

const encoder = new TextEncoder();

/** Collects records for clients to choose from. */
export class Shelf {
  #types: readonly number[] = [];
  readonly #records: Uint8Array[] = [];
  readonly #limits: Limits;
  #size = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get length(): number {
    return this.#records.length;
  }

  setTypes(types: readonly number[]): void {
    this.#types = types;
  }

  /** @throws LimitError if the records take more than is allowed. */
  add(entries: readonly (string | null)[]): void {
    const record = encoder.encode(JSON.stringify(entries));
    this.#records.push(record);
    this.#size = Math.max(this.#size, record.length);
    expectWithin(this.#size * this.#records.length, this.#limits, "recordBytes", "bytes of records");
  }

  get bytes(): number {
    return this.#size * this.#records.length;
  }

  info(): ShelfInfo {
    return { count: this.#records.length, size: this.#size, types: this.#types };
  }

  /** The records, of the same length. */
  padded(): Uint8Array[] {
    return this.#records.map((record) => {
      const padded = new Uint8Array(this.#size).fill(0x20);
      padded.set(record);
      return padded;
    });
  }
}
