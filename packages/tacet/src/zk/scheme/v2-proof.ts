import type { Point } from "../curve/group.ts";
import { g1Bytes, g2Bytes } from "./points.ts";
import type { HashConfig, TranscriptV2 } from "./v2-transcript.ts";

/** A proof of version 2 (TFHE-rs: `proofs::pke_v2::Proof`): commitments in G1, and with a hat in G2. */
export interface ProofV2 {
  readonly hatE: Point;
  readonly e: Point;
  readonly rTilde: Point;
  readonly R: Point;
  readonly hatBin: Point;
  readonly y: Point;
  readonly h1: Point;
  readonly h2: Point;
  readonly hatT: Point;
  readonly pi: Point;
  readonly piKzg: Point;
  /** What the prover has computed for the verifier: proofs with it are faster to verify. */
  readonly forVerifier: { readonly hatH3: Point; readonly hatW: Point } | undefined;
  readonly hashConfig: HashConfig;
}

/** Adds the commitments that are hashed before z. */
export function addLastCommitments(
  transcript: TranscriptV2,
  { h1, h2, hatT, forVerifier }: Pick<ProofV2, "h1" | "h2" | "hatT" | "forVerifier">,
): void {
  transcript.add("h1", g1Bytes(h1));
  transcript.add("h2", g1Bytes(h2));
  transcript.add("hatT", g2Bytes(hatT));
  if (forVerifier === undefined) return;
  transcript.add("hatH3", g2Bytes(forVerifier.hatH3));
  transcript.add("hatW", g2Bytes(forVerifier.hatW));
}
