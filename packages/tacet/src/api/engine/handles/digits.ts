import type { Block } from "../../../graph/block.ts";
import type { Builder } from "../../../graph/builder.ts";
import {
  addColumns,
  type Columns,
  carryOut,
  columnsOf,
  negateColumns,
} from "../../../integer/arithmetic/columns.ts";

/** An integer that is added to others, or taken away from them. */
export interface Addend {
  readonly digits: Digits;
  readonly negative: boolean;
}

/** The most integers and products that are added up at once: what it takes to plan that grows with the square. */
const MOST_ADDENDS = 256;

/**
 * The digits of a value: blocks of the graph, or a sum that is carried out when something needs its digits. A sum that
 * is only added to one other never is, so that sums of sums and of products cost one run of carries.
 *
 * It keeps alive in the graph what it consists of, until neither its owner nor a sum needs it.
 */
export class Digits {
  /** Number of digits. */
  readonly length: number;
  readonly #builder: Builder;
  #owned = true;
  /** Number of sums that it is an addend of. */
  #uses = 0;
  /** Number of integers and products that are still to be added up. */
  #size = 1;
  #blocks: readonly Block[] | undefined;
  #columns: Columns | undefined;
  #addends: readonly Addend[] | undefined;

  /** Digits that are there. */
  static of(builder: Builder, blocks: readonly Block[]): Digits {
    const digits = new Digits(builder, blocks.length);
    digits.#blocks = blocks;
    builder.retain(blocks);
    return digits;
  }

  /** The digits of a sum of blocks. */
  static ofColumns(builder: Builder, columns: Columns): Digits {
    const digits = new Digits(builder, columns.columns.length);
    digits.#columns = columns;
    builder.retain(columns.columns.flat());
    return digits;
  }

  /** The digits of a sum of integers of equal length. */
  static ofSum(builder: Builder, addends: readonly Addend[]): Digits {
    if (addends.length > MOST_ADDENDS) {
      const first = Digits.ofSum(builder, addends.slice(0, MOST_ADDENDS));
      const sum = Digits.ofSum(builder, [{ digits: first, negative: false }, ...addends.slice(MOST_ADDENDS)]);
      first.release();
      return sum;
    }
    const digits = new Digits(builder, addends[0].digits.length);
    digits.#addends = addends;
    for (const { digits: addend } of addends) {
      // What two sums need is carried out once for both.
      if (++addend.#uses === 2) void addend.blocks;
    }
    digits.#size = addends.reduce((size, { digits: addend }) => size + addend.#size, 0);
    if (digits.#size >= MOST_ADDENDS) void digits.blocks;
    return digits;
  }

  private constructor(builder: Builder, length: number) {
    this.#builder = builder;
    this.length = length;
  }

  /** The digits as blocks; from now on this is what they are. */
  get blocks(): readonly Block[] {
    if (this.#blocks === undefined) {
      const blocks = carryOut(this.#builder, this.#toColumns());
      this.#builder.retain(blocks);
      this.#forget({ building: true });
      this.#blocks = blocks;
      this.#size = 1;
    }
    return this.#blocks;
  }

  /** The owner needs it no longer. */
  release(): void {
    this.#owned = false;
    if (this.#uses === 0) this.#forget({ building: false });
  }

  /** All that is to be added up. Chains of sums may be of any length: there is no recursion. */
  #toColumns(): Columns {
    const sums: Columns[] = [];
    const stack: Addend[] = [{ digits: this, negative: false }];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const { digits, negative } = next;
      if (digits.#addends !== undefined) {
        for (const addend of digits.#addends.toReversed()) {
          stack.push({ digits: addend.digits, negative: addend.negative !== negative });
        }
      } else {
        const columns = digits.#columns ?? columnsOf(digits.blocks);
        sums.push(negative ? negateColumns(this.#builder, columns) : columns);
      }
    }
    return addColumns(sums);
  }

  /** Takes back what it keeps alive. */
  #forget({ building }: { building: boolean }): void {
    const forgotten: Digits[] = [this];
    for (let digits = forgotten.pop(); digits !== undefined; digits = forgotten.pop()) {
      const blocks = digits.#blocks ?? digits.#columns?.columns.flat() ?? [];
      if (building) digits.#builder.releaseLater(blocks);
      else digits.#builder.release(blocks);
      for (const { digits: addend } of digits.#addends ?? []) {
        if (--addend.#uses === 0 && !addend.#owned) forgotten.push(addend);
      }
      digits.#blocks = undefined;
      digits.#columns = undefined;
      digits.#addends = undefined;
    }
  }
}
