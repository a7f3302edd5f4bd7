import { QueryError } from "../errors.ts";
import type { AtNull, Condition, Formula, PlanValue, Slot, Test, Wanted } from "../plan/plan.ts";
import { ordinalOf } from "../schema/ordinal.ts";
import type { ColumnType, TextType } from "../schema/types.ts";
import type { Expression } from "../value/expression.ts";
import type { Tree } from "./conditions.ts";

/** Bits of a digit: a vector of flags has one GLWE ciphertext of 2,048 coefficients then. */
const DIGIT_BITS = 11;
const DIGIT = 1 << DIGIT_BITS;
/** Codes up to which one flag is sent for each. */
const LARGEST_TABLE = 65_536n;
/** Types of more codes than a digit has get digits rather than a table for so many constants of `=` and IN. */
const FEW_CONSTANTS = 8;
/** Hashes are wrong with at most this probability, over all rows and constants of a query: as an exponent of 2. */
const HASH_ERROR = 30;
const LEAST_ROWS = 10_000;
/** Bytes from 0 to 255, and the end of a text. */
const BYTE_CODES = 257;

/** Collects what the client has to send for the conditions of a query. */
export class Slots {
  readonly values: PlanValue[] = [];
  readonly slots: Slot[] = [];
  readonly #hashDigits: number;

  /**
   * @param rows the most rows that queries go through.
   * @param constants the most constants that the query compares by hash.
   */
  constructor(rows: number, constants: number) {
    this.#hashDigits = hashDigitsFor(rows, constants);
  }

  /** The formula of a condition. What is about one value and stands together becomes one slot. */
  formulaOf(tree: Tree): Formula {
    const merged = this.#merge(tree);
    return "condition" in merged ? this.#slotsOf(merged) : merged.formula;
  }

  #valueOf(column: number, type: ColumnType): number {
    const index = this.values.findIndex((value) => value.column === column);
    return index >= 0 ? index : this.values.push({ column, type }) - 1;
  }

  #merge(tree: Tree): Merged {
    if (tree.kind === "clear") return { formula: tree };
    if (tree.kind === "test") {
      const { column, type, test, wanted } = tree;
      return { condition: { kind: "test", test, wanted }, value: this.#valueOf(column, type) };
    }
    const parts = tree.of.map((part) => this.#merge(part));
    const formulas: Formula[] = [];
    const byValue = new Map<number, Condition[]>();
    for (const part of parts) {
      if ("formula" in part) formulas.push(part.formula);
      else if (!fitsTable(this.values[part.value]!.type)) formulas.push(this.#slotsOf(part));
      else byValue.set(part.value, [...(byValue.get(part.value) ?? []), part.condition]);
    }
    const together = [...byValue].map(([value, of]): OnOneValue => {
      return { value, condition: of.length === 1 ? of[0]! : { kind: tree.kind, of } };
    });
    if (formulas.length === 0 && together.length === 1) return together[0]!;
    return {
      formula: { kind: tree.kind, of: [...formulas, ...together.map((part) => this.#slotsOf(part))] },
    };
  }

  #slotsOf({ condition, value }: OnOneValue): Formula {
    const { type } = this.values[value]!;
    if (fitsTable(type) && !fewConstants(condition, type))
      return this.#add(tableSlot(condition, value, type));
    if (condition.kind !== "test") {
      return {
        kind: condition.kind,
        of: condition.of.map((part) => this.#slotsOf({ condition: part, value })),
      };
    }
    return this.#wide(condition.test, condition.wanted, value, type);
  }

  #add(slot: Slot): Formula {
    return { kind: "slot", slot: this.slots.push(slot) - 1 };
  }

  #wide(test: Test, wanted: Wanted, value: number, type: ColumnType): Formula {
    const atNull = wanted.unknown;
    switch (test.kind) {
      case "equal":
        return this.#equal(test.constant, wanted, value, type);
      case "in":
        return {
          kind: wanted.positive ? "any" : "all",
          of: test.constants.map((constant) => this.#equal(constant, wanted, value, type)),
        };
      case "same": {
        const sizes = new Array<number>(this.#hashDigits).fill(DIGIT);
        const { constant } = test;
        return this.#add({
          kind: "equal",
          value,
          sizes,
          hashed: true,
          atNull: "secret",
          constant,
          same: true,
          wanted,
        });
      }
      case "less":
      case "atMost": {
        const equality = test.kind === "atMost";
        const { constant } = test;
        return this.#add({
          kind: "order",
          value,
          sizes: orderSizes(type),
          atNull,
          constant,
          equality,
          wanted,
        });
      }
      case "like": {
        const { pattern, escaping, insensitive } = test;
        return this.#add({ kind: "like", value, atNull, pattern, escaping, insensitive, wanted });
      }
      case "null":
        return this.#add({
          kind: "null",
          value,
          atNull: "secret",
          holds: [!wanted.positive, wanted.positive],
        });
      case "anyOf":
        throw new QueryError(
          "a secret array would tell its length here: write IN with one parameter for each constant, or have the column be a dictionary",
        );
    }
  }

  #equal(constant: Expression, wanted: Wanted, value: number, type: ColumnType): Formula {
    const exact = exactSizes(type);
    const hashed = exact === undefined || exact.length > this.#hashDigits;
    const sizes = hashed ? new Array<number>(this.#hashDigits).fill(DIGIT) : exact;
    return this.#add({
      kind: "equal",
      value,
      sizes,
      hashed,
      atNull: wanted.unknown,
      constant,
      same: false,
      wanted,
    });
  }
}

/** Digits that hashes need for so many rows and constants. */
export function hashDigitsFor(rows: number, constants: number): number {
  return Math.ceil(
    (Math.log2(Math.max(rows, LEAST_ROWS) * Math.max(constants, 1)) + HASH_ERROR) / DIGIT_BITS,
  );
}

/** Tests on one value, which has not got its slot yet. */
interface OnOneValue {
  readonly condition: Condition;
  readonly value: number;
}

type Merged = OnOneValue | { readonly formula: Formula };

export function fitsTable(type: ColumnType): boolean {
  const size = ordinalOf(type)?.size;
  return size !== undefined && size <= LARGEST_TABLE;
}

function fewConstants(condition: Condition, type: ColumnType): boolean {
  if (ordinalOf(type)!.size <= BigInt(DIGIT) || condition.kind !== "test") return false;
  const { test } = condition;
  return test.kind === "equal" || (test.kind === "in" && test.constants.length <= FEW_CONSTANTS);
}

function tableSlot(condition: Condition, value: number, type: ColumnType): Slot {
  return {
    kind: "table",
    value,
    size: Number(ordinalOf(type)!.size),
    atNull: atNullOf(condition),
    condition,
  };
}

/** What a condition is for NULL, as far as the query tells. */
function atNullOf(condition: Condition): AtNull {
  if (condition.kind === "test") {
    // Of an array of nothing, nothing is unknown.
    const { kind } = condition.test;
    return kind === "same" || kind === "anyOf" || kind === "null" ? "secret" : condition.wanted.unknown;
  }
  const parts = condition.of.map(atNullOf);
  const decides = condition.kind === "any";
  if (parts.includes(decides)) return decides;
  return parts.includes("secret") ? "secret" : !decides;
}

/** Digits of a code, highest first: how many values each has. */
export function exactSizes(type: ColumnType): number[] | undefined {
  const size = ordinalOf(type)?.size;
  if (size === undefined) return undefined;
  const sizes: number[] = [];
  let left = size;
  for (; left > BigInt(DIGIT); left = (left + BigInt(DIGIT) - 1n) >> BigInt(DIGIT_BITS)) sizes.unshift(DIGIT);
  return [Number(left), ...sizes];
}

export function orderSizes(type: ColumnType): number[] {
  if (type.type === "text") return new Array<number>(bytesOf(type)).fill(BYTE_CODES);
  return exactSizes(type)!;
}

function bytesOf(type: TextType): number {
  if (!type.ordered) {
    throw new QueryError("texts are ordered in secret only where their column is text({ ordered: true })");
  }
  return type.length * (type.alphabet === "ascii" ? 1 : 4);
}

/** How many constants may be compared by hash, so that the error of all of them together is known. */
export function hashedConstants(trees: readonly Tree[]): number {
  let count = 0;
  const visit = (tree: Tree): void => {
    if (tree.kind === "all" || tree.kind === "any") tree.of.forEach(visit);
    else if (tree.kind === "test") count += tree.test.kind === "in" ? tree.test.constants.length : 1;
  };
  trees.forEach(visit);
  return count;
}
