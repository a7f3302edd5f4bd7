import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Block, Source } from "../../src/graph/block.ts";
import { Builder } from "../../src/graph/builder.ts";
import { interpret } from "../../src/graph/interpret.ts";
import { interpretPlan } from "../../src/graph/interpret-plan.ts";
import { plan } from "../../src/graph/plan.ts";
import { abs, negateIf } from "../../src/integer/arithmetic/absolute.ts";
import { neg } from "../../src/integer/arithmetic/add.ts";
import { addColumns, carryOut, columnsOf, negateColumns } from "../../src/integer/arithmetic/columns.ts";
import { divRem } from "../../src/integer/arithmetic/divide.ts";
import { booleanDotProduct, dotProduct } from "../../src/integer/arithmetic/dot-product.ts";
import { product } from "../../src/integer/arithmetic/multiply.ts";
import { multiplyDivide } from "../../src/integer/arithmetic/multiply-divide.ts";
import { overflowingAdd, overflowingMul, overflowingSub } from "../../src/integer/arithmetic/overflow.ts";
import { bitAnd, bitNot, bitOr } from "../../src/integer/bits/bitwise.ts";
import { countOnes } from "../../src/integer/bits/count.ts";
import { leadingZeros, trailingOnes } from "../../src/integer/bits/leading.ts";
import { checkedIlog2 } from "../../src/integer/bits/logarithm.ts";
import { isOdd } from "../../src/integer/bits/parity.ts";
import { reverseBits } from "../../src/integer/bits/reverse.ts";
import { rotateLeft } from "../../src/integer/bits/rotate.ts";
import { rotateLeftBy, shiftLeftBy, shiftRightBy } from "../../src/integer/bits/shift-by.ts";
import { bitSlice } from "../../src/integer/bits/slice.ts";
import { resize } from "../../src/integer/cast.ts";
import { flip, ifThenZero } from "../../src/integer/choice/flip.ts";
import { sortByKey } from "../../src/integer/choice/sort.ts";
import { clearRadix } from "../../src/integer/clear.ts";
import { lt } from "../../src/integer/comparison/compare.ts";
import { eq } from "../../src/integer/comparison/equal.ts";
import { digitNoise, isClear, type Radix } from "../../src/integer/radix.ts";
import { selected, selectors } from "../../src/integer/table/look-up.ts";
import { matchValueOr } from "../../src/integer/table/match.ts";
import { firstIndexOf, firstOf } from "../../src/integer/table/search.ts";
import { blockCapacity, messageBits } from "../../src/parameters/parameter-set.ts";
import { sampleCount } from "../samples.ts";
import { assign, expectDigits, inputRadix, integer, join, SHAPES } from "./operations.ts";

interface Known {
  readonly radix: Radix;
  readonly value: bigint;
}
interface Flag {
  readonly block: Block;
  readonly value: boolean;
}

/** What a step of a program is made from: results so far, and clear values. */
interface Step {
  readonly builder: Builder;
  readonly width: number;
  readonly signed: boolean;
  readonly read: (value: bigint) => bigint;
  readonly a: Known;
  readonly b: Known;
  readonly many: readonly Known[];
  readonly flag: Flag;
  readonly flags: readonly Flag[];
  readonly clear: readonly bigint[];
}
type Result = readonly [Radix, bigint] | readonly [Block, boolean];

const bits = (value: bigint, width: number): string => value.toString(2).padStart(width, "0");
const turn = (value: bigint, places: number, width: number): bigint => {
  const text = bits(value, width);
  return BigInt(`0b${text.slice(places)}${text.slice(0, places)}`);
};
const blocks = (flags: readonly Flag[]): Block[] => flags.map(({ block }) => block);
const radixes = (many: readonly Known[]): Radix[] => many.map(({ radix }) => radix);

/** Steps whose results have digits that are narrow, clear, or come again, and those that are likely to mind that. */
const STEPS: Readonly<Record<string, (step: Step) => Result[]>> = {
  divRem: ({ builder, a, b, signed, read }) => {
    if (isClear(b.radix) && b.value === 0n) return [];
    const { quotient, remainder } = divRem(builder, a.radix, b.radix, signed);
    const [x, y] = [read(a.value), read(b.value)];
    if (y !== 0n)
      return [
        [quotient, x / y],
        [remainder, x % y],
      ];
    return [
      [quotient, x < 0n ? 1n : -1n],
      [remainder, x],
    ];
  },
  mulDiv: ({ builder, a, b, clear: [by], signed, read, width }) => {
    if (by === 0n || width > 12) return [];
    const quotient = multiplyDivide(
      builder,
      a.radix,
      b.radix,
      clearRadix(builder, by, a.radix.length),
      signed,
    );
    return [[quotient, (read(a.value) * read(b.value)) / read(by)]];
  },
  overflowing: ({ builder, a, b, signed, read, width }) =>
    (
      [
        [overflowingAdd, read(a.value) + read(b.value)],
        [overflowingSub, read(a.value) - read(b.value)],
        ...(width > 12 ? [] : [[overflowingMul, read(a.value) * read(b.value)] as const]),
      ] as const
    ).flatMap(([operation, exact]): Result[] => {
      const { value, overflowed } = operation(builder, a.radix, b.radix, signed);
      return [
        [value, exact],
        [overflowed, read(BigInt.asUintN(width, exact)) !== exact],
      ];
    }),
  abs: ({ builder, a, width }) => {
    const value = BigInt.asIntN(width, a.value);
    return [[abs(builder, a.radix), value < 0n ? -value : value]];
  },
  negateIf: ({ builder, a, flag }) => [
    [negateIf(builder, flag.block, a.radix), flag.value ? -a.value : a.value],
  ],
  sums: ({ builder, a, b, many, width }) => {
    const parts = many.map(({ radix, value }, i) => ({
      columns: i % 2 ? negateColumns(builder, columnsOf(radix)) : columnsOf(radix),
      value: i % 2 ? -value : value,
    }));
    if (width <= 12) parts.push({ columns: product(builder, a.radix, b.radix), value: a.value * b.value });
    const columns = addColumns(parts.map((part) => part.columns));
    return [[carryOut(builder, columns), parts.reduce((sum, { value }) => sum + value, 0n)]];
  },
  dotProducts: ({ builder, a, many, flags, clear }) => {
    const { length } = a.radix;
    const weights = many.map((_, i) => clear[i % clear.length]);
    const factors = flags.map((_, i) => clear[i % clear.length]);
    return [
      [
        carryOut(builder, dotProduct(builder, radixes(many), weights)),
        many.reduce((sum, { value }, i) => sum + value * weights[i], 0n),
      ],
      [
        carryOut(builder, booleanDotProduct(builder, blocks(flags), factors, length)),
        flags.reduce((sum, { value }, i) => sum + (value ? factors[i] : 0n), 0n),
      ],
    ];
  },
  shifts: ({ builder, a, b, signed, read, width }) => {
    const amount = b.value > width ? BigInt(width) : b.value;
    return [
      [shiftLeftBy(builder, a.radix, b.radix), a.value << amount],
      [shiftRightBy(builder, a.radix, b.radix, signed), read(a.value) >> amount],
    ];
  },
  rotations: ({ builder, a, b, clear: [by], width }) => {
    const places = Number(b.value % 2n ** BigInt(Math.ceil(Math.log2(width)))) % width;
    const clear = Number(by % BigInt(width));
    return [
      [rotateLeftBy(builder, a.radix, b.radix), turn(a.value, places, width)],
      [rotateLeft(builder, a.radix, clear), turn(a.value, clear, width)],
    ];
  },
  "shift by a count": ({ builder, a, b, width }) => {
    const zeros = bits(b.value, width).match(/^0*/)![0].length;
    return [[shiftLeftBy(builder, a.radix, leadingZeros(builder, b.radix)), a.value << BigInt(zeros)]];
  },
  "shift by a logarithm": ({ builder, a, b, signed, read }) => {
    const { value, positive } = checkedIlog2(builder, b.radix, signed);
    const isPositive = read(b.value) > 0n;
    if (!isPositive) return [[positive, false]];
    const logarithm = BigInt(b.value.toString(2).length - 1);
    return [
      [positive, true],
      [shiftRightBy(builder, a.radix, value, signed), read(a.value) >> logarithm],
    ];
  },
  counts: ({ builder, a, width }) => {
    const text = bits(a.value, width);
    return [
      [countOnes(builder, a.radix), BigInt(text.replaceAll("0", "").length)],
      [trailingOnes(builder, a.radix), BigInt(text.match(/1*$/)![0].length)],
    ];
  },
  bits: ({ builder, a, clear: [some], width }) => {
    const [x, y] = [Number(some % BigInt(width)), Number((some >> 1n) % BigInt(width))];
    const [start, end] = [Math.min(x, y), Math.max(x, y)];
    return [
      [reverseBits(builder, a.radix), BigInt(`0b${[...bits(a.value, width)].reverse().join("")}`)],
      [bitSlice(builder, a.radix, start, end), BigInt.asUintN(end - start, a.value >> BigInt(start))],
      [isOdd(builder, a.radix), (a.value & 1n) === 1n],
    ];
  },
  choices: ({ builder, a, b, flag }) => {
    const [first, second] = flip(builder, flag.block, a.radix, b.radix);
    return [
      [ifThenZero(builder, flag.block, a.radix), flag.value ? a.value : 0n],
      [first, flag.value ? b.value : a.value],
      [second, flag.value ? a.value : b.value],
    ];
  },
  sort: ({ builder, many, signed, read }) => {
    const items = many.slice(0, 4).map(({ radix }) => ({ key: radix, value: [] }));
    const values = many.slice(0, 4).map(({ value }) => read(value));
    values.sort((x, y) => (x < y ? -1 : Number(x > y)));
    return sortByKey(builder, items, { signed }).map(({ key }, i) => [key, values[i]]);
  },
  comparisons: ({ builder, a, b, signed, read }) => [
    [eq(builder, a.radix, b.radix), a.value === b.value],
    [lt(builder, a.radix, b.radix, signed), read(a.value) < read(b.value)],
  ],
  tables: ({ builder, a, b, many, clear }) => {
    const keys = [...new Set([...clear, b.value])];
    const table = new Map(keys.map((key, i) => [key, clear[i % clear.length]]));
    const values = keys.map((_, i) => many[i % many.length]);
    const at = keys.indexOf(a.value);
    const otherwise = clear[0];
    const { value, found } = selected(builder, selectors(builder, keys, a.radix), radixes(values));
    return [
      [matchValueOr(builder, a.radix, table, otherwise, a.radix.length), table.get(a.value) ?? otherwise],
      [value, at < 0 ? 0n : values[at].value],
      [found, at >= 0],
    ];
  },
  searches: ({ builder, a, many, flags }) => {
    const item = firstIndexOf(builder, radixes(many), a.radix);
    const set = firstOf(builder, blocks(flags));
    const places = [many.findIndex(({ value }) => value === a.value), flags.findIndex(({ value }) => value)];
    return [item, set].flatMap(({ index, found }, i): Result[] => [
      [index, BigInt(Math.max(0, places[i]))],
      [found, places[i] >= 0],
    ]);
  },
  mask: ({ builder, a, flag }) => [
    [neg(builder, resize(builder, [flag.block], a.radix.length)), flag.value ? -1n : 0n],
  ],
  "sign extension": ({ builder, a }) => {
    const low = a.radix.slice(0, Math.ceil(a.radix.length / 2));
    const lowWidth = low.length * messageBits(builder.parameters);
    return [[resize(builder, low, a.radix.length, true), BigInt.asIntN(lowWidth, a.value)]];
  },
  narrow: ({ builder, a, clear: [mask] }) => {
    const clear = clearRadix(builder, mask, a.radix.length);
    return [
      [bitAnd(builder, a.radix, clear), a.value & mask],
      [bitOr(builder, a.radix, clear), a.value | mask],
      [bitNot(builder, a.radix), ~a.value],
    ];
  },
  mixture: ({ builder, a, b, clear: [from] }) => {
    const size = BigInt(messageBits(builder.parameters));
    const digit = BigInt(builder.parameters.messageModulus - 1);
    const masks = a.radix.map((_, i) => ((from >> BigInt(i)) & 1n) * (digit << (BigInt(i) * size)));
    const mask = masks.reduce((sum, part) => sum | part, 0n);
    const radix = a.radix.map((block, i) => (masks[i] ? block : b.radix[i]));
    return [[radix, (a.value & mask) | (b.value & ~mask)]];
  },
};

describe.each(SHAPES)("on blocks of shape $shape", ({ shape, parameters }) => {
  const widths = { "1_1": [2, 6, 16], "2_2": [2, 6, 8, 12, 16, 24], "3_3": [6, 12, 24] }[shape]!;

  test.each(widths)("operations at %i bits take each other's results", (width) => {
    const top = (1n << BigInt(width)) - 1n;
    const value = fc.oneof(integer(width), fc.constantFrom(top / 3n, top - top / 3n));
    const step = fc.record({
      name: fc.constantFrom(...Object.keys(STEPS)),
      signed: fc.boolean(),
      picks: fc.array(fc.nat(), { minLength: 2, maxLength: 7 }),
      flags: fc.array(fc.nat(), { minLength: 1, maxLength: 9 }),
      clear: fc.array(value, { minLength: 1, maxLength: 9 }),
      takesClear: fc.constantFrom(false, false, true),
    });
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 8 }),
        value,
        value,
        fc.boolean(),
        fc.constantFrom(1, 2, 5, 64),
        (steps, x, y, first, threads) => {
          const builder = new Builder(parameters);
          const noise = digitNoise(builder);
          const length = width / messageBits(parameters);
          const inputs = [inputRadix(builder, width, noise), inputRadix(builder, width)];
          const condition = builder.input({ max: 1, noise });
          const values = new Map<Source, number>([[condition, Number(first)]]);
          assign(values, inputs[0], x, parameters);
          assign(values, inputs[1], y, parameters);
          const known: Known[] = [
            { radix: inputs[0], value: x },
            { radix: inputs[1], value: y },
          ];
          const flags: Flag[] = [{ block: condition, value: first }];
          for (const { name, signed, picks, flags: flagPicks, clear, takesClear } of steps) {
            const many = picks.map((pick) => known[pick % known.length]);
            const some = flagPicks.map((pick) => flags[pick % flags.length]);
            const constant = { radix: clearRadix(builder, clear[0], length), value: clear[0] };
            const read = (number: bigint): bigint => (signed ? BigInt.asIntN(width, number) : number);
            const [a, b] = [many[0], takesClear ? constant : many[1]];
            const operands = { a, b, many, flag: some[0], flags: some, clear };
            for (const [found, right] of STEPS[name]({ builder, width, signed, read, ...operands })) {
              if (typeof right === "boolean") {
                expectDigits(builder, [found as Block]);
                expect((found as Block).max).toBeLessThanOrEqual(1);
                flags.push({ block: found as Block, value: right });
              } else {
                expectDigits(builder, found as Radix);
                known.push({
                  radix: resize(builder, found as Radix, length),
                  value: BigInt.asUintN(width, right),
                });
              }
            }
          }
          const requested = [...known.flatMap(({ radix }) => radix), ...blocks(flags)];
          const found = interpret(requested, values, parameters);
          for (const [i, { value }] of known.entries()) {
            expect(join(found.slice(i * length, (i + 1) * length), parameters)).toBe(value);
          }
          expect(found.slice(known.length * length).join()).toBe(
            flags.map(({ value }) => Number(value)).join(),
          );
          const planned = plan(requested, parameters, { threads });
          for (const { size, tables, terms } of planned.rotations) {
            const noise = terms.reduce((sum, { source, coefficient: c }) => sum + c ** 2 * source.noise, 0);
            if (size * tables.length > blockCapacity(parameters) || noise > parameters.maxNoiseLevel ** 2)
              expect.fail(`a rotation of ${tables.length} tables of ${size} entries, at a noise of ${noise}`);
          }
          expect(interpretPlan(planned, requested, values).join()).toBe(found.join());
        },
      ),
      { numRuns: width <= 12 ? sampleCount(60, 120) : sampleCount(15, 40) },
    );
  });
});
