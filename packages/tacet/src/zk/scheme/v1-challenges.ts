import type { Pace } from "../../progress.ts";
import type { Point } from "../curve/group.ts";
import type { CurveMachine } from "../curve/machine.ts";
import { g1Bytes, g2Bytes } from "./points.ts";
import { hashScalars, hashShortScalars, integerBytes, powersOf, scalarBytes } from "./scalars.ts";
import { keyRows, residue, type Statement, weightsOf, wordBytes } from "./statement.ts";
import { noiseBits, type ParametersV1, quotientBits } from "./v1-parameters.ts";
import { messageBits, modulusOf } from "./v2-parameters.ts";

/** Draws a proof's challenges from what has been committed to, as the prover and the verifier do alike. */
export class TranscriptV1 {
  readonly #parameters: ParametersV1;
  /** What all hashes begin with, after their separator. */
  readonly #head: readonly Uint8Array[];
  readonly #x: readonly Uint8Array[];
  #y: Uint8Array = new Uint8Array(0);
  #t: Uint8Array = new Uint8Array(0);
  #delta: Uint8Array = new Uint8Array(0);
  #commitments: readonly Uint8Array[] = [];

  constructor(parameters: ParametersV1, { a, b, c1, c2 }: Statement, metadata: Uint8Array) {
    const { sid, q, d, noiseBound, t, zeroBits } = parameters;
    this.#parameters = parameters;
    this.#head = [sid === undefined ? new Uint8Array(0) : integerBytes(sid, 16), metadata];
    const numbers = [q, BigInt(d), noiseBound, t, zeroBits].map((number) => integerBytes(number, 8));
    this.#x = [...numbers, ...[a, b, c1, c2].map(wordBytes)];
  }

  y(hat: Point): bigint[] {
    const { n, separators } = this.#parameters;
    this.#commitments = [g2Bytes(hat)];
    const y = hashScalars(n, [separators.hash, ...this.#head, ...this.#x, ...this.#commitments]);
    this.#y = bytesOf(y);
    return y;
  }

  /** θ, t and δeq, δy, δθ, after y has been committed to. */
  challenges(y: Point, k: number): { theta: bigint[]; t: bigint[]; delta: DeltasV1 } {
    const { d, n, separators } = this.#parameters;
    this.#commitments = [...this.#commitments, g1Bytes(y)];
    const rest = [...this.#x, ...this.#commitments];
    const theta = hashScalars(d + k + 1, [separators.lmap, ...this.#head, ...rest]);
    const t = hashShortScalars(n, [separators.t, ...this.#head, this.#y, ...rest]);
    const [eq, toY] = hashScalars(2, [separators.agg, ...this.#head, ...rest]) as [bigint, bigint];
    const delta = { eq, y: toY, theta: theta.pop()! };
    this.#t = bytesOf(t);
    this.#delta = bytesOf([eq, toY, delta.theta]);
    return { theta, t, delta };
  }

  /** z, after all has been committed to. */
  z(pi: Point, h: Point, hatT: Point): bigint {
    this.#commitments = [...this.#commitments, g1Bytes(pi), g1Bytes(h), g2Bytes(hatT)];
    return hashScalars(1, [this.#parameters.separators.z, ...this.#last()])[0]!;
  }

  /** What weighs the second polynomial, after the values of both. */
  weight(z: bigint, atH: bigint, atT: bigint): bigint {
    const values = [z, atH, atT].map(scalarBytes);
    return hashScalars(1, [this.#parameters.separators.w, ...this.#last(), ...values])[0]!;
  }

  #last(): Uint8Array[] {
    return [...this.#head, ...this.#x, ...this.#commitments, this.#y, this.#t, this.#delta];
  }
}

function bytesOf(scalars: readonly bigint[]): Uint8Array {
  const bytes = new Uint8Array(40 * scalars.length);
  for (const [i, scalar] of scalars.entries()) bytes.set(scalarBytes(scalar), 40 * i);
  return bytes;
}

export interface DeltasV1 {
  readonly eq: bigint;
  readonly y: bigint;
  readonly theta: bigint;
}

/** What prover and verifier draw alike, and what follows from it and the statement. */
export interface ChallengesV1 {
  readonly t: readonly bigint[];
  readonly delta: DeltasV1;
  /** θᵀ(c1, c2). */
  readonly tTheta: bigint;
  /** The coefficients of the polynomial h: number j belongs to X^(n − j). */
  readonly h: readonly bigint[];
}

/** What is drawn once y has been committed to. */
export async function drawV1(
  machine: CurveMachine,
  parameters: ParametersV1,
  statement: Statement,
  transcript: TranscriptV1,
  y: readonly bigint[],
  commitment: Point,
  pace: Pace,
): Promise<ChallengesV1> {
  const { d } = parameters;
  const { c1, c2 } = statement;
  const q = modulusOf(parameters.q);
  const { theta, t, delta } = transcript.challenges(commitment, c2.length);
  await pace.done(0);
  const rows = await keyRows(machine, statement, theta, pace);
  const weights = [
    ...rows,
    ...weightsOf(theta.slice(d), q / parameters.t, messageBits(parameters)),
    ...weightsOf(theta, 1n, noiseBits(parameters), true),
    ...weightsOf(theta, -q, quotientBits(parameters), true),
  ];
  await pace.done(0);
  let tTheta = 0n;
  for (const [i, challenge] of theta.entries()) tTheta += challenge * (i < d ? c1[i]! : c2[i - d]!);
  const h = y.map((value, j) =>
    residue((delta.eq * t[j]! - delta.y) * value + delta.theta * (weights[j] ?? 0n)),
  );
  await pace.done(0);
  return { t, delta, tTheta: residue(tTheta), h };
}

/** The values of h, with coefficients from X^n down, and of t, from X on up. */
export function valuesAt(z: bigint, { h, t }: ChallengesV1): { readonly h: bigint; readonly t: bigint } {
  const n = h.length;
  const powers = powersOf(z, n + 1);
  return {
    h: residue(h.reduce((sum, value, j) => sum + value * powers[n - j]!, 0n)),
    t: residue(t.reduce((sum, value, j) => sum + value * powers[j + 1]!, 0n)),
  };
}
