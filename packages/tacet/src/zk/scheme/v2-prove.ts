import type { Pace } from "../../progress.ts";
import { G1, G2 } from "../curve/group.ts";
import type { CurveMachine, MultiplesOf, PointTable } from "../curve/machine.ts";
import type { Product } from "../curve/polynomials.ts";
import { fourSquares } from "./four-squares.ts";
import { g1Bytes, g2Bytes } from "./points.ts";
import { checkLengths, type ProofRequest } from "./prove.ts";
import { hashScalars } from "./scalars.ts";
import { quotientsOf, residue, type Witness } from "./statement.ts";
import { type ChallengesV2, drawLast, type Evaluations, evaluate } from "./v2-challenges.ts";
import { type LoadedV2, messageBits, modulusOf, type Sizes, sizesFor } from "./v2-parameters.ts";
import { addLastCommitments, type ProofV2 } from "./v2-proof.ts";
import { ROWS, TranscriptV2 } from "./v2-transcript.ts";

/** The blinding of the commitments. */
type Blinding = Readonly<Record<"e" | "hatE" | "r" | "R" | "bin" | "y", bigint>>;

/**
 * Proves that ciphertexts encrypt messages of so many bits under a public key, with noise within the bound (Libert, "Vector
 * commitments with proofs of smallness", ePrint 2023/800, with the changes of TFHE-rs's second version).
 *
 * @throws RangeError if the witness is not one: of other lengths, with larger noise, or of other ciphertexts.
 */
export async function proveV2(
  machine: CurveMachine,
  crs: LoadedV2,
  { statement, witness, metadata, load, seed }: ProofRequest,
  pace: Pace,
): Promise<ProofV2> {
  const { d, n } = crs;
  const k = statement.c2.length;
  checkLengths(crs, statement, witness);
  const sizes = sizesFor(crs, k);
  const [e, hatE, r, R, bin, y] = hashScalars(6, [crs.separators.gamma, seed]) as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  // Hashed in this order: γe, γ̂e, γr, γR, γbin, γy.
  const blinding: Blinding = { e, hatE, r, R, bin, y };
  const q = modulusOf(crs.q);
  const { r1, r2 } = quotientsOf(statement, witness, q, q / crs.t);
  await pace.done(0);
  const noise = [...witness.e1, ...witness.e2];
  const norm = noise.reduce((sum, value) => sum + value * value, 0n);
  if (norm > sizes.squaredNorm) throw new RangeError("the noise exceeds what the CRS allows");
  const padded = [...noise, ...fourSquares(sizes.squaredNorm - norm)];
  const quotients = [...r1, ...r2];

  const transcript = new TranscriptV2(crs, statement, metadata, "V0_8_0");
  const g1 = g1From(crs.g1);
  const [cHatE, cE, cR] = await machine.sumsOfMultiples(
    [
      { table: crs.g2, first: 0, scalars: padded, terms: [{ point: G2.generator, scalar: blinding.hatE }] },
      g1.down(n, padded, blinding.e),
      { table: crs.g1, first: 0, scalars: quotients, terms: [{ point: G1.generator, scalar: blinding.r }] },
    ],
    pace,
  );
  transcript.add("hatE", g2Bytes(cHatE));
  transcript.add("e", g1Bytes(cE));
  transcript.add("rTilde", g1Bytes(cR));
  const matrix = transcript.projections();
  await pace.done(0);
  const projections = project(matrix, [...padded, ...quotients], sizes);
  await pace.done(0);

  const [projected] = await machine.sumsOfMultiples(
    [{ table: crs.g1, first: 0, scalars: projections, terms: [{ point: G1.generator, scalar: blinding.R }] }],
    pace,
  );
  transcript.add("CR", g1Bytes(projected));
  const phi = transcript.phi();
  const bits = bitsOf(crs, witness, projections, sizes);
  const [cHatBin] = await machine.sumsOfMultiples(
    [
      {
        table: crs.g2,
        first: 0,
        scalars: bits.map((bit) => BigInt(bit)),
        terms: [{ point: G2.generator, scalar: blinding.bin }],
      },
    ],
    pace,
  );
  transcript.add("hatBin", g2Bytes(cHatBin));
  const xi = transcript.xi();
  const yList = transcript.y();
  const yBits = bits.map((bit, j) => (bit === 1 ? yList[j]! : 0n));
  const [cY] = await machine.sumsOfMultiples([g1.down(n, yBits, blinding.y)], pace);
  transcript.add("Cy", g1Bytes(cY));
  const first = { phi, xi, y: yList, t: transcript.t(), matrix };
  const challenges = await drawLast(machine, crs, statement, transcript, first, pace);

  const products = productsOf(n, blinding, challenges, { padded, quotients, projections, bits, yBits });
  const { delta, h1, h2, h3, t, omega, tTheta } = challenges;
  const easy = load === "proof";
  const last: MultiplesOf[] = [g1.down(n, h1), g1.down(n, h2), { table: crs.g2, first: 0, scalars: t }];
  if (easy) {
    last.push({ table: crs.g2, first: n - (d + k), scalars: h3.toReversed() });
    last.push({ table: crs.g2, first: 0, scalars: omega.slice(0, d + k + 4) });
  }
  // This thread multiplies polynomials while the others work.
  const [polynomial, [cH1, cH2, cHatT, cHatH3, cHatW]] = await bothOf(
    machine.sumOfProducts(products, pace).then((product) => [...product]),
    machine.sumsOfMultiples(last, pace),
  );
  if (polynomial.length > n + 1) polynomial[n + 1]! -= delta.theta * tTheta + delta.l * sizes.squaredNorm;
  const [pi] = await machine.sumsOfMultiples(
    [
      {
        table: crs.g1,
        first: 0,
        scalars: polynomial.slice(1).map(residue),
        terms: [{ point: G1.generator, scalar: residue(polynomial[0]!) }],
      },
    ],
    pace,
  );
  const forVerifier = easy ? { hatH3: cHatH3, hatW: cHatW } : undefined;
  const commitments = { h1: cH1, h2: cH2, hatT: cHatT, forVerifier };
  addLastCommitments(transcript, commitments);
  const evaluations = evaluate(transcript, challenges, n, easy);
  await pace.done(0);
  const quotient = quotientAt(n, challenges, evaluations, easy);
  const [piKzg] = await machine.sumsOfMultiples(
    [
      {
        table: crs.g1,
        first: 0,
        scalars: quotient.slice(1),
        terms: [{ point: G1.generator, scalar: quotient[0]! }],
      },
    ],
    pace,
  );
  return {
    ...{ hatE: cHatE, e: cE, rTilde: cR, R: projected, hatBin: cHatBin, y: cY, pi, piKzg },
    ...commitments,
    hashConfig: "V0_8_0",
  };
}

/** What two promises resolve to. Both have ended when it rejects: no work goes on in memory that is given back. */
async function bothOf<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  const [a, b] = await Promise.allSettled([first, second]);
  if (a.status === "rejected") throw a.reason;
  if (b.status === "rejected") throw b.reason;
  return [a.value, b.value];
}

/** Sums over α^n·G, α^(n−1)·G, … */
function g1From(table: PointTable): {
  down(n: number, scalars: readonly bigint[], blinding?: bigint): MultiplesOf;
} {
  return {
    down: (n, scalars, blinding) => ({
      table,
      first: n - scalars.length,
      scalars: scalars.toReversed(),
      terms: blinding === undefined ? [] : [{ point: G1.generator, scalar: blinding }],
    }),
  };
}

/** R·(e, v, r1, r2). */
function project(matrix: Int8Array, values: readonly bigint[], { squaredBound }: Sizes): bigint[] {
  const sums = Array.from({ length: ROWS }, () => 0n);
  for (const [j, value] of values.entries()) {
    if (value === 0n) continue;
    for (let i = 0; i < ROWS; i++) {
      const sign = matrix[i + j * ROWS]!;
      if (sign !== 0) sums[i]! += sign > 0 ? value : -value;
    }
  }
  if (sums.some((sum) => sum * sum > squaredBound))
    throw new RangeError("the noise exceeds what the CRS allows");
  return sums;
}

/** The bits that are committed to: of the binary vector, reversed, of the messages, and of the projections. */
function bitsOf(
  crs: LoadedV2,
  { r, m }: Witness,
  projections: readonly bigint[],
  { width }: Sizes,
): (0 | 1)[] {
  const bits: (0 | 1)[] = [];
  for (let i = r.length - 1; i >= 0; i--) bits.push(r[i] === 0 ? 0 : 1);
  const append = (value: bigint, count: number): void => {
    for (let bit = 0; bit < count; bit++) bits.push((value >> BigInt(bit)) & 1n ? 1 : 0);
  };
  for (const message of m) append(message, messageBits(crs));
  for (const projection of projections) append(BigInt.asUintN(64, projection), width);
  return bits;
}

/** What the polynomial that π commits to is made of. */
interface Secrets {
  readonly padded: readonly bigint[];
  readonly quotients: readonly bigint[];
  readonly projections: readonly bigint[];
  readonly bits: readonly (0 | 1)[];
  readonly yBits: readonly bigint[];
}

/** The products that are added up, those that are subtracted with a negative factor. */
function productsOf(n: number, blinding: Blinding, challenges: ChallengesV2, secrets: Secrets): Product[] {
  const { delta, phi, xi, t, omega, h1, h2, h3 } = challenges;
  const { padded, quotients, projections, bits, yBits } = secrets;
  const down = (constant: bigint, values: readonly bigint[]): bigint[] => {
    const coefficients = Array.from({ length: n + 1 }, () => 0n);
    coefficients[0] = residue(constant);
    for (const [j, value] of values.entries()) coefficients[n - j] = residue(value);
    return coefficients;
  };
  const up = (constant: bigint, values: readonly bigint[]): bigint[] => [
    residue(constant),
    ...values.map(residue),
  ];
  return [
    [
      down(
        delta.y * blinding.y,
        h1.map((value, j) => value + delta.y * yBits[j]!),
      ),
      up(
        blinding.bin,
        bits.map((bit) => BigInt(bit)),
      ),
    ],
    [
      down(
        delta.l * blinding.e,
        h2.map((value, j) => value + delta.l * (padded[j] ?? 0n)),
      ),
      up(blinding.hatE, padded),
    ],
    [up(blinding.r, quotients), down(0n, h3)],
    [
      up(
        -blinding.R,
        projections.map((value) => -value),
      ),
      down(
        0n,
        phi.map((value, j) => delta.r * value + delta.dec * xi[j]!),
      ),
    ],
    [
      down(
        -delta.e * blinding.e,
        padded.map((value) => -delta.e * value),
      ),
      up(0n, omega.slice(0, padded.length)),
    ],
    [
      down(
        -delta.eq * blinding.y,
        yBits.map((value) => -delta.eq * value),
      ),
      up(0n, t),
    ],
  ];
}

/** (P(X) − P(z))/(X − z) of the weighted sum P of the polynomials. */
function quotientAt(
  n: number,
  challenges: ChallengesV2,
  { z, chi, ...values }: Evaluations,
  easy: boolean,
): bigint[] {
  const { h1, h2, h3, t, omega } = challenges;
  const [c1, c2, c3, c4] = chi;
  const quotient = Array.from({ length: n }, () => 0n);
  let carried = 0n;
  const easyLength = easy ? h3.length : 0;
  for (let degree = n; degree >= 1; degree--) {
    const j = n - degree;
    let value = (h1[j] ?? 0n) + c1 * h2[j]! + c2 * t[degree - 1]!;
    if (j < easyLength) value += c3 * h3[j]!;
    if (easy && degree <= h3.length + 4) value += c4 * omega[degree - 1]!;
    carried = residue(value + z * carried);
    quotient[degree - 1] = carried;
  }
  const total = values.h1 + c1 * values.h2 + c2 * values.t + c3 * values.h3 + c4 * values.omega;
  if (residue(z * carried) !== residue(total))
    throw new Error("a proof's polynomials have other values than were computed");
  return quotient;
}
