import type { Pace } from "../../progress.ts";
import { G1, G2, type Group, type Point } from "../curve/group.ts";
import type { CurveMachine, MultiplesOf, Term } from "../curve/machine.ts";
import { g1Bytes, g2Bytes } from "./points.ts";
import type { Statement } from "./statement.ts";
import { residue } from "./statement.ts";
import { drawLast, evaluate } from "./v2-challenges.ts";
import { areValid, type LoadedV2, sizesFor } from "./v2-parameters.ts";
import { addLastCommitments, type ProofV2 } from "./v2-proof.ts";
import { TranscriptV2 } from "./v2-transcript.ts";

/**
 * Whether a proof is one of a statement: false for all others, also where sizes do not fit. The points of proof and CRS must
 * be in their groups.
 */
export async function verifyV2(
  machine: CurveMachine,
  crs: LoadedV2,
  statement: Statement,
  metadata: Uint8Array,
  proof: ProofV2,
  pace: Pace,
): Promise<boolean> {
  const { d, n, g1, g2 } = crs;
  const { a, b, c1, c2 } = statement;
  const k = c2.length;
  if (!areValid(crs) || g1.count !== 2 * n || g2.count !== n) return false;
  if (k > crs.k || a.length !== d || b.length !== d || c1.length !== d) return false;
  const { bits, squaredNorm } = sizesFor(crs, k);
  if (bits > crs.bits) return false;
  const { forVerifier } = proof;

  const transcript = new TranscriptV2(crs, statement, metadata, proof.hashConfig);
  transcript.add("hatE", g2Bytes(proof.hatE));
  transcript.add("e", g1Bytes(proof.e));
  transcript.add("rTilde", g1Bytes(proof.rTilde));
  const matrix = transcript.projections();
  await pace.done(0);
  transcript.add("CR", g1Bytes(proof.R));
  const phi = transcript.phi();
  transcript.add("hatBin", g2Bytes(proof.hatBin));
  const xi = transcript.xi();
  const y = transcript.y();
  transcript.add("Cy", g1Bytes(proof.y));
  const first = { phi, xi, y, t: transcript.t(), matrix };
  await pace.done(0);
  const challenges = await drawLast(machine, crs, statement, transcript, first, pace);
  const { delta, h3, omega, tTheta } = challenges;
  addLastCommitments(transcript, proof);
  const evaluations = evaluate(transcript, challenges, n, forVerifier !== undefined);
  await pace.done(0);

  const projected = phi.map((value, j) => residue(delta.r * value + delta.dec * xi[j]!));
  const sums: MultiplesOf[] = [{ table: g2, first: n - projected.length, scalars: projected.toReversed() }];
  if (forVerifier === undefined) {
    sums.push({ table: g2, first: n - (d + k), scalars: h3.toReversed() });
    sums.push({ table: g2, first: 0, scalars: omega.slice(0, d + k + 4) });
  }
  const [hatProjected, hatH3 = forVerifier?.hatH3, hatW = forVerifier?.hatW] = await machine.sumsOfMultiples(
    sums,
    pace,
  );

  const sum = (group: Group, ...terms: [Point, bigint][]): Point =>
    machine.combine(
      group,
      terms.map(([point, scalar]): Term => ({ point, scalar: residue(scalar) })),
    );
  const constant = delta.theta * tTheta + delta.l * squaredNorm;
  const valid = machine.productIsOne([
    { a: sum(G1, [proof.y, delta.y], [proof.h1, 1n]), b: proof.hatBin },
    { a: sum(G1, [proof.e, delta.l], [proof.h2, 1n]), b: proof.hatE },
    { a: proof.rTilde, b: hatH3 },
    { a: sum(G1, [proof.R, -1n]), b: hatProjected },
    { a: sum(G1, [proof.e, -delta.e]), b: hatW },
    { a: sum(G1, [proof.y, -delta.eq]), b: proof.hatT },
    { a: sum(G1, [machine.pointAt(g1, 0), -constant]), b: machine.pointAt(g2, n - 1) },
    { a: sum(G1, [proof.pi, -1n]), b: G2.generator },
  ]);
  await pace.done(0);
  if (!valid) return false;

  const { z, chi, h1, h2, t, h3: atH3, omega: atOmega } = evaluations;
  const [x1, x2, x3, x4] = chi;
  const hats: [Point, bigint][] = [
    [proof.hatT, x2],
    [G2.generator, -(t * x2 + atH3 * x3 + atOmega * x4)],
  ];
  if (forVerifier !== undefined) hats.push([forVerifier.hatH3, x3], [forVerifier.hatW, x4]);
  return machine.productIsOne([
    { a: sum(G1, [proof.h1, 1n], [proof.h2, x1], [G1.generator, -(h1 + x1 * h2)]), b: G2.generator },
    { a: G1.generator, b: sum(G2, ...hats) },
    { a: sum(G1, [proof.piKzg, -1n]), b: sum(G2, [machine.pointAt(g2, 0), 1n], [G2.generator, -z]) },
  ]);
}
