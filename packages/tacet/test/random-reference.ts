import type { ParameterSet } from "../src/parameters/parameter-set.ts";
import { type PseudoRandomInput, pseudoRandomInputs } from "../src/scheme/pseudo-random.ts";

/** The value of a random block from its phase, by the definition in TFHE-rs (`cleartext_prf`). */
export function randomBlock(
  { elements, degree }: PseudoRandomInput,
  key: Uint8Array,
  { polynomialSize }: ParameterSet,
): number {
  const modulus = 2 * polynomialSize;
  const body = elements[elements.length - 1];
  const masked = key.reduce((sum, bit, i) => (sum + bit * elements[i]) % modulus, 0);
  const phase = (body + modulus - masked) % modulus;
  const count = degree + 1;
  const box = Math.floor((phase % polynomialSize) / (modulus / count));
  return phase < polynomialSize ? count / 2 + box : count / 2 - 1 - box;
}

/** The values of some numbers of bits that a seed gives under a key for random generation. */
export function randomValues(
  seed: Uint8Array,
  bitCounts: readonly number[],
  key: Uint8Array,
  parameters: ParameterSet,
): bigint[] {
  return pseudoRandomInputs(seed, bitCounts, parameters).map((inputs) =>
    inputs.reduceRight(
      (value, input) =>
        value * BigInt(parameters.messageModulus) + BigInt(randomBlock(input, key, parameters)),
      0n,
    ),
  );
}
