import { MismatchError } from "../../errors.ts";
import type { ProgressOptions } from "../../progress.ts";
import { type FlagResult, flagResultOf, wantedOf } from "../client/flag-result.ts";
import { type RingShape, ringOf } from "../client/format.ts";
import { encodeModulo } from "../client/packed-vector.ts";
import type { Rounded } from "../client/results.ts";
import type { LeveledCore } from "../core.ts";
import { INSIDE } from "../inside.ts";
import { loadedVectorOf } from "../loaded.ts";
import { freshVariance, productVariance, resultBits } from "../noise.ts";
import type { Task } from "../threads/crew.ts";
import { type Place, slot, Tape } from "../threads/tape.ts";
import { sortedItems } from "./order.ts";
import type { Operand, PlainMove, PlainProgram } from "./program.ts";

/** Truth values are 0 and half a turn. */
const MODULUS = 2;
/** A task has about so many words: those of a thousand products. */
export const TASK_WORDS = 7000;

/** What it takes to evaluate a program. */
export interface Cost {
  /** Number of external products. */
  readonly products: number;
  /** Bytes of the serialized result. */
  readonly bytes: number;
}

/** What all tasks read. */
interface Shared {
  readonly one: Place;
  /** For each move that adds selectors what it adds. */
  readonly sums: ReadonlyMap<PlainMove, Place>;
}

/** The flags of a program: see `LeveledEngine.evaluate`. */
export async function evaluate(
  core: LeveledCore,
  program: PlainProgram,
  options: ProgressOptions,
): Promise<FlagResult> {
  const { vector } = program;
  if (vector !== undefined && vector.modulus !== MODULUS)
    throw new MismatchError(`a vector of values modulo ${vector.modulus}; expected truth values, modulo 2`);
  const pace = new INSIDE.Pace({ signal: options.signal });
  const variance = resultVariance(core, program);
  const bits = resultBits(core.parameters, variance, MODULUS, program.count);
  const { polynomialSize: N } = core.parameters;
  const chunks = program.positions?.map((position) => Math.floor(position / N));
  const keys = [...(chunks === undefined ? [] : [chunks]), ...program.steps.map(({ digits }) => digits)];
  const items = await sortedItems(keys, program.count, pace);
  return withShared(core, program, (shared) =>
    vector === undefined
      ? evaluateSingly(core, program, shared, items, bits, options)
      : evaluatePacked(core, program, shared, items, bits, options),
  );
}

/** What evaluating a program takes. */
export async function costOf(core: LeveledCore, program: PlainProgram): Promise<Cost> {
  const pace = new INSIDE.Pace({});
  const { polynomialSize: N, glweDimension: k } = core.parameters;
  const chunks = program.positions?.map((position) => Math.floor(position / N));
  const keys = [...(chunks === undefined ? [] : [chunks]), ...program.steps.map(({ digits }) => digits)];
  const items = await sortedItems(keys, program.count, pace);
  const bits = resultBits(core.parameters, resultVariance(core, program), MODULUS, program.count);
  let products = 0;
  let tuples = 0;
  for (let at = 0; at < items.length; at++) {
    const first = at === 0 ? 0 : firstDifference(program, N, items[at - 1], items[at]);
    if (first < 0) continue;
    tuples++;
    for (let step = first; step < program.steps.length; step++) {
      const { digits, moves } = program.steps[step];
      if (moves[digits[items[at]]].selector !== undefined) products++;
    }
    if (at % 4096 === 0) await pace.done(0);
  }
  const packed = program.vector !== undefined;
  const glwes = packed ? tuples : Math.ceil(program.count / N);
  const bodies = program.count * bits + (packed ? 32 * program.count : 0);
  return { products, bytes: Math.ceil((glwes * k * N * bits + bodies) / 8) };
}

/** Bound of the variance of what the items' ciphertexts hold. */
function resultVariance(core: LeveledCore, { steps, result, vector }: PlainProgram): number {
  const { parameters, gadgets } = core;
  const variances: number[] = [];
  const of = (operand: Operand): number =>
    typeof operand === "number" ? variances[operand] : operand === "vector" ? freshVariance(parameters) : 0;
  for (const { moves } of steps) {
    const ofMove = (move: PlainMove): number => {
      if (move.selector === undefined) return of(move.keep);
      const { selector, low, high, plus } = move;
      const known = [low, high].every((operand) => operand === "zero" || operand === "one");
      const product = productVariance(parameters, gadgets[selector.gadget], known ? "known" : "encrypted");
      const added = plus.map(({ gadget }) => productVariance(parameters, gadgets[gadget], "known"));
      return Math.max(of(low), of(high)) + added.reduce((sum, one) => sum + one, product);
    };
    variances.push(moves.reduce((most, move) => Math.max(most, ofMove(move)), 0));
  }
  // Single flags lie in one ciphertext, one behind the other, each with noise in all coefficients.
  return of(result) * (vector === undefined ? parameters.polynomialSize : 1);
}

/** Makes what all tasks read, and lends it. */
async function withShared<T>(
  core: LeveledCore,
  { steps, vector }: PlainProgram,
  use: (shared: Shared) => Promise<T>,
): Promise<T> {
  const size = core.accumulatorBytes;
  const adding = steps.flatMap(({ moves }) => moves).filter((move) => move.selector && move.plus.length > 0);
  const selectors = new Set<number>();
  for (const move of adding) for (const { ggsw } of move.selector ? move.plus : []) selectors.add(ggsw);
  return core.lend((1 + adding.length + selectors.size) * size, async (area) => {
    placeConstant(core, area, encodeModulo(1, MODULUS), vector !== undefined);
    const sums = new Map(adding.map((move, i) => [move, area + (1 + i) * size]));
    const products = new Map<number, number>();
    const tape = new Tape();
    for (const move of adding) {
      const target = sums.get(move) as number;
      tape.clear(target);
      for (const { gadget, ggsw } of move.selector ? move.plus : []) {
        let product = products.get(ggsw);
        if (product === undefined) {
          product = area + (1 + adding.length + products.size) * size;
          products.set(ggsw, product);
          tape.multiplex(gadget, core.zero, area, core.zero, ggsw, product);
        }
        tape.add(product, 0, 1, target);
      }
    }
    await core.once(tape.take(), area);
    return use({ one: area, sums });
  });
}

/** Writes the trivial ciphertext of a torus element, in all coefficients or in the first. */
export function placeConstant(core: LeveledCore, target: number, element: bigint, all: boolean): void {
  const [kernel] = core.kernels;
  const { polynomialSize: N, glweDimension: k } = core.parameters;
  const bytes = (k + 1) * 8 * N;
  const glwe = core.heap.allocate(bytes);
  const elements = new BigUint64Array(core.heap.memory.buffer, glwe, (k + 1) * N).fill(0n);
  elements.fill(element, k * N, all ? (k + 1) * N : k * N + 1);
  kernel.loadAccumulator(glwe, target);
  core.heap.free(glwe, bytes);
}

/**
 * The first step in which an item's value may differ from that of the item before, −1 if there is none: then it has the same
 * digits in all.
 */
function firstDifference({ positions, steps }: PlainProgram, N: number, a: number, b: number): number {
  if (positions !== undefined && Math.floor(positions[a] / N) !== Math.floor(positions[b] / N)) return 0;
  return steps.findIndex(({ digits }) => digits[a] !== digits[b]);
}

/** Writes what gives the values of one item after the other, in an order in which neighbours have much in common. */
class Writer {
  readonly tape = new Tape();
  readonly #core: LeveledCore;
  readonly #program: PlainProgram;
  readonly #shared: Shared;
  /** Where the result of each step is, for the last item. */
  readonly #places: Place[] = [];
  #last: number | undefined;
  #chunk = 0;

  constructor(core: LeveledCore, program: PlainProgram, shared: Shared) {
    this.#core = core;
    this.#program = program;
    this.#shared = shared;
  }

  /** Where the value of an item is, and whether it is that of the item before. */
  item(item: number): { place: Place; same: boolean } {
    const { steps, result, vector, positions } = this.#program;
    const { polynomialSize: N } = this.#core.parameters;
    const first = this.#last === undefined ? 0 : firstDifference(this.#program, N, this.#last, item);
    const same = this.#last !== undefined && first < 0;
    this.#last = item;
    if (positions !== undefined && vector !== undefined)
      this.#chunk = loadedVectorOf(vector).chunks[Math.floor(positions[item] / N)];
    if (!same) {
      for (let step = Math.max(0, first); step < steps.length; step++) {
        const { digits, moves } = steps[step];
        this.#places[step] = this.#move(moves[digits[item]], slot(step));
      }
    }
    return { place: this.#place(result), same };
  }

  /** What has been written. The next item shares nothing with it. */
  take(): Uint32Array {
    this.#last = undefined;
    return this.tape.take();
  }

  #move(move: PlainMove, target: Place): Place {
    if (move.selector === undefined) return this.#place(move.keep);
    const { selector, low, high } = move;
    const { gadget, ggsw } = selector;
    const minus = this.#place(low);
    const sum = this.#shared.sums.get(move);
    this.tape.multiplex(gadget, minus, this.#place(high), minus, ggsw, target);
    if (sum !== undefined) this.tape.add(sum, 0, 1, target);
    return target;
  }

  #place(operand: Operand): Place {
    if (typeof operand === "number") return this.#places[operand];
    if (operand === "vector") return this.#chunk;
    return operand === "one" ? this.#shared.one : this.#core.zero;
  }
}

/** Flags that are in the first coefficient each: they are put together, as many as there are coefficients. */
function evaluateSingly(
  core: LeveledCore,
  program: PlainProgram,
  shared: Shared,
  items: Uint32Array,
  bits: number,
  options: ProgressOptions,
): Promise<FlagResult> {
  const { polynomialSize: N } = core.parameters;
  const { count, steps } = program;
  const outputs = steps.length;
  const glwes = Math.ceil(count / N);
  function* tasks(): Generator<Task, void> {
    const writer = new Writer(core, program, shared);
    for (const [at, item] of items.entries()) {
      const { place } = writer.item(item);
      writer.tape.add(place, item % N, 1, slot(outputs + Math.floor(item / N)));
      if (writer.tape.length >= TASK_WORDS || at === count - 1)
        yield { tape: writer.take(), progress: (at + 1) / count };
    }
  }
  const after = async (areas: readonly number[]): Promise<FlagResult> => {
    const wanted = wantedOf(undefined, count, glwes, N);
    const ring = ringOf(core.parameters);
    const parts: Rounded[] = [];
    for (const [i, coefficients] of wanted.entries()) {
      const [first, ...others] = areas.map((area) => area + (outputs + i) * core.accumulatorBytes);
      parts.push(rounded(ring, await joined(core, first, others), bits, coefficients));
    }
    return flagResultOf({ ring, bits, glwes: parts, places: undefined, length: count });
  };
  return core.run({ slots: outputs + glwes, outputs, tasks: tasks(), after }, options);
}

/** Adds up what the threads have: the (k + 1)·N elements of the sum. */
export async function joined(
  core: LeveledCore,
  first: number,
  others: readonly number[],
): Promise<BigUint64Array<ArrayBuffer>> {
  const { polynomialSize: N, glweDimension: k } = core.parameters;
  const tape = new Tape();
  for (const other of others) tape.add(other, 0, 1, first);
  await core.once(tape.take(), first);
  return core.lend(8 * (k + 1) * N, (glwe) => {
    core.kernels[0].storeAccumulator(first, glwe);
    return new BigUint64Array(core.heap.memory.buffer, glwe, (k + 1) * N).slice();
  });
}

/** The mask of a ciphertext and the bodies that are wanted, rounded to some bits. */
export function rounded(
  { polynomialSize: N, glweDimension: k }: RingShape,
  elements: BigUint64Array,
  bits: number,
  wanted: Uint32Array,
): Rounded {
  const all = INSIDE.roundElements(elements, (k + 1) * N, bits);
  const bodies = Uint32Array.from(wanted, (coefficient) => all[k * N + coefficient]);
  return { mask: all.slice(0, k * N), coefficients: wanted, bodies };
}

/** Flags of many items in the coefficients of one ciphertext, which is given out with those that are wanted. */
async function evaluatePacked(
  core: LeveledCore,
  program: PlainProgram,
  shared: Shared,
  items: Uint32Array,
  bits: number,
  options: ProgressOptions,
): Promise<FlagResult> {
  const { polynomialSize: N, glweDimension: k } = core.parameters;
  const { count, steps, positions } = program;
  const places = new Uint32Array(count);
  const bytes = 4 * (k + 1) * N;
  const glwes: { mask: Uint32Array; bodies: Uint32Array }[] = [];
  /** Where threads are to round ciphertexts to. */
  const reserved = new Set<number>();
  function* tasks(): Generator<Task, void> {
    const writer = new Writer(core, program, shared);
    let addresses: number[] = [];
    let first = 0;
    for (const [at, item] of items.entries()) {
      const { place, same } = writer.item(item);
      if (!same) {
        const address = core.heap.allocate(bytes);
        reserved.add(address);
        addresses.push(address);
        writer.tape.round(place, bits, address);
      }
      places[item] = (first + addresses.length - 1) * N + ((positions as Uint32Array)[item] % N);
      const next = at + 1 < count ? firstDifference(program, N, item, items[at + 1]) : 0;
      if (at < count - 1 && (next < 0 || writer.tape.length < TASK_WORDS)) continue;
      const [mine, start] = [addresses, first];
      first += addresses.length;
      addresses = [];
      const done = (): void => {
        for (const [i, address] of mine.entries()) {
          const elements = new Uint32Array(core.heap.memory.buffer, address, (k + 1) * N);
          glwes[start + i] = { mask: elements.slice(0, k * N), bodies: elements.slice(k * N) };
          core.heap.free(address, bytes);
          reserved.delete(address);
        }
      };
      yield { tape: writer.take(), progress: (at + 1) / count, done };
    }
  }
  const after = (): FlagResult => {
    const wanted = wantedOf(places, count, glwes.length, N);
    const parts = glwes.map(({ mask, bodies }, i): Rounded => {
      return { mask, coefficients: wanted[i], bodies: Uint32Array.from(wanted[i], (at) => bodies[at]) };
    });
    return flagResultOf({ ring: ringOf(core.parameters), bits, glwes: parts, places, length: count });
  };
  const slots = Math.max(1, steps.length);
  try {
    return await core.run({ slots, outputs: slots, tasks: tasks(), after }, options);
  } finally {
    core.release([...reserved].map((address) => [address, bytes]));
  }
}
