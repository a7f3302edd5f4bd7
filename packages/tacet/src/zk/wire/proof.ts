import {
  type Codec,
  mapped,
  optional,
  struct,
  union,
  type Variant,
  versioned,
} from "../../wire/bincode/codec.ts";
import { standalone } from "../../wire/safe-serialize.ts";
import type { Point } from "../curve/group.ts";
import type { ProofV1 } from "../scheme/v1-proof.ts";
import type { ProofV2 } from "../scheme/v2-proof.ts";
import type { HashConfig } from "../scheme/v2-transcript.ts";
import { indexOf } from "./crs.ts";
import { g1Point, g2Point, isCompressed, type WrittenPoint } from "./points.ts";

/** Points of proofs are written whole. */
const whole = (codec: Codec<WrittenPoint>): Codec<Point> =>
  mapped(
    codec,
    (point, fail) => (isCompressed(point) ? fail("a compressed point; expected a whole one") : point),
    (point) => point,
  );

const g1 = whole(g1Point);
const g2 = whole(g2Point);

const HASH_CONFIGS: readonly HashConfig[] = ["V0_4_0", "V0_7_0", "V0_8_0"];
const hashConfig = versioned(0, indexOf(HASH_CONFIGS));

/** `PkeV2HashMode`, from which older proofs had their configuration. */
const hashMode: Codec<HashConfig> = mapped(
  versioned(0, indexOf(["BackwardCompat", "Classical", "Compact"])),
  (mode, fail) => {
    if (mode === "Classical")
      return fail("a proof with the classical hash mode, which no version of TFHE-rs makes");
    return mode === "Compact" ? "V0_7_0" : "V0_4_0";
  },
  (config) => (config === "V0_7_0" ? "Compact" : "BackwardCompat"),
);

const forVerifier2 = versioned(0, struct({ hatH3: g2, hatW: g2 }));

const commitments2 = {
  hatE: g2,
  e: g1,
  rTilde: g1,
  R: g1,
  hatBin: g2,
  y: g1,
  h1: g1,
  h2: g1,
  hatT: g2,
  pi: g1,
  piKzg: g1,
};

const none = <T>(value: T | null): T | undefined => value ?? undefined;

/** Either all of what comes alone or nothing. */
function allOrNone<T extends object>(values: { [K in keyof T]: T[K] | null }): T | undefined | null {
  const present = Object.values(values).filter((value) => value !== null).length;
  if (present === 0) return undefined;
  return present === Object.keys(values).length ? (values as T) : null;
}

/** An optional point: infinity is one. */
const optionalPoint = (codec: Codec<Point>): Codec<{ readonly point: Point } | null> =>
  optional(
    mapped(
      codec,
      (point) => ({ point }),
      ({ point }: { readonly point: Point }) => point,
    ),
  );

const INCOMPLETE = "a proof with a part of what is computed for the verifier";

/** `proofs::pke_v2::Proof`, with the layouts of older versions. */
const version2: Codec<ProofV2> = versioned(
  3,
  mapped(
    struct({ ...commitments2, forVerifier: optional(forVerifier2), hashConfig }),
    ({ forVerifier, ...proof }) => ({ ...proof, forVerifier: none(forVerifier) }),
    ({ forVerifier, ...proof }) => ({ ...proof, forVerifier: forVerifier ?? null }),
  ),
  {
    0: mapped(
      struct({ ...commitments2, hatH3: optionalPoint(g2), hatW: optionalPoint(g2) }),
      ({ hatH3, hatW, ...proof }, fail) => {
        const parts = allOrNone<{ hatH3: { point: Point }; hatW: { point: Point } }>({ hatH3, hatW });
        if (parts === null) return fail(INCOMPLETE);
        const forVerifier = parts && { hatH3: parts.hatH3.point, hatW: parts.hatW.point };
        return { ...proof, forVerifier, hashConfig: "V0_4_0" as const };
      },
      notWritten,
    ),
    1: mapped(
      struct({ ...commitments2, forVerifier: optional(forVerifier2) }),
      ({ forVerifier, ...proof }) => ({
        ...proof,
        forVerifier: none(forVerifier),
        hashConfig: "V0_4_0" as const,
      }),
      notWritten,
    ),
    2: mapped(
      struct({ ...commitments2, forVerifier: optional(forVerifier2), hashConfig: hashMode }),
      ({ forVerifier, ...proof }) => ({ ...proof, forVerifier: none(forVerifier) }),
      notWritten,
    ),
  },
);

function notWritten(): never {
  throw new Error("older layouts of proofs are only read");
}

const forVerifier1 = versioned(0, struct({ hatT: g2, h: g1, piKzg: g1 }));

/** `proofs::pke::Proof`. */
const version1: Codec<ProofV1> = versioned(
  1,
  mapped(
    struct({ hat: g2, y: g1, pi: g1, forVerifier: optional(forVerifier1) }),
    ({ forVerifier, ...proof }) => ({ ...proof, forVerifier: none(forVerifier) }),
    ({ forVerifier, ...proof }) => ({ ...proof, forVerifier: forVerifier ?? null }),
  ),
  {
    0: mapped(
      struct({
        hat: g2,
        y: g1,
        pi: g1,
        hatT: optionalPoint(g2),
        h: optionalPoint(g1),
        piKzg: optionalPoint(g1),
      }),
      ({ hatT, h, piKzg, ...proof }, fail) => {
        type Part = { point: Point };
        const parts = allOrNone<{ hatT: Part; h: Part; piKzg: Part }>({ hatT, h, piKzg });
        if (parts === null) return fail(INCOMPLETE);
        const forVerifier = parts && { hatT: parts.hatT.point, h: parts.h.point, piKzg: parts.piKzg.point };
        return { ...proof, forVerifier };
      },
      notWritten,
    ),
  },
);

/** A proof of version 2 without what stands around it. */
export const version2Codec: Codec<ProofV2> = version2;

export type AnyProof = Variant<{ PkeV1: ProofV1; PkeV2: ProofV2 }>;

/** `CompactPkeProof`. */
export const proofValue: Codec<AnyProof> = versioned(2, union({ PkeV1: version1, PkeV2: version2 }));

export const proofCodec: Codec<AnyProof> = standalone("zk::CompactPkeProof", proofValue);
