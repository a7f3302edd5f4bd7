import type { Pace } from "../../progress.ts";
import { G1, G2, type Group, type Point } from "../curve/group.ts";
import type { CurveMachine, Term } from "../curve/machine.ts";
import { residue, type Statement } from "./statement.ts";
import { drawV1, TranscriptV1, valuesAt } from "./v1-challenges.ts";
import { areValidV1, bitsFor, type LoadedV1 } from "./v1-parameters.ts";
import type { ProofV1 } from "./v1-proof.ts";

/**
 * Whether a proof is one of a statement: false for all others, also where sizes do not fit. The points of proof and CRS must
 * be in their groups.
 */
export async function verifyV1(
  machine: CurveMachine,
  crs: LoadedV1,
  statement: Statement,
  metadata: Uint8Array,
  proof: ProofV1,
  pace: Pace,
): Promise<boolean> {
  const { d, n, g1, g2 } = crs;
  const { a, b, c1, c2 } = statement;
  if (!areValidV1(crs) || g1.count !== 2 * n || g2.count !== n) return false;
  if (c2.length > crs.k || a.length !== d || b.length !== d || c1.length !== d) return false;
  if (bitsFor(crs, c2.length) > crs.bits) return false;
  const { forVerifier } = proof;

  const transcript = new TranscriptV1(crs, statement, metadata);
  const y = transcript.y(proof.hat);
  await pace.done(0);
  const challenges = await drawV1(machine, crs, statement, transcript, y, proof.y, pace);
  const { t, h, delta, tTheta } = challenges;
  let [cH, hatT] = [forVerifier?.h, forVerifier?.hatT];
  if (forVerifier === undefined) {
    [cH, hatT] = await machine.sumsOfMultiples(
      [
        { table: g1, first: 0, scalars: h.toReversed() },
        { table: g2, first: 0, scalars: t },
      ],
      pace,
    );
  }
  const sum = (group: Group, ...terms: [Point, bigint][]): Point =>
    machine.combine(
      group,
      terms.map(([point, scalar]): Term => ({ point, scalar: residue(scalar) })),
    );
  const valid = machine.productIsOne([
    { a: sum(G1, [proof.y, delta.y], [cH, 1n]), b: proof.hat },
    { a: sum(G1, [proof.y, -delta.eq]), b: hatT },
    { a: sum(G1, [machine.pointAt(g1, 0), -tTheta * delta.theta]), b: machine.pointAt(g2, n - 1) },
    { a: sum(G1, [proof.pi, -1n]), b: G2.generator },
  ]);
  await pace.done(0);
  if (!valid || forVerifier === undefined) return valid;

  const z = transcript.z(proof.pi, forVerifier.h, forVerifier.hatT);
  const values = valuesAt(z, challenges);
  const weight = transcript.weight(z, values.h, values.t);
  return machine.productIsOne([
    { a: sum(G1, [forVerifier.h, 1n], [G1.generator, -values.h]), b: G2.generator },
    { a: G1.generator, b: sum(G2, [forVerifier.hatT, weight], [G2.generator, -weight * values.t]) },
    {
      a: sum(G1, [forVerifier.piKzg, -1n]),
      b: sum(G2, [machine.pointAt(g2, 0), 1n], [G2.generator, -z]),
    },
  ]);
}
