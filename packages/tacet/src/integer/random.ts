import type { Block } from "../graph/block.ts";
import type { Builder } from "../graph/builder.ts";
import { messageBits, type ParameterSet } from "../parameters/parameter-set.ts";
import { multiply } from "./arithmetic/multiply.ts";
import { sumColumns } from "./arithmetic/sum.ts";
import { resize } from "./cast.ts";
import { clearRadix, weightOf } from "./clear.ts";
import type { Radix } from "./radix.ts";

/**
 * The value of some blocks that a seed gave, filled up with zeros to a number of digits. One rotation a block.
 *
 * @param inputs of the form `random`, least significant first.
 */
export function randomRadix(builder: Builder, inputs: readonly Block[], digits: number): Radix {
  return resize(
    builder,
    inputs.map((input) => builder.refresh(input)),
    digits,
  );
}

/**
 * The number of random bits, those of whole blocks, from which `scaleRandom` makes values below `bound` whose
 * distribution is closer than `maxDistance` to the uniform one, by the distance ½·Σ |P(ω) − Q(ω)|. It is TFHE-rs's
 * (`num_input_random_bits_for_max_distance`), and the same numbers are rounded on the way.
 *
 * @param bound no power of two, below 2^256.
 * @param maxDistance from 2^-256 to below 1.
 */
export function bitsForRange(bound: bigint, maxDistance: number, parameters: ParameterSet): number {
  const perBlock = messageBits(parameters);
  for (let bits = perBlock; ; bits += perBlock) {
    // Of `bound` values, so many come from one random value more than the others do.
    const favoured = (1n << BigInt(bits)) % bound;
    const distance = (Number(favoured) * Number(bound - favoured)) / (2 ** bits * Number(bound));
    if (distance < maxDistance) return bits;
  }
}

/**
 * ⌊random·bound / M^n⌋ of n random digits, M being the message modulus: a value below `bound`, in a number of digits that
 * holds it. (TFHE-rs: `par_generate_oblivious_pseudo_random_unsigned_custom_range`.)
 *
 * The lower n digits of the product are not computed, only the carries out of them. Of a bound that takes few units to
 * write, that is one rotation for each random digit.
 */
export function scaleRandom(builder: Builder, random: Radix, bound: bigint, digits: number): Radix {
  const { messageModulus } = builder.parameters;
  const factors = signedDigits(bound, messageModulus);
  const units = factors.reduce((sum, factor) => sum + Math.abs(factor), 0);
  const width = random.length + factors.length;
  // What a column adds up to, carry included, has so many values.
  const product =
    units * messageModulus <= builder.capacity
      ? multiplyByDigits(builder, random, factors)
      : multiply(builder, resize(builder, random, width), clearRadix(builder, bound, width));
  return resize(builder, product.slice(random.length), digits);
}

/** Σ factorⱼ·M^j times a radix: multiples of its digits, which cost nothing as long as a block holds a column of them. */
function multiplyByDigits(builder: Builder, radix: Radix, factors: readonly number[]): Radix {
  const columns: Block[][] = Array.from({ length: radix.length + factors.length }, () => []);
  let constant = 0n;
  for (const [j, factor] of factors.entries()) {
    if (factor === 0) continue;
    for (const [i, digit] of radix.entries()) {
      const lowest = factor < 0 ? factor * digit.max : 0;
      columns[i + j].push(builder.linear([[factor, digit]], -lowest));
      constant += BigInt(lowest) * weightOf(builder, i + j);
    }
  }
  return sumColumns(builder, columns, constant, radix.length);
}

/** value = Σ digitⱼ·base^j with digits of either sign, such that Σ |digitⱼ| is the least. */
function signedDigits(value: bigint, base: number): number[] {
  interface Form {
    readonly units: number;
    readonly digits: readonly number[];
  }
  const append = ({ units, digits }: Form, digit: number): Form => ({
    units: units + Math.abs(digit),
    digits: [...digits, digit],
  });
  const fewer = (a: Form, b: Form): Form => (b.units < a.units ? b : a);
  // The best forms of the lower part of the value, and of that part less one unit of the next digit.
  let part: Form = { units: 0, digits: [] };
  let less: Form = { units: Infinity, digits: [] };
  for (let rest = value; rest > 0n; rest /= BigInt(base)) {
    const digit = Number(rest % BigInt(base));
    [part, less] = [
      fewer(append(part, digit), append(less, digit + 1)),
      fewer(append(part, digit - base), append(less, digit + 1 - base)),
    ];
  }
  return [...fewer(part, append(less, 1)).digits];
}
