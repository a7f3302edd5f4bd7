import { introduce, PERMIT } from "../../opaque.ts";
import type { Width } from "../../wire/core/types.ts";
import { FheInteger, type FheIntegerType, makerOf } from "./fhe-integer.ts";

/** An encrypted signed integer of `W` bits, at rest. */
export class FheInt<W extends Width> extends FheInteger<W> {
  static {
    introduce(FheInt, {
      name: "FheInt",
      source: "encrypt and deserialize of a type, such as FheInt8, give one",
    });
  }

  override readonly signed = true;
}

/** The maker of the signed integers of one width. */
export type FheIntType<W extends Width> = FheIntegerType<FheInt<W>>;

function int<W extends Width>(width: W): FheIntType<W> {
  return makerOf({ width, signed: true }, (content) => new FheInt<W>(PERMIT, content));
}

export const FheInt2: FheIntType<2> = int(2);
export const FheInt4: FheIntType<4> = int(4);
export const FheInt6: FheIntType<6> = int(6);
export const FheInt8: FheIntType<8> = int(8);
export const FheInt10: FheIntType<10> = int(10);
export const FheInt12: FheIntType<12> = int(12);
export const FheInt14: FheIntType<14> = int(14);
export const FheInt16: FheIntType<16> = int(16);
export const FheInt24: FheIntType<24> = int(24);
export const FheInt32: FheIntType<32> = int(32);
export const FheInt40: FheIntType<40> = int(40);
export const FheInt48: FheIntType<48> = int(48);
export const FheInt56: FheIntType<56> = int(56);
export const FheInt64: FheIntType<64> = int(64);
export const FheInt72: FheIntType<72> = int(72);
export const FheInt80: FheIntType<80> = int(80);
export const FheInt88: FheIntType<88> = int(88);
export const FheInt96: FheIntType<96> = int(96);
export const FheInt104: FheIntType<104> = int(104);
export const FheInt112: FheIntType<112> = int(112);
export const FheInt120: FheIntType<120> = int(120);
export const FheInt128: FheIntType<128> = int(128);
export const FheInt136: FheIntType<136> = int(136);
export const FheInt144: FheIntType<144> = int(144);
export const FheInt152: FheIntType<152> = int(152);
export const FheInt160: FheIntType<160> = int(160);
export const FheInt168: FheIntType<168> = int(168);
export const FheInt176: FheIntType<176> = int(176);
export const FheInt184: FheIntType<184> = int(184);
export const FheInt192: FheIntType<192> = int(192);
export const FheInt200: FheIntType<200> = int(200);
export const FheInt208: FheIntType<208> = int(208);
export const FheInt216: FheIntType<216> = int(216);
export const FheInt224: FheIntType<224> = int(224);
export const FheInt232: FheIntType<232> = int(232);
export const FheInt240: FheIntType<240> = int(240);
export const FheInt248: FheIntType<248> = int(248);
export const FheInt256: FheIntType<256> = int(256);
export const FheInt512: FheIntType<512> = int(512);
export const FheInt1024: FheIntType<1024> = int(1024);
export const FheInt2048: FheIntType<2048> = int(2048);

export type FheInt2 = FheInt<2>;
export type FheInt4 = FheInt<4>;
export type FheInt6 = FheInt<6>;
export type FheInt8 = FheInt<8>;
export type FheInt10 = FheInt<10>;
export type FheInt12 = FheInt<12>;
export type FheInt14 = FheInt<14>;
export type FheInt16 = FheInt<16>;
export type FheInt24 = FheInt<24>;
export type FheInt32 = FheInt<32>;
export type FheInt40 = FheInt<40>;
export type FheInt48 = FheInt<48>;
export type FheInt56 = FheInt<56>;
export type FheInt64 = FheInt<64>;
export type FheInt72 = FheInt<72>;
export type FheInt80 = FheInt<80>;
export type FheInt88 = FheInt<88>;
export type FheInt96 = FheInt<96>;
export type FheInt104 = FheInt<104>;
export type FheInt112 = FheInt<112>;
export type FheInt120 = FheInt<120>;
export type FheInt128 = FheInt<128>;
export type FheInt136 = FheInt<136>;
export type FheInt144 = FheInt<144>;
export type FheInt152 = FheInt<152>;
export type FheInt160 = FheInt<160>;
export type FheInt168 = FheInt<168>;
export type FheInt176 = FheInt<176>;
export type FheInt184 = FheInt<184>;
export type FheInt192 = FheInt<192>;
export type FheInt200 = FheInt<200>;
export type FheInt208 = FheInt<208>;
export type FheInt216 = FheInt<216>;
export type FheInt224 = FheInt<224>;
export type FheInt232 = FheInt<232>;
export type FheInt240 = FheInt<240>;
export type FheInt248 = FheInt<248>;
export type FheInt256 = FheInt<256>;
export type FheInt512 = FheInt<512>;
export type FheInt1024 = FheInt<1024>;
export type FheInt2048 = FheInt<2048>;
