import { blsBasic } from "@noble/curves/abstract/bls.js";
import { Field } from "@noble/curves/abstract/modular.js";
import { type Fp2 as Extension, type Fp12, tower12 } from "@noble/curves/abstract/tower.js";
import { type WeierstrassPointCons, weierstrass } from "@noble/curves/abstract/weierstrass.js";
import { G1, G2 } from "../../src/zk/curve/group.ts";
import { BASE_FIELD, BLS_X, SCALAR_FIELD } from "../../src/zk/kernel/prime-field.ts";

/** BLS12-446 of an independent implementation, which is given nothing but the curve's parameters. */

const p = BASE_FIELD.modulus;
const r = SCALAR_FIELD.modulus;

/** What the pairing's value is raised to: three times what is needed, as TFHE-rs does. */
const exponent = (3n * (p ** 12n - 1n)) / r;

export const fields: ReturnType<typeof tower12> = tower12({
  ORDER: p,
  X_LEN: (-BLS_X).toString(2).length,
  FP2_NONRESIDUE: [1n, 1n],
  Fp2mulByB: ({ c0, c1 }: Extension) => ({ c0: Fp.sub(c0, c1), c1: Fp.add(c0, c1) }),
  Fp12finalExponentiate: (value: Fp12) => fields.Fp12.pow(value, exponent),
});
const { Fp, Fp2 } = fields;

const [x0, x1] = G2.generator.x;
const [y0, y1] = G2.generator.y;

export const OracleG1: WeierstrassPointCons<bigint> = weierstrass(
  { p, n: r, h: (BLS_X - 1n) ** 2n / 3n, a: 0n, b: 1n, Gx: G1.generator.x[0]!, Gy: G1.generator.y[0]! },
  { Fp, Fn: Field(r) },
);

export const OracleG2: WeierstrassPointCons<Extension> = weierstrass(
  {
    p: Fp2.ORDER,
    n: r,
    h:
      (BLS_X ** 8n -
        4n * BLS_X ** 7n +
        5n * BLS_X ** 6n -
        4n * BLS_X ** 4n +
        6n * BLS_X ** 3n -
        4n * BLS_X ** 2n -
        4n * BLS_X +
        13n) /
      9n,
    a: Fp2.ZERO,
    b: Fp2.fromBigTuple([1n, 1n]),
    Gx: Fp2.fromBigTuple([x0!, x1!]),
    Gy: Fp2.fromBigTuple([y0!, y1!]),
  },
  { Fp: Fp2, Fn: Field(r), allowInfinityPoint: true },
);

export const oracle: ReturnType<typeof blsBasic> = blsBasic({ ...fields, Fr: Field(r) }, OracleG1, OracleG2, {
  ateLoopSize: -BLS_X,
  xNegative: true,
  twistType: "multiplicative",
});
