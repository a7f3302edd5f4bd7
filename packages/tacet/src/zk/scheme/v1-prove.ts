import type { Pace } from "../../progress.ts";
import { G1, G2 } from "../curve/group.ts";
import type { CurveMachine } from "../curve/machine.ts";
import type { ProofRequest } from "./prove.ts";
import { checkLengths } from "./prove.ts";
import { hashScalars } from "./scalars.ts";
import { quotientsOf, residue, type Witness } from "./statement.ts";
import { drawV1, TranscriptV1, valuesAt } from "./v1-challenges.ts";
import { type LoadedV1, noiseBits, quotientBits } from "./v1-parameters.ts";
import type { ProofV1 } from "./v1-proof.ts";
import { messageBits, modulusOf } from "./v2-parameters.ts";

/**
 * Proves that ciphertexts encrypt messages of so many bits under a public key, with noise of so many bits (Libert, "Vector
 * commitments with proofs of smallness", ePrint 2023/800): the first version, whose proofs take longer.
 *
 * @throws RangeError if the witness is not one: of other lengths, with larger noise, or of other ciphertexts.
 */
export async function proveV1(
  machine: CurveMachine,
  crs: LoadedV1,
  { statement, witness, metadata, load, seed }: ProofRequest,
  pace: Pace,
): Promise<ProofV1> {
  const { n } = crs;
  checkLengths(crs, statement, witness);
  const [gamma, gammaY] = hashScalars(2, [crs.separators.gamma, seed]) as [bigint, bigint];
  const q = modulusOf(crs.q);
  const quotients = quotientsOf(statement, witness, q, q / crs.t);
  const bits = bitsOf(crs, witness, [...quotients.r1, ...quotients.r2]);
  await pace.done(0);
  const blinded = (group: typeof G1, scalar: bigint) => [{ point: group.generator, scalar }];
  const [hat] = await machine.sumsOfMultiples(
    [{ table: crs.g2, first: 0, scalars: bits.map((bit) => BigInt(bit)), terms: blinded(G2, gamma) }],
    pace,
  );
  const transcript = new TranscriptV1(crs, statement, metadata);
  const y = transcript.y(hat);
  await pace.done(0);
  const yBits = bits.map((bit, j) => (bit === 1 ? y[j]! : 0n));
  const [cY] = await machine.sumsOfMultiples(
    [{ table: crs.g1, first: n - bits.length, scalars: yBits.toReversed(), terms: blinded(G1, gammaY) }],
    pace,
  );
  const challenges = await drawV1(machine, crs, statement, transcript, y, cY, pace);
  const { t, delta, tTheta, h } = challenges;
  const down = (constant: bigint, values: readonly bigint[]): bigint[] => {
    const coefficients = Array.from({ length: n + 1 }, () => 0n);
    coefficients[0] = residue(constant);
    for (const [j, value] of values.entries()) coefficients[n - j] = residue(value);
    return coefficients;
  };
  const product = await machine.sumOfProducts(
    [
      [
        down(
          delta.y * gammaY,
          h.map((value, j) => value + delta.y * (yBits[j] ?? 0n)),
        ),
        [gamma, ...bits.map((bit) => BigInt(bit))],
      ],
      [
        down(
          -delta.eq * gammaY,
          yBits.map((value) => -delta.eq * value),
        ),
        [0n, ...t],
      ],
    ],
    pace,
  );
  const polynomial = [...product];
  if (polynomial.length > n + 1) polynomial[n + 1]! -= tTheta * delta.theta;
  const whole = {
    table: crs.g1,
    first: 0,
    scalars: polynomial.slice(1).map(residue),
    terms: blinded(G1, residue(polynomial[0]!)),
  };
  if (load === "verify") {
    const [pi] = await machine.sumsOfMultiples([whole], pace);
    return { hat, y: cY, pi, forVerifier: undefined };
  }
  const [pi, cH, hatT] = await machine.sumsOfMultiples(
    [whole, { table: crs.g1, first: 0, scalars: h.toReversed() }, { table: crs.g2, first: 0, scalars: t }],
    pace,
  );
  const z = transcript.z(pi, cH, hatT);
  const values = valuesAt(z, challenges);
  const weight = transcript.weight(z, values.h, values.t);
  const quotient = Array.from({ length: n }, () => 0n);
  let carried = 0n;
  for (let degree = n; degree >= 1; degree--) {
    carried = residue(h[n - degree]! + weight * t[degree - 1]! + z * carried);
    quotient[degree - 1] = carried;
  }
  const [piKzg] = await machine.sumsOfMultiples(
    [{ table: crs.g1, first: 0, scalars: quotient.slice(1), terms: blinded(G1, quotient[0]!) }],
    pace,
  );
  return { hat, y: cY, pi, forVerifier: { hatT, h: cH, piKzg } };
}

/** The bits that are committed to: of the binary vector, reversed, of messages, noise and quotients. */
function bitsOf(crs: LoadedV1, { r, m, e1, e2 }: Witness, quotients: readonly bigint[]): (0 | 1)[] {
  const bits: (0 | 1)[] = [];
  for (let i = r.length - 1; i >= 0; i--) bits.push(r[i] === 0 ? 0 : 1);
  const append = (value: bigint, count: number): void => {
    for (let bit = 0; bit < count; bit++) bits.push((value >> BigInt(bit)) & 1n ? 1 : 0);
  };
  const appendSigned = (value: bigint, count: number): void => {
    if (BigInt.asIntN(count, value) !== value) throw new RangeError("the noise exceeds what the CRS allows");
    append(BigInt.asUintN(count, value), count);
  };
  for (const message of m) append(message, messageBits(crs));
  for (const noise of [...e1, ...e2]) appendSigned(noise, noiseBits(crs));
  for (const quotient of quotients) appendSigned(quotient, quotientBits(crs));
  return bits;
}
