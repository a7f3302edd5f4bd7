import type { Point } from "../curve/group.ts";

/** A proof of version 1 (TFHE-rs: `proofs::pke::Proof`): commitments in G1, and with a hat in G2. */
export interface ProofV1 {
  readonly hat: Point;
  readonly y: Point;
  readonly pi: Point;
  /** What the prover has computed for the verifier: proofs with it are faster to verify. */
  readonly forVerifier: { readonly hatT: Point; readonly h: Point; readonly piKzg: Point } | undefined;
}
