import type { PackedCiphertext } from "../engine/packer.ts";
import { GraphError } from "../errors.ts";
import type { Block } from "../graph/block.ts";
import type { CompressionParameters } from "../parameters/compression.ts";
import { blockCapacity, type ParameterSet } from "../parameters/parameter-set.ts";

/** @throws GraphError for blocks that an engine would not pack. */
export function checkPackable(blocks: readonly Block[], { messageModulus }: ParameterSet): void {
  if (blocks.every(({ max, noise }) => max < messageModulus && noise <= 1)) return;
  throw new GraphError("a block that is packed holds a carry, or has more noise than a fresh bootstrap's");
}

/** Packs the values of blocks as an engine packs their ciphertexts: into bodies beside masks of 0. */
export function packValues(
  values: readonly number[],
  { glweDimension, polynomialSize, ciphertextsPerGlwe, storedBits }: CompressionParameters,
  parameters: ParameterSet,
): PackedCiphertext[] {
  const mask = glweDimension * polynomialSize;
  // A block times the message modulus.
  const step = (parameters.messageModulus * 2 ** (storedBits - 1)) / blockCapacity(parameters);
  const packed: PackedCiphertext[] = [];
  for (let first = 0; first < values.length; first += ciphertextsPerGlwe) {
    const some = values.slice(first, first + ciphertextsPerGlwe);
    const elements = new Uint32Array(mask + some.length);
    elements.set(
      some.map((value) => value * step),
      mask,
    );
    packed.push({ elements, count: some.length });
  }
  return packed;
}
