import { introduce, PERMIT } from "../../opaque.ts";
import type { Width } from "../../wire/core/types.ts";
import { FheInteger, type FheIntegerType, makerOf } from "./fhe-integer.ts";

/** An encrypted unsigned integer of `W` bits, at rest. */
export class FheUint<W extends Width> extends FheInteger<W> {
  static {
    introduce(FheUint, { name: "FheUint" });
  }

  override readonly signed = false;
}

/** The maker of the unsigned integers of one width. */
export type FheUintType<W extends Width> = FheIntegerType<FheUint<W>>;

function uint<W extends Width>(width: W): FheUintType<W> {
  return makerOf({ width, signed: false }, (content) => new FheUint<W>(PERMIT, content));
}

export const FheUint2: FheUintType<2> = uint(2);
export const FheUint4: FheUintType<4> = uint(4);
export const FheUint6: FheUintType<6> = uint(6);
export const FheUint8: FheUintType<8> = uint(8);
export const FheUint10: FheUintType<10> = uint(10);
export const FheUint12: FheUintType<12> = uint(12);
export const FheUint14: FheUintType<14> = uint(14);
export const FheUint16: FheUintType<16> = uint(16);
export const FheUint24: FheUintType<24> = uint(24);
export const FheUint32: FheUintType<32> = uint(32);
export const FheUint40: FheUintType<40> = uint(40);
export const FheUint48: FheUintType<48> = uint(48);
export const FheUint56: FheUintType<56> = uint(56);
export const FheUint64: FheUintType<64> = uint(64);
export const FheUint72: FheUintType<72> = uint(72);
export const FheUint80: FheUintType<80> = uint(80);
export const FheUint88: FheUintType<88> = uint(88);
export const FheUint96: FheUintType<96> = uint(96);
export const FheUint104: FheUintType<104> = uint(104);
export const FheUint112: FheUintType<112> = uint(112);
export const FheUint120: FheUintType<120> = uint(120);
export const FheUint128: FheUintType<128> = uint(128);
export const FheUint136: FheUintType<136> = uint(136);
export const FheUint144: FheUintType<144> = uint(144);
export const FheUint152: FheUintType<152> = uint(152);
export const FheUint160: FheUintType<160> = uint(160);
export const FheUint168: FheUintType<168> = uint(168);
export const FheUint176: FheUintType<176> = uint(176);
export const FheUint184: FheUintType<184> = uint(184);
export const FheUint192: FheUintType<192> = uint(192);
export const FheUint200: FheUintType<200> = uint(200);
export const FheUint208: FheUintType<208> = uint(208);
export const FheUint216: FheUintType<216> = uint(216);
export const FheUint224: FheUintType<224> = uint(224);
export const FheUint232: FheUintType<232> = uint(232);
export const FheUint240: FheUintType<240> = uint(240);
export const FheUint248: FheUintType<248> = uint(248);
export const FheUint256: FheUintType<256> = uint(256);
export const FheUint512: FheUintType<512> = uint(512);
export const FheUint1024: FheUintType<1024> = uint(1024);
export const FheUint2048: FheUintType<2048> = uint(2048);

export type FheUint2 = FheUint<2>;
export type FheUint4 = FheUint<4>;
export type FheUint6 = FheUint<6>;
export type FheUint8 = FheUint<8>;
export type FheUint10 = FheUint<10>;
export type FheUint12 = FheUint<12>;
export type FheUint14 = FheUint<14>;
export type FheUint16 = FheUint<16>;
export type FheUint24 = FheUint<24>;
export type FheUint32 = FheUint<32>;
export type FheUint40 = FheUint<40>;
export type FheUint48 = FheUint<48>;
export type FheUint56 = FheUint<56>;
export type FheUint64 = FheUint<64>;
export type FheUint72 = FheUint<72>;
export type FheUint80 = FheUint<80>;
export type FheUint88 = FheUint<88>;
export type FheUint96 = FheUint<96>;
export type FheUint104 = FheUint<104>;
export type FheUint112 = FheUint<112>;
export type FheUint120 = FheUint<120>;
export type FheUint128 = FheUint<128>;
export type FheUint136 = FheUint<136>;
export type FheUint144 = FheUint<144>;
export type FheUint152 = FheUint<152>;
export type FheUint160 = FheUint<160>;
export type FheUint168 = FheUint<168>;
export type FheUint176 = FheUint<176>;
export type FheUint184 = FheUint<184>;
export type FheUint192 = FheUint<192>;
export type FheUint200 = FheUint<200>;
export type FheUint208 = FheUint<208>;
export type FheUint216 = FheUint<216>;
export type FheUint224 = FheUint<224>;
export type FheUint232 = FheUint<232>;
export type FheUint240 = FheUint<240>;
export type FheUint248 = FheUint<248>;
export type FheUint256 = FheUint<256>;
export type FheUint512 = FheUint<512>;
export type FheUint1024 = FheUint<1024>;
export type FheUint2048 = FheUint<2048>;
