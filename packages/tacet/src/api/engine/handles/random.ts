import type { Block } from "../../../graph/block.ts";
import type { Radix } from "../../../integer/radix.ts";
import { bitsForRange, randomRadix, scaleRandom } from "../../../integer/random.ts";
import { describe, PERMIT } from "../../../opaque.ts";
import { checkOptions, type OptionNames } from "../../../options.ts";
import { platformRandom } from "../../../random/platform.ts";
import { isBytes } from "../../../realm.ts";
import { pseudoRandomInputs } from "../../../scheme/pseudo-random.ts";
import { SHAPES, type Width } from "../../../wire/core/types.ts";
import { checkSeed } from "../../keys/seed.ts";
import type { FheBool } from "../../values/fhe-bool.ts";
import type { FheIntegerType } from "../../values/fhe-integer.ts";
import { blockCount, checkBytes, type Integer } from "../../values/value.ts";
import { typeName } from "../../values/value-type.ts";
import { BoolHandle } from "./bool-handle.ts";
import type { Context } from "./handle.ts";
import { type IntegerHandle, integerHandle } from "./integer-handle.ts";

/** What a random truth value is made from. */
export interface RandomOptions {
  /**
   * What the value depends on besides the server key: bytes, of any number, or an integer of 128 bits, which stands for
   * its 16 bytes in little-endian order. It is public: the same seed gives the same value again, in TFHE-rs 1.7 and 1.8
   * too.
   * Unless given, it comes from the platform's generator.
   */
  readonly seed?: bigint | Uint8Array | undefined;
}

/** What a random integer is made from. */
export interface RandomIntegerOptions extends RandomOptions {
  /** The value is uniform from 0 to 2^bits - 1. Unless given, it is uniform on all values of the type. */
  readonly bits?: number | undefined;
}

/** What a random unsigned integer is made from; `bits` and `below` exclude each other. */
export interface RandomUintOptions extends RandomIntegerOptions {
  /** The value is from 0 to below - 1, and almost uniform; exactly, and for fewer bootstraps, for a power of two. */
  readonly below?: Integer | undefined;
  /**
   * How far the distribution of values below `below` may be from the uniform one, as ½·Σ |P(ω) − Q(ω)|: 2^-128 unless
   * given, at least 2^-256. A larger distance takes fewer bootstraps; the value then depends on it as well.
   */
  readonly maxDistance?: number | undefined;
}

const RANDOM_OPTIONS: OptionNames<RandomUintOptions> = {
  seed: true,
  bits: true,
  below: true,
  maxDistance: true,
};
const SEED_BYTES = 32;
const MAX_DISTANCE = 2 ** -128;
/** Ranges up to this, and distances down to its inverse, are computed with numbers that are exact enough. */
const RANGE_LOG2 = 256;

/**
 * The handle of a value that nobody knows, made from a seed. Nodes that it does not need are left for the builder to
 * sweep. (TFHE-rs: `generate_oblivious_pseudo_random` and its variants.)
 *
 * @throws TypeError for what is no type, seed, number or pair of options; RangeError for a range that the type does not
 *   hold, or a distance that is none; ParameterError for an integer whose width blocks do not make up; OutOfMemoryError.
 */
export function randomValue(
  context: Context,
  type: FheIntegerType | typeof FheBool,
  options: RandomUintOptions = {},
): IntegerHandle | BoolHandle {
  const { kind, bits: width } = SHAPES[typeName(type)];
  const { bits, below, maxDistance } = checkOptions(options, RANDOM_OPTIONS);
  if (below === undefined ? maxDistance !== undefined : bits !== undefined) {
    throw new TypeError("maxDistance goes with below, and below without bits");
  }
  const seed = checkRandomSeed(options.seed);
  if (kind === "boolean") {
    if ((bits ?? below) !== undefined) throw new TypeError("a random truth value has no range");
    return new BoolHandle(PERMIT, context, randomDigits(context, seed, 1, 1)[0]);
  }
  const format = { width: width as Width, signed: kind === "signed" };
  const count = blockCount(format.width, context.evaluator.parameters);
  if (below === undefined) {
    const all = bits === undefined ? width : checkBits(bits, format.signed ? width - 1 : width);
    return integerHandle(context, randomDigits(context, seed, all, count), format);
  }
  if (format.signed) throw new TypeError("only unsigned integers can be random below a bound");
  const bound = checkBelow(below, width);
  const distance = checkDistance(maxDistance === undefined ? MAX_DISTANCE : maxDistance);
  return integerHandle(context, randomBelow(context, seed, bound, distance, count), format);
}

/**
 * Random unsigned integers of some bits each, which one seed gives together. (TFHE-rs:
 * `generate_oblivious_pseudo_random_bits_chunks` for chunks of equal numbers of bits.)
 *
 * @throws TypeError, RangeError for what is no seed, OutOfMemoryError.
 */
export function randomRadices(
  context: Context,
  seed: bigint | Uint8Array | undefined,
  count: number,
  bits: number,
): Radix[] {
  const { builder, parameters } = context.evaluator;
  const bitCounts = new Array<number>(count).fill(bits);
  return loadInputs(context, checkRandomSeed(seed), bitCounts).map((inputs) =>
    randomRadix(builder, inputs, Math.ceil(bits / Math.log2(parameters.messageModulus))),
  );
}

/** A uniform integer of some bits in a number of digits that holds it. */
function randomDigits(context: Context, seed: Uint8Array, bits: number, digits: number): Radix {
  const [inputs] = loadInputs(context, seed, [bits]);
  return randomRadix(context.evaluator.builder, inputs, digits);
}

/** An almost uniform integer below a bound. */
function randomBelow(
  context: Context,
  seed: Uint8Array,
  bound: bigint,
  maxDistance: number,
  digits: number,
): Radix {
  const { builder, parameters } = context.evaluator;
  const size = (bound - 1n).toString(2).length;
  if (bound === 1n << BigInt(size)) return randomDigits(context, seed, size, digits);
  if (bound === 1n) return randomDigits(context, seed, 0, digits);
  const [inputs] = loadInputs(context, seed, [bitsForRange(bound, maxDistance, parameters)]);
  return scaleRandom(builder, randomRadix(builder, inputs, inputs.length), bound, digits);
}

/** The blocks that a seed gives for values of some numbers of bits. */
function loadInputs(context: Context, seed: Uint8Array, bitCounts: readonly number[]): Block[][] {
  const { evaluator } = context;
  const values = pseudoRandomInputs(seed, bitCounts, evaluator.parameters);
  const blocks = evaluator.load(values.flat(), "random");
  let at = 0;
  return values.map(({ length }) => blocks.slice(at, (at += length)));
}

/** A user's seed as bytes, or one of the platform's. */
export function checkRandomSeed(seed: bigint | Uint8Array | undefined): Uint8Array {
  if (isBytes(seed)) return checkBytes(seed);
  if (seed !== undefined) return checkSeed(seed);
  const bytes = new Uint8Array(SEED_BYTES);
  platformRandom(bytes);
  return bytes;
}

function checkBits(bits: number, most: number): number {
  if (typeof bits !== "number") throw new TypeError(`bits is a number, not ${describe(bits)}`);
  if (Number.isInteger(bits) && bits >= 0 && bits <= most) return bits;
  throw new RangeError(`bits is ${bits}; expected an integer from 0 to ${most}`);
}

function checkBelow(below: Integer, width: number): bigint {
  if (typeof below !== "number" && typeof below !== "bigint") {
    throw new TypeError(`below is a number or bigint, not ${describe(below)}`);
  }
  const most = Math.min(width, RANGE_LOG2);
  if (typeof below === "bigint" || Number.isSafeInteger(below)) {
    const bound = BigInt(below);
    if (bound >= 1n && bound <= 1n << BigInt(most)) return bound;
  }
  throw new RangeError(`below is ${below}; expected an integer from 1 to 2^${most}, a bigint beyond 2^53`);
}

function checkDistance(maxDistance: number): number {
  if (typeof maxDistance !== "number") {
    throw new TypeError(`maxDistance is a number, not ${describe(maxDistance)}`);
  }
  if (maxDistance >= 2 ** -RANGE_LOG2 && maxDistance < 1) return maxDistance;
  throw new RangeError(`maxDistance is ${maxDistance}; expected a number from 2^-${RANGE_LOG2} to below 1`);
}
