import { readFileSync } from "node:fs";
import type { Block } from "../../src/graph/block.ts";
import { Builder } from "../../src/graph/builder.ts";
import { plan } from "../../src/graph/plan.ts";
import { BATCH, type Workforce } from "../../src/graph/workforce/batch.ts";
import { abs } from "../../src/integer/arithmetic/absolute.ts";
import { add, neg, sub } from "../../src/integer/arithmetic/add.ts";
import { addColumns, carryOut, columnsOf, negateColumns } from "../../src/integer/arithmetic/columns.ts";
import { divRem } from "../../src/integer/arithmetic/divide.ts";
import { booleanDotProduct } from "../../src/integer/arithmetic/dot-product.ts";
import { product } from "../../src/integer/arithmetic/multiply.ts";
import { multiplyDivide } from "../../src/integer/arithmetic/multiply-divide.ts";
import {
  overflowingAdd,
  overflowingMul,
  overflowingNeg,
  overflowingSub,
} from "../../src/integer/arithmetic/overflow.ts";
import { bitAnd, bitNot, bitOr, bitXor } from "../../src/integer/bits/bitwise.ts";
import { countOnes, countZeros } from "../../src/integer/bits/count.ts";
import { leadingOnes, leadingZeros, trailingOnes, trailingZeros } from "../../src/integer/bits/leading.ts";
import { checkedIlog2, ilog2 } from "../../src/integer/bits/logarithm.ts";
import { isEven, isOdd } from "../../src/integer/bits/parity.ts";
import { reverseBits } from "../../src/integer/bits/reverse.ts";
import { rotateLeft, rotateRight } from "../../src/integer/bits/rotate.ts";
import { shiftLeft, shiftRight } from "../../src/integer/bits/shift.ts";
import { rotateLeftBy, rotateRightBy, shiftLeftBy, shiftRightBy } from "../../src/integer/bits/shift-by.ts";
import { bitSlice } from "../../src/integer/bits/slice.ts";
import { resize } from "../../src/integer/cast.ts";
import { flip, ifThenZero } from "../../src/integer/choice/flip.ts";
import { select } from "../../src/integer/choice/select.ts";
import { sortByKey } from "../../src/integer/choice/sort.ts";
import { clearRadix } from "../../src/integer/clear.ts";
import { ge, gt, le, lt, max, min } from "../../src/integer/comparison/compare.ts";
import { eq, ne } from "../../src/integer/comparison/equal.ts";
import type { Radix } from "../../src/integer/radix.ts";
import { bitsForRange, randomRadix, scaleRandom } from "../../src/integer/random.ts";
import { anySelected, selected, selectors } from "../../src/integer/table/look-up.ts";
import { matchValue, matchValueOr } from "../../src/integer/table/match.ts";
import {
  arrayEquals,
  contains,
  containsSubSlice,
  firstIndexOf,
  indexOf,
} from "../../src/integer/table/search.ts";
import { messageBits } from "../../src/parameters/parameter-set.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";

export const WIDTHS = [8, 16, 32, 64, 128] as const;
export type CostWidth = (typeof WIDTHS)[number];
export type Sign = "unsigned" | "signed";
/** Whether the second operand, or what stands for it, is encrypted. */
export type Operands = "encrypted" | "clear";

/** What an operation takes at each of `WIDTHS`; `null` where there is no such operation. */
export type ByWidth<T> = Readonly<Record<CostWidth, T | null>>;

export interface Cost {
  readonly rotations: number;
  readonly depth: number;
}

/** A row of the table of costs. */
export interface Row {
  readonly name: string;
  readonly sign: Sign;
  readonly operands: Operands;
  /** As few rotations as can be. */
  readonly serial: ByWidth<Cost>;
  /** As an engine of 64 threads plans it. */
  readonly parallel: ByWidth<Cost>;
  /** Bootstraps of TFHE-rs. */
  readonly peer: ByWidth<number>;
}

/** What an operation is built from. */
interface Setting {
  readonly builder: Builder;
  readonly width: CostWidth;
  readonly signed: boolean;
  /** A new encrypted integer. */
  readonly integer: (width?: number) => Radix;
  readonly flag: () => Block;
  /** Clear integer number `i`, as unsigned, and as a radix. */
  readonly value: (i: number) => bigint;
  readonly clear: (i: number) => Radix;
  /** The second operand: encrypted, or a clear integer. */
  readonly second: () => Radix;
}

type Build = (setting: Setting) => readonly Block[] | null;

interface Entry {
  readonly name: string;
  /** What TFHE-rs's counts call it. */
  readonly peer: string;
  readonly build: Build;
  readonly operands: readonly Operands[];
  readonly signs: readonly Sign[];
}

const BOTH: readonly Sign[] = ["unsigned", "signed"];

function entry(
  name: string,
  build: Build,
  {
    peer = name,
    operands = ["encrypted"],
    signs = ["unsigned"],
  }: Partial<Omit<Entry, "name" | "build">> = {},
): Entry {
  return { name, build, peer, operands, signs };
}

const binary = (
  name: string,
  operation: (builder: Builder, a: Radix, b: Radix, signed: boolean) => Radix | Block,
  signs: readonly Sign[] = ["unsigned"],
): Entry =>
  entry(
    name,
    ({ builder, integer, second, signed }) => [operation(builder, integer(), second(), signed)].flat(),
    {
      operands: ["encrypted", "clear"],
      signs,
    },
  );

const unary = (
  name: string,
  operation: (builder: Builder, a: Radix, signed: boolean) => Radix | Block,
  signs: readonly Sign[] = ["unsigned"],
): Entry =>
  entry(name, ({ builder, integer, signed }) => [operation(builder, integer(), signed)].flat(), { signs });

const move = (
  name: string,
  peer: string,
  clear: (builder: Builder, a: Radix, amount: number, signed: boolean) => Radix,
  encrypted: (builder: Builder, a: Radix, amount: Radix, signed: boolean) => Radix,
  signs: readonly Sign[] = ["unsigned"],
): Entry[] => [
  entry(name, ({ builder, integer, signed }) => encrypted(builder, integer(), integer(), signed), {
    peer,
    signs,
  }),
  entry(`${name} 3`, ({ builder, integer, signed }) => clear(builder, integer(), 3, signed), {
    ...{ peer, signs, operands: ["clear"] },
  }),
  entry(`${name} 4`, ({ builder, integer, signed }) => clear(builder, integer(), 4, signed), {
    ...{ peer: `${peer}4`, signs, operands: ["clear"] },
  }),
];

const sumOf = (count: number): Entry =>
  entry(
    `sum of ${count}`,
    ({ builder, integer }) => {
      const addends = Array.from({ length: count }, () => columnsOf(integer()));
      return carryOut(builder, addColumns(addends));
    },
    { peer: `sum${count}` },
  );

const sixteen = ({ integer }: Setting): Radix[] => Array.from({ length: 16 }, () => integer());
const sixteenClear = ({ clear }: Setting): Radix[] => Array.from({ length: 16 }, (_, i) => clear(2 * i + 1));
const found = ({ index, found: flag }: { index: Radix; found: Block }): Block[] => [...index, flag];

/** Keys and values as a store of 16 entries has them. */
const store = (setting: Setting): { keys: bigint[]; values: Radix[]; key: Radix } => ({
  keys: Array.from({ length: 16 }, (_, i) => BigInt(3 * i)),
  values: sixteen(setting),
  key: setting.integer(8),
});

const random = ({ builder }: Setting, bits: number): Block[] =>
  Array.from({ length: Math.ceil(bits / messageBits(builder.parameters)) }, () =>
    builder.input({ max: builder.parameters.messageModulus - 1, form: "random" }),
  );

const range = (name: string, peer: string, bound: bigint): Entry =>
  entry(
    name,
    (setting) => {
      if (bound >= 1n << BigInt(setting.width)) return null;
      const bits = bitsForRange(bound, 2 ** -128, setting.builder.parameters);
      const { length } = setting.integer();
      const inputs = random(setting, bits);
      return scaleRandom(setting.builder, randomRadix(setting.builder, inputs, inputs.length), bound, length);
    },
    { peer, operands: ["clear"] },
  );

/** Every operation, as families in the order of the documentation. */
const CATALOGUE: Readonly<Record<string, readonly Entry[]>> = {
  Arithmetic: [
    binary("add", add),
    binary("sub", sub),
    entry(
      "clear − encrypted",
      ({ builder, integer, clear }) => {
        const [a, b] = [columnsOf(clear(1)), negateColumns(builder, columnsOf(integer()))];
        return carryOut(builder, addColumns([a, b]));
      },
      { peer: "subFromClear", operands: ["clear"] },
    ),
    unary("neg", neg),
    unary("abs", abs, ["signed"]),
    binary("mul", (builder, a, b) => carryOut(builder, product(builder, a, b))),
    entry("square", ({ builder, integer }) => {
      const a = integer();
      return carryOut(builder, product(builder, a, a));
    }),
    entry(
      "a·b + c·d",
      ({ builder, integer, second }) => {
        const products = [product(builder, integer(), second()), product(builder, integer(), second())];
        return carryOut(builder, addColumns(products));
      },
      { peer: "mulAdd", operands: ["encrypted", "clear"] },
    ),
    binary("div", (...operands) => divRem(...operands).quotient, BOTH),
    binary("rem", (...operands) => divRem(...operands).remainder, BOTH),
    binary(
      "divRem",
      (...operands) => {
        const { quotient, remainder } = divRem(...operands);
        return [...quotient, ...remainder];
      },
      BOTH,
    ),
    entry(
      "mulDiv",
      ({ builder, integer, clear, signed }) =>
        multiplyDivide(builder, integer(), integer(), clear(1), signed),
      { peer: "fusedMulDiv", signs: BOTH },
    ),
    sumOf(3),
    sumOf(4),
    sumOf(16),
    sumOf(64),
    entry(
      "dotProduct of 16 truth values",
      ({ builder, integer, flag, value }) => {
        const flags = Array.from({ length: 16 }, flag);
        const weights = flags.map((_, i) => value(2 * i + 1));
        return carryOut(builder, booleanDotProduct(builder, flags, weights, integer().length));
      },
      { peer: "dotProduct16", operands: ["clear"] },
    ),
    entry("oneHotDotProduct of 16", ({ builder, integer, flag }) => {
      const flags = Array.from({ length: 16 }, flag);
      return [
        ...selected(
          builder,
          flags,
          flags.map(() => integer()),
        ).value,
      ];
    }),
  ],
  "Overflow forms": [
    ...(
      [
        ["overflowingAdd", overflowingAdd],
        ["overflowingSub", overflowingSub],
        ["overflowingMul", overflowingMul],
      ] as const
    ).map(([name, operation]) =>
      binary(
        name,
        (...operands) => {
          const { value, overflowed } = operation(...operands);
          return [...value, overflowed];
        },
        BOTH,
      ),
    ),
    unary(
      "overflowingNeg",
      (...operands) => {
        const { value, overflowed } = overflowingNeg(...operands);
        return [...value, overflowed];
      },
      BOTH,
    ),
  ],
  Comparisons: [
    binary("eq", eq),
    binary("ne", ne),
    ...(
      [
        ["lt", lt],
        ["le", le],
        ["gt", gt],
        ["ge", ge],
        ["min", min],
        ["max", max],
      ] as const
    ).map(([name, operation]) => binary(name, operation, BOTH)),
  ],
  Bits: [
    binary("and", bitAnd),
    binary("or", bitOr),
    binary("xor", bitXor),
    unary("not", bitNot),
    ...move("shl", "shl", shiftLeft, shiftLeftBy),
    ...move("shr", "shr", shiftRight, shiftRightBy, BOTH),
    ...move("rotl", "rotateLeft", rotateLeft, rotateLeftBy),
    ...move("rotr", "rotateRight", rotateRight, rotateRightBy),
    unary("reverseBits", reverseBits),
    entry("bitSlice", ({ builder, integer, width }) => bitSlice(builder, integer(), 3, width - 1), {
      operands: ["clear"],
    }),
    unary("isEven", isEven),
    unary("isOdd", isOdd),
    unary("countOnes", countOnes),
    unary("countZeros", countZeros),
    unary("leadingZeros", leadingZeros),
    unary("leadingOnes", leadingOnes),
    unary("trailingZeros", trailingZeros),
    unary("trailingOnes", trailingOnes),
    unary("ilog2", ilog2),
    unary(
      "checkedIlog2",
      (...operands) => {
        const { value, positive } = checkedIlog2(...operands);
        return [...value, positive];
      },
      BOTH,
    ),
  ],
  "Choice and casts": [
    entry("select", ({ builder, flag, integer, second }) => select(builder, flag(), integer(), second()), {
      operands: ["encrypted", "clear"],
    }),
    entry("select between clear", ({ builder, flag, clear }) => select(builder, flag(), clear(1), clear(2)), {
      ...{ peer: "selectBothClear", operands: ["clear"] },
    }),
    entry("ifThenZero", ({ builder, flag, integer }) => ifThenZero(builder, flag(), integer())),
    entry("flip", ({ builder, flag, integer, second }) => flip(builder, flag(), integer(), second()).flat(), {
      operands: ["encrypted", "clear"],
    }),
    entry(
      "cast to twice the width",
      ({ builder, integer, signed }) => {
        const a = integer();
        return resize(builder, a, 2 * a.length, signed);
      },
      { peer: "castDouble", signs: BOTH },
    ),
    entry(
      "cast to half the width",
      ({ builder, integer }) => {
        const a = integer();
        return resize(builder, a, a.length / 2);
      },
      { peer: "castHalf" },
    ),
    entry(
      "cast of a truth value",
      ({ builder, flag, integer }) => resize(builder, [flag()], integer().length),
      {
        peer: "castBool",
      },
    ),
  ],
  "Tables and searches": [
    ...[16, 256].flatMap((size) => {
      const table = ({ value, width }: Setting): ReadonlyMap<bigint, bigint> | null => {
        if (size === 16)
          return new Map(Array.from({ length: 16 }, (_, i) => [value(2 * i + 1), value(2 * i + 2)]));
        if (width !== 8) return null;
        return new Map(Array.from({ length: 256 }, (_, i) => [BigInt(i), BigInt((i * 167 + 13) & 255)]));
      };
      return [
        entry(
          `matchValue, ${size} entries`,
          (setting) => {
            const entries = table(setting);
            const a = setting.integer();
            if (entries === null) return null;
            const { value, matched } = matchValue(setting.builder, a, entries, a.length);
            return [...value, matched];
          },
          { peer: `matchValue${size}` },
        ),
        entry(
          `matchValueOr, ${size} entries`,
          (setting) => {
            const entries = table(setting);
            const a = setting.integer();
            return entries && matchValueOr(setting.builder, a, entries, setting.value(1), a.length);
          },
          { peer: `matchValueOr${size}` },
        ),
      ];
    }),
    entry("contains, 16", (s) => [contains(s.builder, sixteen(s), s.second())], {
      ...{ peer: "contains", operands: ["encrypted", "clear"] },
    }),
    entry("is one of 16 clear", (s) => [contains(s.builder, sixteenClear(s), s.integer())], {
      ...{ peer: "isInClears", operands: ["clear"] },
    }),
    entry("indexOf, 16", (s) => found(indexOf(s.builder, sixteen(s), s.second())), {
      ...{ peer: "indexOf", operands: ["encrypted", "clear"] },
    }),
    entry("index in 16 clear", (s) => found(indexOf(s.builder, sixteenClear(s), s.integer())), {
      ...{ peer: "indexInClears", operands: ["clear"] },
    }),
    entry("firstIndexOf, 16", (s) => found(firstIndexOf(s.builder, sixteen(s), s.second())), {
      ...{ peer: "firstIndexOf", operands: ["encrypted", "clear"] },
    }),
    entry("first index in 16 clear", (s) => found(firstIndexOf(s.builder, sixteenClear(s), s.integer())), {
      ...{ peer: "firstIndexInClears", operands: ["clear"] },
    }),
    entry("equality of arrays of 16", (s) => [arrayEquals(s.builder, sixteen(s), sixteen(s))], {
      peer: "arrayEq16",
    }),
    entry("4 in a row within 16", (s) => [containsSubSlice(s.builder, sixteen(s), sixteen(s).slice(0, 4))], {
      peer: "arrayContainsSubSlice16And4",
    }),
    entry(
      "KeyValueStore.get, 16 entries",
      (setting) => {
        const { keys, values, key } = store(setting);
        const flags = selectors(setting.builder, keys, key);
        const { value, found: flag } = selected(setting.builder, flags, values);
        return [...value, flag];
      },
      { peer: "storeGet16" },
    ),
    entry(
      "KeyValueStore.contains",
      (setting) => {
        const { keys, key } = store(setting);
        return [
          contains(
            setting.builder,
            keys.map((clear) => clearRadix(setting.builder, clear, key.length)),
            key,
          ),
        ];
      },
      { peer: "storeContainsKey16" },
    ),
    entry(
      "KeyValueStore.update",
      (setting) => {
        const { keys, values, key } = store(setting);
        const { builder } = setting;
        const next = setting.integer();
        const flags = selectors(builder, keys, key);
        return [
          ...values.flatMap((value, i) => select(builder, flags[i], next, value)),
          anySelected(builder, flags),
        ];
      },
      { peer: "storeUpdate16" },
    ),
    entry(
      "KeyValueStore.map, + 1",
      (setting) => {
        const { keys, values, key } = store(setting);
        const { builder } = setting;
        const flags = selectors(builder, keys, key);
        const { value: old, found: flag } = selected(builder, flags, values);
        const next = add(builder, old, clearRadix(builder, 1n, old.length));
        return [
          ...old,
          ...next,
          ...values.flatMap((value, i) => select(builder, flags[i], next, value)),
          flag,
        ];
      },
      { peer: "storeMap16" },
    ),
    entry(
      "shuffle, 8 by keys of 16 bits",
      (setting) => {
        const { builder, integer } = setting;
        const items = Array.from({ length: 8 }, () => ({
          key: randomRadix(builder, random(setting, 16), 8),
          value: integer(),
        }));
        return sortByKey(builder, items).flatMap(({ value }) => value);
      },
      { peer: "bitonicShuffle8" },
    ),
  ],
  "Random values": [
    entry(
      "random",
      (setting) => {
        const { length } = setting.integer();
        return randomRadix(setting.builder, random(setting, setting.width), length);
      },
      { operands: ["clear"] },
    ),
    entry(
      "random, half the bits and one",
      (setting) => {
        const { length } = setting.integer();
        return randomRadix(setting.builder, random(setting, setting.width / 2 + 1), length);
      },
      { peer: "randomBounded", operands: ["clear"] },
    ),
    range("random below 10", "randomRange10", 10n),
    range("random below 1000", "randomRange1000", 1000n),
    range("random below 2^40 + 1", "randomRange2Pow40Plus1", (1n << 40n) + 1n),
  ],
};

/** The fraction of the golden ratio, whose multiples serve as integers without structure. */
const GOLDEN = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c834n;

function settingOf(width: CostWidth, sign: Sign, operands: Operands): Setting {
  const builder = new Builder(DEFAULT_PARAMETERS);
  const digits = width / messageBits(DEFAULT_PARAMETERS);
  const signed = sign === "signed";
  // A positive second operand, as TFHE-rs's counts have it.
  const value = (i: number): bigint => BigInt.asUintN(128, GOLDEN * BigInt(i)) >> BigInt(128 - width);
  const clear = (i: number): Radix => clearRadix(builder, signed ? value(i) >> 1n : value(i), digits);
  const integer = (bits: number = width): Radix =>
    Array.from({ length: bits / messageBits(DEFAULT_PARAMETERS) }, () =>
      builder.input({ max: DEFAULT_PARAMETERS.messageModulus - 1 }),
    );
  return {
    ...{ builder, width, signed, integer, value, clear },
    flag: () => builder.input({ max: 1 }),
    second: () => (operands === "clear" ? clear(1) : integer()),
  };
}

function costOf(
  { build }: Entry,
  width: CostWidth,
  sign: Sign,
  operands: Operands,
  workforce: Workforce,
): Cost | null {
  const setting = settingOf(width, sign, operands);
  const blocks = build(setting);
  if (blocks === null) return null;
  const results = blocks.map((block) => setting.builder.refresh(block));
  const { rotations, depth } = plan(results, DEFAULT_PARAMETERS, workforce);
  return { rotations: rotations.length, depth };
}

type Counts = Record<string, Record<Sign, Record<Operands, Record<string, number>>>>;

/** The table of costs, by family. */
export function costs(): Record<string, Row[]> {
  const file = new URL("../peers/tfhe-rs-counts/counts.json", import.meta.url);
  const { counts } = JSON.parse(readFileSync(file, "utf8")) as { counts: Counts };
  const byWidth = <T>(of: (width: CostWidth) => T | null): ByWidth<T> =>
    Object.fromEntries(WIDTHS.map((width) => [width, of(width)])) as ByWidth<T>;
  const row = (of: Entry, sign: Sign, operands: Operands): Row => {
    const peer = counts[of.peer]?.[sign]?.[operands];
    return {
      ...{ name: of.name, sign, operands },
      serial: byWidth((width) => costOf(of, width, sign, operands, { threads: 1, batch: 1 })),
      parallel: byWidth((width) => costOf(of, width, sign, operands, { threads: 64, batch: BATCH })),
      peer: byWidth((width) => peer?.[width] ?? null),
    };
  };
  return Object.fromEntries(
    Object.entries(CATALOGUE).map(([family, entries]) => [
      family,
      entries.flatMap((of) =>
        of.signs.flatMap((sign) => of.operands.map((operands) => row(of, sign, operands))),
      ),
    ]),
  );
}
