import type { Statement, Witness } from "./statement.ts";
import { messageBits } from "./v2-parameters.ts";

/** Who is to compute more (TFHE-rs: `ZkComputeLoad`). */
export type ComputeLoad = "proof" | "verify";

/** What a prover is asked to do. */
export interface ProofRequest {
  readonly statement: Statement;
  readonly witness: Witness;
  /** Bound to the proof: it verifies with no other. */
  readonly metadata: Uint8Array;
  readonly load: ComputeLoad;
  /** What the commitments are blinded by, secret and used once. */
  readonly seed: Uint8Array;
}

/** @throws RangeError if statement and witness are not as many numbers as they should, or messages are too large. */
export function checkLengths(
  crs: { readonly d: number; readonly k: number; readonly t: bigint; readonly zeroBits: bigint },
  { a, b, c1, c2 }: Statement,
  { r, m, e1, e2 }: Witness,
): void {
  const { d, k } = crs;
  const fits = [a, b, c1, r, e1].every(({ length }) => length === d);
  if (!fits) throw new RangeError(`the public key is not of the CRS's dimension, ${d}`);
  if (m.length !== c2.length || e2.length !== c2.length)
    throw new RangeError("a message lacks or is too many");
  if (c2.length > k) throw new RangeError(`the CRS is for ${k} messages, and not for ${c2.length}`);
  const bits = messageBits(crs);
  if (m.some((message) => message < 0n || message >> BigInt(bits) !== 0n))
    throw new RangeError(`a message has more than ${bits} bits`);
}
