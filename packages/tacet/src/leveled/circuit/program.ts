import { MismatchError } from "../../errors.ts";
import { checkList } from "../client/packed-vector.ts";
import type { LeveledCore } from "../core.ts";
import { INSIDE } from "../inside.ts";
import {
  LoadedSelectors,
  LoadedVector,
  loadedSelectorsOf,
  loadedVectorOf,
  type Selector,
} from "../loaded.ts";

/**
 * What a step reads: nothing set, everything set, the packed value at the item's position, or what an earlier step has given,
 * by its number.
 */
export type Operand = "zero" | "one" | "vector" | number;

/**
 * What a step does with an item: it passes an operand on, or has a selector choose between two (CMux), to which the sum of
 * others may be added. Of the one that chooses for `high` and those in `plus`, at most one may be set.
 */
export type Move =
  | { readonly keep: Operand }
  | {
      readonly selector: Selector;
      /** What there is if the selector is 0. */
      readonly low: Operand;
      /** What there is if it is 1. */
      readonly high: Operand;
      readonly plus?: readonly Selector[] | undefined;
    };

/** A step of a program: each item has a digit, which says what is to be done. */
export interface Step {
  /** For each item which of the moves, from 0 on. */
  readonly digits: ArrayLike<number>;
  readonly moves: readonly Move[];
}

/**
 * A function of what a client has encrypted, for many items at once: a branching program, one product for each step. What
 * items have in common, from the first step on, is computed once. (Chillotti et al., "TFHE", section 5: leveled circuits of
 * CMux gates.)
 */
export interface Program {
  /** Number of items. */
  readonly count: number;
  /** Values that a client has packed, such as whether a predicate holds for each value of a column. */
  readonly vector?: LoadedVector | undefined;
  /** For each item which of these values. */
  readonly positions?: ArrayLike<number> | undefined;
  /** The result of a program is that of its last step, or the packed value if there is none. */
  readonly steps: readonly Step[];
}

/** Most steps of a program. */
const MOST_STEPS = 1024;
/** Most moves of a step. */
const MOST_MOVES = 65536;

/** A selector's address in the Fourier domain, and the number of its kernel. */
export interface PlainSelector {
  readonly gadget: number;
  readonly ggsw: number;
}

/** A move as it is carried out. */
export type PlainMove =
  | { readonly selector: undefined; readonly keep: Operand }
  | {
      readonly selector: PlainSelector;
      readonly low: Operand;
      readonly high: Operand;
      readonly plus: readonly PlainSelector[];
    };

export interface PlainStep {
  readonly digits: Uint32Array;
  readonly moves: readonly PlainMove[];
}

/** A program that has been checked, and cannot change any more. */
export interface PlainProgram {
  readonly count: number;
  readonly vector: LoadedVector | undefined;
  readonly positions: Uint32Array | undefined;
  readonly steps: readonly PlainStep[];
  /** What the result is. */
  readonly result: Operand;
}

const PROGRAM_NAMES = { count: true, vector: true, positions: true, steps: true } as const;

/**
 * A copy of a user's program.
 *
 * @throws TypeError for what is none, RangeError for numbers out of range, MismatchError for what another engine has taken
 *   in, or a vector whose values are no truth values where they are treated as such.
 */
export function checkProgram(core: LeveledCore, given: Program): PlainProgram {
  const { count, vector, positions, steps } = INSIDE.checkOptions(given, PROGRAM_NAMES);
  if (!(Number.isInteger(INSIDE.checkNumber("count", count)) && count >= 1 && count <= 2 ** 24))
    throw new RangeError(`count is ${count}; expected an integer from 1 to 2^24`);
  if (vector !== undefined) checkVector(core, vector);
  if ((vector === undefined) !== (positions === undefined))
    throw new TypeError("vector and positions go together");
  if (!Array.isArray(steps)) throw new TypeError(`steps is an array, not ${INSIDE.describe(steps)}`);
  if (steps.length > MOST_STEPS)
    throw new RangeError(`a program of ${steps.length} steps; expected at most ${MOST_STEPS}`);
  if (steps.length === 0 && vector === undefined)
    throw new RangeError("a program without a vector has steps");
  return {
    count,
    vector,
    positions:
      positions === undefined || vector === undefined
        ? undefined
        : indices("positions", positions, count, vector.length),
    steps: steps.map((step, number) => checkStep(core, step, number, count, vector !== undefined)),
    result: steps.length === 0 ? "vector" : steps.length - 1,
  };
}

/** @throws TypeError, MismatchError for what is no vector of an engine. */
export function checkVector(core: LeveledCore, vector: LoadedVector): void {
  if (!(vector instanceof LoadedVector))
    throw new TypeError(`expected a LoadedVector, not ${INSIDE.describe(vector)}`);
  if (loadedVectorOf(vector).core !== core) throw new MismatchError("the vector belongs to another engine");
}

/** A user's list of as many integers below a limit. */
export function indices(name: string, list: ArrayLike<number>, count: number, limit: number): Uint32Array {
  if (checkList(name, list) !== count)
    throw new RangeError(`${name} has ${list.length} elements; expected ${count}`);
  const copy = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const index = list[i];
    if (!(Number.isInteger(index) && index >= 0 && index < limit))
      throw new RangeError(`${name}[${i}] is ${index}; expected an integer from 0 to ${limit - 1}`);
    copy[i] = index;
  }
  return copy;
}

function checkStep(core: LeveledCore, step: Step, number: number, count: number, packed: boolean): PlainStep {
  const { digits, moves } = INSIDE.checkOptions(step, { digits: true, moves: true });
  if (!Array.isArray(moves)) throw new TypeError(`moves is an array, not ${INSIDE.describe(moves)}`);
  if (moves.length < 1 || moves.length > MOST_MOVES)
    throw new RangeError(`step ${number} has ${moves.length} moves; expected from 1 to ${MOST_MOVES}`);
  const operand = (given: Operand): Operand => {
    const earlier = Number.isInteger(given) && (given as number) >= 0 && (given as number) < number;
    if (earlier || given === "zero" || given === "one" || (packed && given === "vector")) return given;
    throw new RangeError(
      `step ${number} reads ${typeof given === "string" ? `"${given}"` : INSIDE.describe(given)}; expected "zero", "one", the number of an earlier step${packed ? ', or "vector"' : ""}`,
    );
  };
  const names = { keep: true, selector: true, low: true, high: true, plus: true } as const;
  const plain = moves.map((move: Move): PlainMove => {
    INSIDE.checkOptions(move as object, names);
    if ("keep" in move) return { selector: undefined, keep: operand(move.keep) };
    const { selector, low, high, plus = [] } = move;
    if (!Array.isArray(plus)) throw new TypeError(`plus is an array, not ${INSIDE.describe(plus)}`);
    return {
      selector: checkSelector(core, selector),
      low: operand(low),
      high: operand(high),
      plus: plus.map((one: Selector) => checkSelector(core, one)),
    };
  });
  return { digits: indices(`the digits of step ${number}`, digits, count, moves.length), moves: plain };
}

/** Where a user's selector lies. @throws TypeError, RangeError, MismatchError */
export function checkSelector(core: LeveledCore, selector: Selector): PlainSelector {
  const { of, index } = INSIDE.checkOptions(selector, { of: true, index: true });
  if (!(of instanceof LoadedSelectors))
    throw new TypeError(`expected LoadedSelectors, not ${INSIDE.describe(of)}`);
  const { core: owner, gadget, address, stride } = loadedSelectorsOf(of);
  if (owner !== core) throw new MismatchError("the selectors belong to another engine");
  return { gadget, ggsw: address + of.at(index).index * stride };
}
