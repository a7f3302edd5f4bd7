/*
 * How elements of prime fields lie in the kernel's memory. An element is a sum of signed limbs of 51 bits, each of them an
 * integer in a double: the product of two limbs comes out exactly, in two parts, of two fused multiply-adds. Four elements
 * lie together, limb by limb, as the four lanes of the vectors that compute on them: a quad.
 */

/** Bits of a limb. With a bit more, the parts of a product would not fit in the mantissas that they are read from. */
export const LIMB_BITS = 51;

/** Elements that are computed side by side. */
export const LANES = 4;

/** Bytes of one limb of a quad. */
export const LIMB_BYTES: number = 8 * LANES;

/** A prime field, as the kernel has it. */
export interface PrimeField {
  readonly name: string;
  readonly modulus: bigint;
  /** Number of limbs. 2^(51·limbs) is at least 2^7 times the modulus, so that sums need no reduction. */
  readonly limbs: number;
  /** What elements are multiplied by in memory (Montgomery, "Modular multiplication without trial division", 1985). */
  readonly radix: bigint;
  readonly radixInverse: bigint;
}

/** The weight of a limb, and half of it. */
export const LIMB: bigint = 1n << BigInt(LIMB_BITS);
export const HALF_LIMB: bigint = LIMB >> 1n;

function primeField(name: string, modulus: bigint, limbs: number): PrimeField {
  const radix = (1n << BigInt(LIMB_BITS * limbs)) % modulus;
  return { name, modulus, limbs, radix, radixInverse: inverseOf(radix, modulus) };
}

/** The parameter of BLS12-446, from which everything about it follows. It is negative. */
export const BLS_X = -0x6008204000000020001n;

/** The field of scalars: r = x⁴ − x² + 1, 299 bits. */
export const SCALAR_FIELD: PrimeField = primeField("scalar", BLS_X ** 4n - BLS_X ** 2n + 1n, 6);

/** The field of coordinates: p = (x − 1)²·r/3 + x, 446 bits. */
export const BASE_FIELD: PrimeField = primeField(
  "base",
  ((BLS_X - 1n) ** 2n * SCALAR_FIELD.modulus) / 3n + BLS_X,
  9,
);

/** Remainder from 0 to modulus − 1. */
export function mod(value: bigint, modulus: bigint): bigint {
  const remainder = value % modulus;
  return remainder < 0n ? remainder + modulus : remainder;
}

/** The remainder that is closest to 0. */
export function centred(value: bigint, modulus: bigint): bigint {
  const remainder = mod(value, modulus);
  return 2n * remainder > modulus ? remainder - modulus : remainder;
}

/** Limbs from −2^50 to 2^50 − 1 whose sum, at their weights, is the value, which must fit in them. */
export function limbsOf(value: bigint, limbs: number): number[] {
  const digits: number[] = [];
  let rest = value;
  for (let i = 0; i < limbs; i++) {
    const digit = BigInt.asIntN(LIMB_BITS, rest);
    digits.push(Number(digit));
    rest = (rest - digit) >> BigInt(LIMB_BITS);
  }
  if (rest !== 0n) throw new RangeError(`a number does not fit in ${limbs} limbs`);
  return digits;
}

/** What limbs, also such as have not been carried, stand for. */
export function sumOfLimbs(limbs: ArrayLike<number>): bigint {
  let value = 0n;
  for (let i = limbs.length - 1; i >= 0; i--) value = (value << BigInt(LIMB_BITS)) + BigInt(limbs[i]!);
  return value;
}

/** value^exponent, of exponents that are no secret. */
export function powerOf(value: bigint, exponent: bigint, modulus: bigint): bigint {
  let [power, base] = [1n, mod(value, modulus)];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) power = (power * base) % modulus;
    base = (base * base) % modulus;
  }
  return power;
}

/** The inverse modulo a prime, by Fermat's theorem; 0 of 0. */
export function inverseOf(value: bigint, modulus: bigint): bigint {
  return powerOf(value, modulus - 2n, modulus);
}
