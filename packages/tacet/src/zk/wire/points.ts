import { type Codec, mapped, nothing, struct, union, versioned } from "../../wire/bincode/codec.ts";
import { bool, wordVector } from "../../wire/bincode/primitives.ts";
import type { CompressedPoint } from "../curve/decompress.ts";
import type { Point } from "../curve/group.ts";
import { BASE_FIELD, inverseOf } from "../kernel/prime-field.ts";

const { modulus: p } = BASE_FIELD;

/** Words of a coordinate, which TFHE-rs writes as it has it in memory: times 2^448. */
const WORDS = 7;
const MONTGOMERY = 2n ** 448n % p;
const MONTGOMERY_INVERSE = inverseOf(MONTGOMERY, p);

/** A point as it is read: it need not lie on the curve. */
export type WrittenPoint = Point | CompressedPoint;

export const isCompressed = (point: WrittenPoint): point is CompressedPoint =>
  point !== undefined && "compressed" in point;

/** `SerializableFp`. */
const residue: Codec<bigint> = mapped(
  versioned(0, struct({ val: wordVector })),
  ({ val }, fail) => {
    if (val.length !== WORDS) return fail(`a coordinate of ${val.length} words; expected ${WORDS}`);
    let value = 0n;
    for (let i = WORDS - 1; i >= 0; i--) value = (value << 64n) | val[i]!;
    if (value >= p) return fail("a coordinate that is not below the modulus");
    return (value * MONTGOMERY_INVERSE) % p;
  },
  (value) => {
    const raw = (value * MONTGOMERY) % p;
    return {
      val: BigUint64Array.from({ length: WORDS }, (_, i) => BigInt.asUintN(64, raw >> BigInt(64 * i))),
    };
  },
);

/** A coordinate of G1. */
const base: Codec<readonly bigint[]> = mapped(
  residue,
  (value): readonly bigint[] => [value],
  ([value]) => value!,
);

/** A coordinate of G2 (`SerializableQuadExtField`). */
const extension: Codec<readonly bigint[]> = mapped(
  versioned(0, struct({ c0: residue, c1: residue })),
  ({ c0, c1 }): readonly bigint[] => [c0, c1],
  ([c0, c1]) => ({ c0: c0!, c1: c1! }),
);

/** `SerializableAffine`. */
function affine(coordinate: Codec<readonly bigint[]>): Codec<WrittenPoint> {
  const variants = union({
    Infinity: nothing,
    Compressed: struct({ x: coordinate, largest: bool }),
    Uncompressed: struct({ x: coordinate, y: coordinate }),
  });
  return mapped(
    versioned(0, variants),
    (variant, fail): WrittenPoint => {
      switch (variant.kind) {
        case "Infinity":
          return undefined;
        case "Compressed":
          return { compressed: variant.value.x, largest: variant.value.largest };
        case "Uncompressed":
          if ([...variant.value.x, ...variant.value.y].every((part) => part === 0n))
            return fail("infinity written as a point (0, 0)");
          return variant.value;
      }
    },
    (point) => {
      if (point === undefined) return { kind: "Infinity", value: null } as const;
      if (isCompressed(point)) {
        return { kind: "Compressed", value: { x: point.compressed, largest: point.largest } } as const;
      }
      return { kind: "Uncompressed", value: point } as const;
    },
  );
}

export const g1Point: Codec<WrittenPoint> = affine(base);
export const g2Point: Codec<WrittenPoint> = affine(extension);
