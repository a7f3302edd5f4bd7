import { MismatchError } from "../../errors.ts";
import type { OptionNames } from "../../options.ts";
import type { ProgressOptions } from "../../progress.ts";
import { type RingShape, ringOf } from "../client/format.ts";
import { checkList, checkModulus, encodeModulo } from "../client/packed-vector.ts";
import type { Rounded } from "../client/results.ts";
import { areCoprime, MOST_MODULI, type SumResult, sumResultOf } from "../client/sum-result.ts";
import type { LeveledCore } from "../core.ts";
import { INSIDE } from "../inside.ts";
import { type LoadedVector, loadedVectorOf } from "../loaded.ts";
import { freshVariance, productVariance, resultBits } from "../noise.ts";
import type { Task } from "../threads/crew.ts";
import { type Place, slot, Tape } from "../threads/tape.ts";
import { joined, placeConstant } from "./evaluate.ts";
import { sortedItems } from "./order.ts";
import {
  checkVector,
  indices,
  type Operand,
  type PlainMove,
  type PlainProgram,
  type PlainSelector,
} from "./program.ts";

/** What is summed up, and how. */
export interface SumOptions extends ProgressOptions {
  /** For each item an integer that its flag is multiplied by; 1 unless given. */
  readonly weights?: ArrayLike<number | bigint> | undefined;
  /** For each item the number of the sum that it belongs to, from 0 on; one sum of all unless given. */
  readonly groups?: ArrayLike<number> | undefined;
  /** The packed flags again modulo other integers, which have no factor in common with those of the program's vector. */
  readonly vectors?: readonly LoadedVector[] | undefined;
  /** For a program without a vector: what its sums are counted modulo, integers without a factor in common. */
  readonly moduli?: readonly number[] | undefined;
}

export const SUM_NAMES: OptionNames<SumOptions> = {
  ...{ weights: true, groups: true, vectors: true, moduli: true },
  ...{ onProgress: true, signal: true },
};

/** Sums that are computed at a time, in as many accumulators for each thread. */
const AT_ONCE = 64;
/** Items of a task. */
const TASK_ITEMS = 2048;

/** A user's sum, checked. */
export interface PlainSum {
  readonly program: PlainProgram;
  readonly weights: ArrayLike<number | bigint> | undefined;
  readonly groups: Uint32Array;
  readonly groupCount: number;
  readonly rings: readonly Counted[];
}

/** What flags are counted modulo, and the packed ones among them. */
interface Counted {
  readonly modulus: number;
  readonly vector: LoadedVector | undefined;
}

/** Most sums of one program. */
const MOST_GROUPS = 2 ** 16;

/** @throws TypeError, RangeError, MismatchError for options that do not go with a program. */
export function checkSum(core: LeveledCore, program: PlainProgram, options: SumOptions): PlainSum {
  const { weights, groups, vectors = [], moduli } = options;
  const { count, vector } = program;
  if (weights !== undefined && checkList("weights", weights) !== count)
    throw new RangeError(`weights has ${weights.length} elements; expected ${count}`);
  for (let i = 0; i < (weights?.length ?? 0); i++) {
    const weight = weights?.[i];
    if (typeof weight !== "bigint" && !Number.isSafeInteger(weight))
      throw new RangeError(`weights[${i}] is no integer within 2^53 of zero, and no bigint`);
  }
  const rings =
    vector === undefined ? scalarRings(moduli, vectors) : packedRings(core, vector, vectors, moduli);
  if (rings.length > MOST_MODULI)
    throw new RangeError(`${rings.length} moduli; expected at most ${MOST_MODULI}`);
  if (!areCoprime(rings.map(({ modulus }) => modulus)))
    throw new RangeError("the moduli of a sum have no factor in common");
  const plainGroups =
    groups === undefined ? new Uint32Array(count) : indices("groups", groups, count, MOST_GROUPS);
  const groupCount = plainGroups.reduce((most, group) => Math.max(most, group), 0) + 1;
  const copy = weights === undefined ? undefined : Array.from(weights);
  return { program, weights: copy, groups: plainGroups, groupCount, rings };
}

function scalarRings(moduli: readonly number[] | undefined, vectors: readonly LoadedVector[]): Counted[] {
  if (vectors.length > 0) throw new TypeError("vectors are for programs with a vector");
  if (!Array.isArray(moduli) || moduli.length === 0)
    throw new TypeError(
      "a program without a vector is summed up modulo what moduli says, an array of integers",
    );
  for (const modulus of moduli) checkModulus(modulus);
  return moduli.map((modulus: number) => ({ modulus, vector: undefined }));
}

function packedRings(
  core: LeveledCore,
  vector: LoadedVector,
  vectors: readonly LoadedVector[],
  moduli: readonly number[] | undefined,
): Counted[] {
  if (moduli !== undefined) throw new TypeError("moduli are for programs without a vector");
  if (!Array.isArray(vectors)) throw new TypeError(`vectors is an array, not ${INSIDE.describe(vectors)}`);
  const all: LoadedVector[] = [vector, ...vectors];
  for (const one of vectors) {
    checkVector(core, one);
    if (one.length !== vector.length)
      throw new MismatchError(`vectors of ${vector.length} and ${one.length} values`);
  }
  return all.map((one) => ({ modulus: one.modulus, vector: one }));
}

/** What computing sums takes. */
export interface SumCost {
  /** Number of external products. */
  readonly products: number;
  /** Bytes of the serialized result. */
  readonly bytes: number;
}

/** The sums of a program: see `LeveledEngine.sum`. */
export async function sum(core: LeveledCore, plain: PlainSum, options: ProgressOptions): Promise<SumResult> {
  const { rings, groupCount } = plain;
  const pace = new INSIDE.Pace({ signal: options.signal });
  const items = await orderOf(plain, pace);
  const ring = ringOf(core.parameters);
  const slots = 2 * (plain.program.steps.length + 1);
  const units = Array.from({ length: groupCount * rings.length }, (_, i) => i);
  const found: BigUint64Array[] = [];
  const variances = new Float64Array(units.length);
  return core.lend(rings.length * core.accumulatorBytes, async (area) => {
    const ones = rings.map(({ modulus }, i) => {
      placeConstant(core, area + i * core.accumulatorBytes, encodeModulo(1, modulus), false);
      return area + i * core.accumulatorBytes;
    });
    const rounds = Math.ceil(units.length / AT_ONCE);
    for (let round = 0; round < rounds; round++) {
      const some = units.slice(round * AT_ONCE, (round + 1) * AT_ONCE);
      const tasks = tasksOf(core, plain, items, some, ones, slots, variances);
      const after = async (areas: readonly number[]): Promise<void> => {
        for (const [i, unit] of some.entries()) {
          const [first, ...others] = areas.map((one) => one + (slots + i) * core.accumulatorBytes);
          // How far it may be rounded is known once all variances are.
          found[unit] = wantedElements(ring, await joined(core, first, others));
        }
      };
      await core.run(
        { slots: slots + some.length, outputs: slots, tasks, after },
        {
          ...options,
          onProgress: options.onProgress && ((part) => options.onProgress?.((round + part) / rounds)),
        },
      );
    }
    const moduli = rings.map(({ modulus }) => modulus);
    const bits = bitsOf(core, moduli, variances);
    const glwes = found.map((elements): Rounded => {
      const all = INSIDE.roundElements(elements, elements.length, bits);
      return { mask: all.slice(0, -1), bodies: all.slice(-1), coefficients: FIRST };
    });
    return sumResultOf({ ring, bits, moduli, glwes });
  });
}

const FIRST: Uint32Array<ArrayBuffer> = Uint32Array.of(0);

/** What the sums of a program take. @throws GraphError where `sum` would. */
export async function costOfSum(core: LeveledCore, plain: PlainSum): Promise<SumCost> {
  const { rings, groupCount, program } = plain;
  const pace = new INSIDE.Pace({});
  const items = await orderOf(plain, pace);
  const units = Array.from({ length: groupCount * rings.length }, (_, i) => i);
  const variances = new Float64Array(units.length);
  const slots = 2 * (program.steps.length + 1);
  const ones = rings.map(() => core.zero);
  let products = 0;
  for (const task of tasksOf(core, plain, items, units, ones, slots, variances)) {
    products += task.products;
    await pace.done(0);
  }
  const bits = bitsOf(
    core,
    rings.map(({ modulus }) => modulus),
    variances,
  );
  const { polynomialSize: N, glweDimension: k } = core.parameters;
  return { products, bytes: units.length * Math.ceil(((k * N + 1) * bits) / 8) };
}

/** The fewest bits that all sums can be rounded to. */
function bitsOf(core: LeveledCore, moduli: readonly number[], variances: Float64Array): number {
  const count = variances.length;
  return moduli.reduce((most, modulus, m) => {
    let variance = 0;
    for (let unit = m; unit < count; unit += moduli.length) variance = Math.max(variance, variances[unit]);
    return Math.max(most, resultBits(core.parameters, variance, modulus, count));
  }, 0);
}

/** The mask of a ciphertext, and the body of its first coefficient. */
function wantedElements(
  { polynomialSize: N, glweDimension: k }: RingShape,
  elements: BigUint64Array<ArrayBuffer>,
): BigUint64Array<ArrayBuffer> {
  return elements.slice(0, k * N + 1);
}

/** The items by group and then by digits, those of the last step first: neighbours have the outer part of the sum in common. */
function orderOf(
  { program, groups }: PlainSum,
  pace: InstanceType<typeof INSIDE.Pace>,
): Promise<Uint32Array> {
  const { steps, positions, count } = program;
  const keys = [groups, ...steps.map(({ digits }) => digits).toReversed(), ...(positions ? [positions] : [])];
  return sortedItems(keys, count, pace);
}

interface SumTask extends Task {
  readonly products: number;
}

/** What threads do for some sums, each in an accumulator of its own behind the slots. */
function* tasksOf(
  core: LeveledCore,
  plain: PlainSum,
  items: Uint32Array,
  units: readonly number[],
  ones: readonly number[],
  slots: number,
  variances: Float64Array,
): Generator<SumTask, void> {
  const { groups, rings } = plain;
  let done = 0;
  for (const [i, unit] of units.entries()) {
    const [group, ring] = [Math.floor(unit / rings.length), unit % rings.length];
    const [start, end] = rangeOf(items, groups, group);
    const writer = new SumWriter(core, plain, rings[ring], ones[ring]);
    for (let from = start; from < end; from += TASK_ITEMS) {
      const some = items.subarray(from, Math.min(from + TASK_ITEMS, end));
      variances[unit] += writer.add(some, slot(slots + i));
      // What cannot be read is not worth computing.
      resultBits(core.parameters, variances[unit], rings[ring].modulus, 1);
      done++;
      const { products } = writer.tape;
      yield { tape: writer.tape.take(), products, progress: 1 - 1 / (1 + done) };
    }
  }
}

/** Where the items of a group begin and end. */
function rangeOf(items: Uint32Array, groups: Uint32Array, group: number): [start: number, end: number] {
  const first = (least: number): number => {
    let [low, high] = [0, items.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (groups[items[middle]] < least) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return [first(group), first(group + 1)];
}

/** Noise of a part of a sum; and whether it is known, as it is made of nothing encrypted. */
interface Part {
  readonly variance: number;
  readonly known: boolean;
}

const NOTHING: Part = { variance: 0, known: true };

/**
 * Writes what sums the values of items up, the last step first: Σ w·(low + s ⊡ (high − low)) over the items of a selector is
 * L + s ⊡ (H − L) with the sums L and H of its operands. So there is a product for each branch, and weights multiply nothing
 * noisier than what has just been encrypted.
 */
class SumWriter {
  readonly tape = new Tape();
  readonly #core: LeveledCore;
  readonly #program: PlainProgram;
  readonly #weights: Int32Array;
  readonly #modulus: number;
  readonly #one: Place;
  readonly #chunks: readonly number[];

  constructor(core: LeveledCore, { program, weights }: PlainSum, { modulus, vector }: Counted, one: Place) {
    this.#core = core;
    this.#program = program;
    this.#modulus = modulus;
    this.#one = one;
    this.#chunks = vector === undefined ? [] : loadedVectorOf(vector).chunks;
    this.#weights = new Int32Array(program.count).fill(1 % modulus);
    if (weights !== undefined)
      for (let i = 0; i < weights.length; i++) this.#weights[i] = residue(weights[i], modulus);
  }

  /** Adds the sum over some items to an accumulator; gives the variance that comes with it. */
  add(items: Uint32Array, target: Place): number {
    return this.#add(this.#program.result, items, target, 0).variance;
  }

  #add(operand: Operand, items: Uint32Array, target: Place, depth: number): Part {
    if (operand === "zero") return NOTHING;
    if (operand === "one") return this.#addOne(this.#total(items), target);
    if (operand === "vector") return this.#addPacked(items, target);
    const { digits, moves } = this.#program.steps[operand];
    const byMove = new Map<number, number[]>();
    for (const item of items) {
      const same = byMove.get(digits[item]);
      if (same === undefined) byMove.set(digits[item], [item]);
      else same.push(item);
    }
    let [variance, known] = [0, true];
    const note = (part: Part): void => {
      variance += part.variance;
      known &&= part.known;
    };
    /** What is multiplied by each selector that steps add. */
    const added = new Map<number, { selector: PlainSelector; weight: number }>();
    for (const [digit, some] of byMove) {
      const move = moves[digit];
      const own = Uint32Array.from(some);
      note(this.#addMove(move, own, target, depth));
      if (move.selector === undefined || move.plus.length === 0) continue;
      const weight = this.#total(own);
      for (const selector of move.plus) {
        const sum = added.get(selector.ggsw)?.weight ?? 0;
        added.set(selector.ggsw, { selector, weight: residue(sum + weight, this.#modulus) });
      }
    }
    for (const { selector, weight } of added.values()) {
      if (weight === 0) continue;
      const one = slot(2 * depth);
      this.tape.clear(one);
      this.tape.add(this.#one, 0, weight, one);
      note(this.#multiply(selector, { high: one, low: this.#core.zero, part: NOTHING }, target));
    }
    return { variance, known };
  }

  #addMove(move: PlainMove, items: Uint32Array, target: Place, depth: number): Part {
    if (move.selector === undefined) return this.#add(move.keep, items, target, depth);
    const { zero } = this.#core;
    const { selector, low, high } = move;
    const [h, l] = [slot(2 * depth), slot(2 * depth + 1)];
    const operandOf = (operand: Operand, place: Place): { place: Place; part: Part } => {
      if (operand === "zero") return { place: zero, part: NOTHING };
      this.tape.clear(place);
      return { place, part: this.#add(operand, items, place, depth + 1) };
    };
    const upper = operandOf(high, h);
    const lower = operandOf(low, l);
    if (lower.place !== zero) this.tape.add(lower.place, 0, 1, target);
    const part = {
      variance: Math.max(upper.part.variance, lower.part.variance),
      known: upper.part.known && lower.part.known,
    };
    return this.#multiply(selector, { high: upper.place, low: lower.place, part }, target);
  }

  /** Adds selector ⊡ (high − low). The noise is then that of what is chosen, and that of the product. */
  #multiply(
    { gadget, ggsw }: PlainSelector,
    { high, low, part }: { high: Place; low: Place; part: Part },
    target: Place,
  ): Part {
    const { parameters, gadgets } = this.#core;
    this.tape.multiplex(gadget, target, high, low, ggsw, target);
    const product = productVariance(parameters, gadgets[gadget], part.known ? "known" : "encrypted");
    return { variance: part.variance + product, known: false };
  }

  #addOne(weight: number, target: Place): Part {
    if (weight !== 0) this.tape.add(this.#one, 0, weight, target);
    // The encoding of 1 is off by half a unit.
    return { variance: (weight / 2 / 2 ** 64) ** 2, known: true };
  }

  /** Adds weights times packed values, which come to lie in the first coefficient. */
  #addPacked(items: Uint32Array, target: Place): Part {
    const { parameters } = this.#core;
    const { polynomialSize: N } = parameters;
    const positions = this.#program.positions as Uint32Array;
    const weights = new Map<number, number>();
    for (const item of items) {
      const position = positions[item];
      weights.set(position, residue((weights.get(position) ?? 0) + this.#weights[item], this.#modulus));
    }
    let [squares, total] = [0, 0];
    for (const [position, weight] of weights) {
      if (weight === 0) continue;
      squares += weight ** 2;
      total += Math.abs(weight);
      const rotation = (2 * N - (position % N)) % (2 * N);
      this.tape.add(this.#chunks[Math.floor(position / N)], rotation, weight, target);
    }
    const encoding = (total / 2 / 2 ** 64) ** 2;
    return { variance: squares * freshVariance(parameters) + encoding, known: false };
  }

  #total(items: Uint32Array): number {
    let total = 0;
    for (const item of items) total = residue(total + this.#weights[item], this.#modulus);
    return total;
  }
}

/** The integer next to zero that is equal to another one modulo a third. */
function residue(value: number | bigint, modulus: number): number {
  const rest = typeof value === "bigint" ? Number(value % BigInt(modulus)) : value % modulus;
  if (2 * rest > modulus) return rest - modulus;
  return 2 * rest < -modulus ? rest + modulus : rest;
}
