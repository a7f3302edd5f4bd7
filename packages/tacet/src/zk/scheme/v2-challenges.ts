import type { Pace } from "../../progress.ts";
import type { CurveMachine } from "../curve/machine.ts";
import { mod } from "../kernel/prime-field.ts";
import { powersOf, r } from "./scalars.ts";
import { keyRows, residue, type Statement, weightsOf } from "./statement.ts";
import { messageBits, modulusOf, type ParametersV2, sizesFor } from "./v2-parameters.ts";
import { ROWS, type TranscriptV2 } from "./v2-transcript.ts";

/** What prover and verifier draw alike, and what follows from it and the statement. */
export interface ChallengesV2 {
  readonly phi: readonly bigint[];
  readonly xi: readonly bigint[];
  readonly y: readonly bigint[];
  readonly t: readonly bigint[];
  readonly theta: readonly bigint[];
  readonly omega: readonly bigint[];
  readonly delta: Deltas;
  /** θᵀ(c1, c2). */
  readonly tTheta: bigint;
  /** The coefficients of the polynomials h1, h2, h3: number j belongs to X^(n − j). */
  readonly h1: readonly bigint[];
  readonly h2: readonly bigint[];
  readonly h3: readonly bigint[];
}

/** δr, δdec, δeq, δy, δθ, δe, δl. */
export interface Deltas {
  readonly r: bigint;
  readonly dec: bigint;
  readonly eq: bigint;
  readonly y: bigint;
  readonly theta: bigint;
  readonly e: bigint;
  readonly l: bigint;
}

/** The challenges after the lists y and t, which depend on what is committed to last. */
export async function drawLast(
  machine: CurveMachine,
  parameters: ParametersV2,
  statement: Statement,
  transcript: TranscriptV2,
  first: Pick<ChallengesV2, "phi" | "xi" | "y" | "t"> & { readonly matrix: Int8Array },
  pace: Pace,
): Promise<ChallengesV2> {
  const { d, n } = parameters;
  const { c1, c2 } = statement;
  const k = c2.length;
  const { bits, width } = sizesFor(parameters, k);
  const { phi, xi, y, t, matrix } = first;
  const theta = transcript.theta();
  const omega = transcript.omega();
  const [r_, dec, eq, y_, theta_, e, l] = transcript.delta() as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  const delta: Deltas = { r: r_, dec, eq, y: y_, theta: theta_, e, l };
  const q = modulusOf(parameters.q);
  await pace.done(0);
  const aTheta = await keyTimesTheta(machine, parameters, statement, theta, pace);
  const projected = projectedRows(phi, matrix);
  await pace.done(0);
  let tTheta = 0n;
  for (const [i, challenge] of theta.entries()) tTheta += challenge * (i < d ? c1[i]! : c2[i - d]!);
  const h1: bigint[] = [];
  for (let j = 0; j < bits + ROWS * width; j++) {
    let value = y[j]! * (delta.eq * t[j]! - delta.y);
    if (j < bits) value += delta.theta * aTheta[j]!;
    else {
      const [row, bit] = [Math.floor((j - bits) / width), (j - bits) % width];
      const weighted = (delta.dec * xi[row]!) << BigInt(bit);
      value += bit < width - 1 ? weighted : -weighted;
    }
    h1.push(mod(value, r));
  }
  await pace.done(0);
  const h2 = omega.map((challenge, j) => {
    let value = delta.e * challenge;
    if (j < d + k) value += delta.theta * theta[j]!;
    if (j < d + k + 4) value += delta.r * projected[j]!;
    return mod(value, r);
  });
  const thetaQ = (delta.theta * q) % r;
  const h3 = theta.map((challenge, j) => mod(delta.r * projected[d + k + 4 + j]! - thetaQ * challenge, r));
  await pace.done(0);
  if (h2.length !== n) throw new Error("a proof's lists are of different lengths");
  return { phi, xi, y, t, theta, omega, delta, tTheta: residue(tTheta), h1, h2, h3 };
}

/** Ãᵀθ: the key's rows and the weights of the messages' bits, each as often as θ says. */
async function keyTimesTheta(
  machine: CurveMachine,
  parameters: ParametersV2,
  statement: Statement,
  theta: readonly bigint[],
  pace: Pace,
): Promise<bigint[]> {
  const rows = await keyRows(machine, statement, theta, pace);
  const scale = modulusOf(parameters.q) / parameters.t;
  return [...rows, ...weightsOf(theta.slice(parameters.d), scale, messageBits(parameters))];
}

/** Rows that share a table of all their sums. */
const TABLED = 4;

/** Rᵀφ, for each column of R. */
export function projectedRows(phi: readonly bigint[], matrix: Int8Array): bigint[] {
  const tables: bigint[][] = [];
  for (let row = 0; row < ROWS; row += TABLED) {
    let table = [0n];
    for (let i = 0; i < TABLED; i++) {
      const value = phi[row + i]!;
      table = [-1n, 0n, 1n].flatMap((sign) => table.map((sum) => sum + sign * value));
    }
    tables.push(table);
  }
  const sums: bigint[] = [];
  for (let column = 0; column < matrix.length; column += ROWS) {
    let sum = 0n;
    for (const [group, table] of tables.entries()) {
      let index = 0;
      for (let i = TABLED - 1; i >= 0; i--) index = 3 * index + matrix[column + group * TABLED + i]! + 1;
      sum += table[index]!;
    }
    sums.push(sum);
  }
  return sums;
}

/** The polynomials' values at z, and the powers of χ that weigh them. */
export interface Evaluations {
  readonly z: bigint;
  readonly chi: readonly [bigint, bigint, bigint, bigint];
  readonly h1: bigint;
  readonly h2: bigint;
  readonly t: bigint;
  /** 0 unless the proof has what spares the verifier work. */
  readonly h3: bigint;
  readonly omega: bigint;
}

/** Draws z and χ, and evaluates: h1, h2 and h3 at z, with coefficients from X^n down, t and ω from X on up. */
export function evaluate(
  transcript: TranscriptV2,
  { h1, h2, h3, t, omega }: ChallengesV2,
  n: number,
  easy: boolean,
): Evaluations {
  const z = transcript.z();
  const powers = powersOf(z, n + 1);
  const down = (list: readonly bigint[]): bigint =>
    residue(list.reduce((sum, value, j) => sum + value * powers[n - j]!, 0n));
  const up = (list: readonly bigint[]): bigint =>
    residue(list.reduce((sum, value, j) => sum + value * powers[j + 1]!, 0n));
  const values = {
    h1: down(h1),
    h2: down(h2),
    t: up(t),
    h3: easy ? down(h3) : 0n,
    omega: easy ? up(omega.slice(0, h3.length + 4)) : 0n,
  };
  transcript.addScalar("pH1", values.h1);
  transcript.addScalar("pH2", values.h2);
  transcript.addScalar("pT", values.t);
  if (easy) {
    transcript.addScalar("pH3", values.h3);
    transcript.addScalar("pOmega", values.omega);
  }
  const [, chi, chi2, chi3, chi4] = powersOf(transcript.chi(), 5) as [bigint, bigint, bigint, bigint, bigint];
  return { z, chi: [chi, chi2, chi3, chi4], ...values };
}
