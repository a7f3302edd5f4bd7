import * as tacet from "../src/index.ts";
import {
  type BoolHandle,
  type ClientKey,
  type Engine,
  FheBool,
  type FheInteger,
  type FheIntegerType,
  FheUint8,
  type FheUintType,
  type IntegerHandle,
  IntHandle,
  type UintHandle,
  type Width,
} from "../src/index.ts";
import { rangeOf, wrapTo } from "./operations.ts";

type Plain = bigint | boolean;
type Outcome = IntegerHandle | BoolHandle;

/** An operation on integers of a type, and what it is to give. */
export interface Case {
  readonly name: string;
  readonly found: () => readonly Outcome[];
  readonly expected: readonly Plain[];
}

const bits = (value: bigint, width: number): string =>
  BigInt.asUintN(width, value).toString(2).padStart(width, "0");
const ones = (value: bigint, width: number): bigint =>
  BigInt([...bits(value, width)].filter((bit) => bit === "1").length);
const run = (text: string, bit: string): bigint => BigInt(text.match(new RegExp(`^${bit}*`))![0].length);
const backwards = (text: string): string => [...text].reverse().join("");
const absolute = (value: bigint): bigint => (value < 0n ? -value : value);

/**
 * Every operation of handles of integers on two values of a type and a truth value, with encrypted and with clear
 * operands.
 *
 * @param clientKey encrypts the values; with `null`, they hide nothing.
 * @param choice also decides between operands where there are several to try.
 */
export function everyOperation(
  engine: Engine,
  clientKey: ClientKey | null,
  type: FheIntegerType,
  a: bigint,
  b: bigint,
  choice: boolean,
): Case[] {
  const { width, signed } = type;
  const unsigned = (tacet as unknown as Record<string, FheUintType<Width>>)[`FheUint${width}`];
  const wrap = (value: bigint): bigint => wrapTo(type, value);
  const { parameters } = engine.info;
  const loadAs = (type: FheIntegerType, value: bigint | number): IntegerHandle =>
    engine.load(clientKey === null ? type.encryptTrivial(value, parameters) : type.encrypt(value, clientKey));
  const load = (value: bigint): IntegerHandle => loadAs(type, value);
  const [x, y] = [load(a), load(b)];
  const c = engine.load(
    clientKey === null ? FheBool.encryptTrivial(choice, parameters) : FheBool.encrypt(choice, clientKey),
  );
  const [lowest, highest] = rangeOf(type);

  const both = (
    name: string,
    of: (y: IntegerHandle | bigint) => readonly Outcome[],
    expected: readonly Plain[],
  ): Case[] => [
    { name, found: () => of(y), expected },
    { name: `${name}, clear`, found: () => of(b), expected },
  ];
  const one = (name: string, found: () => readonly Outcome[], expected: readonly Plain[]): Case => ({
    name,
    found,
    expected,
  });

  const overflow = (
    name: string,
    of: (y: IntegerHandle | bigint) => readonly Outcome[],
    exact: bigint,
  ): Case[] => both(name, of, [wrap(exact), exact !== wrap(exact)]);
  const quotient = b === 0n ? (a < 0n ? 1n : signed ? -1n : highest) : wrap(a / b);
  const remainder = b === 0n ? a : a % b;
  const division: Case[] =
    b === 0n
      ? [one("divRem by 0", () => x.divRem(y), [quotient, remainder])]
      : both("divRem", (y) => x.divRem(y as IntegerHandle), [quotient, remainder]);

  // Amounts up to beyond the width; rotations by encrypted ones count modulo a power of two.
  const amount = Number(BigInt.asUintN(16, absolute(b)) % BigInt(width + 3));
  const by = loadAs(FheUint8, amount & 255) as UintHandle<Width>;
  const turn = ((amount & 255) % 2 ** Math.ceil(Math.log2(width))) % width;
  const rotated = (places: number): bigint => {
    const text = bits(a, width);
    return wrap(BigInt(`0b${text.slice(places % width)}${text.slice(0, places % width)}`));
  };
  const power = (width & (width - 1)) === 0;
  const moves: Case[] = [
    one("shl", () => [x.shl(by)], [wrap(a << BigInt(amount & 255))]),
    one("shl, clear", () => [x.shl(amount)], [wrap(a << BigInt(amount))]),
    one("shr", () => [x.shr(by)], [a >> BigInt(amount & 255)]),
    one("shr, clear", () => [x.shr(amount)], [a >> BigInt(amount)]),
    ...(power
      ? [
          one("rotl", () => [x.rotl(by)], [rotated(turn)]),
          one("rotr", () => [x.rotr(by)], [rotated(width - turn)]),
        ]
      : []),
    one("rotl, clear", () => [x.rotl(amount)], [rotated(amount % width)]),
    one("rotr, clear", () => [x.rotr(amount)], [rotated(width - (amount % width))]),
    one("shl by an amount of the same width", () => [x.shl(loadAs(unsigned, 1n) as UintHandle<Width>)], [
      wrap(a << 1n),
    ]),
  ];

  const text = bits(a, width);
  const counts: Case[] = [
    one("countOnes", () => [x.countOnes()], [ones(a, width)]),
    one("countZeros", () => [x.countZeros()], [BigInt(width) - ones(a, width)]),
    one("leadingZeros", () => [x.leadingZeros()], [run(text, "0")]),
    one("leadingOnes", () => [x.leadingOnes()], [run(text, "1")]),
    one("trailingZeros", () => [x.trailingZeros()], [run(backwards(text), "0")]),
    one("trailingOnes", () => [x.trailingOnes()], [run(backwards(text), "1")]),
    one("reverseBits", () => [x.reverseBits()], [wrap(BigInt(`0b${backwards(text)}`))]),
    one("bitSlice", () => [x.bitSlice(1, width - 1)], [wrap(BigInt.asUintN(width - 2, a >> 1n))]),
    one("isEven", () => [x.isEven()], [(a & 1n) === 0n]),
    one("isOdd", () => [x.isOdd()], [(a & 1n) === 1n]),
    ...(a > 0n
      ? [
          one("ilog2", () => [x.ilog2()], [BigInt(a.toString(2).length - 1)]),
          one("checkedIlog2", () => x.checkedIlog2(), [BigInt(a.toString(2).length - 1), true]),
        ]
      : [one("checkedIlog2 of what has none", () => [x.checkedIlog2()[1]], [false])]),
  ];

  const smaller = a < b ? a : b;
  const larger = a < b ? b : a;
  const table = new Map([
    [a, b],
    [wrap(a + 1n), 1n],
    [wrap(a + 2n), 0n],
  ]);
  const other = a === b ? wrap(b + 3n) : b;
  return [
    ...both("add", (y) => [x.add(y as IntegerHandle)], [wrap(a + b)]),
    ...both("sub", (y) => [x.sub(y as IntegerHandle)], [wrap(a - b)]),
    ...both("mul", (y) => [x.mul(y as IntegerHandle)], [wrap(a * b)]),
    one("square", () => [x.mul(x)], [wrap(a * a)]),
    one("a·b − b·a + a", () => [x.mul(y).sub(y.mul(x)).add(x)], [a]),
    one("neg", () => [x.neg()], [wrap(-a)]),
    ...(x instanceof IntHandle ? [one("abs", () => [x.abs()], [wrap(absolute(a))])] : []),
    ...division,
    ...(b === 0n ? [] : [one("mulDiv", () => [x.mulDiv(x, b)], [wrap((a * a) / b)])]),
    ...overflow("overflowingAdd", (y) => x.overflowingAdd(y as IntegerHandle), a + b),
    ...overflow("overflowingSub", (y) => x.overflowingSub(y as IntegerHandle), a - b),
    ...overflow("overflowingMul", (y) => x.overflowingMul(y as IntegerHandle), a * b),
    one("overflowingNeg", () => x.overflowingNeg(), [wrap(-a), -a !== wrap(-a)]),
    one("sum", () => [engine.sum([x, y, y, x, x])], [wrap(3n * a + 2n * b)]),
    one("dotProduct", () => [engine.dotProduct([x, y], [wrap(3n), wrap(-1n)])], [wrap(3n * a - b)]),
    one("oneHotDotProduct", () => {
      const less = x.lt(y);
      return [engine.oneHotDotProduct([less, less.not()], [x, y])];
    }, [a < b ? a : b]),
    ...both("and", (y) => [x.and(y as IntegerHandle)], [wrap(a & b)]),
    ...both("or", (y) => [x.or(y as IntegerHandle)], [wrap(a | b)]),
    ...both("xor", (y) => [x.xor(y as IntegerHandle)], [wrap(a ^ b)]),
    one("not", () => [x.not()], [wrap(~a)]),
    ...moves,
    ...counts,
    ...both("eq", (y) => [x.eq(y as IntegerHandle)], [a === b]),
    ...both("ne", (y) => [x.ne(y as IntegerHandle)], [a !== b]),
    ...both("lt", (y) => [x.lt(y as IntegerHandle)], [a < b]),
    ...both("le", (y) => [x.le(y as IntegerHandle)], [a <= b]),
    ...both("gt", (y) => [x.gt(y as IntegerHandle)], [a > b]),
    ...both("ge", (y) => [x.ge(y as IntegerHandle)], [a >= b]),
    ...both("min", (y) => [x.min(y as IntegerHandle)], [smaller]),
    ...both("max", (y) => [x.max(y as IntegerHandle)], [larger]),
    ...both("select", (y) => [c.select(x, y as IntegerHandle)], [choice ? a : b]),
    one("select, clear first", () => [c.select(a, y)], [choice ? a : b]),
    one("select, both clear", () => [c.select(a, b, type as FheUintType<Width>)], [choice ? a : b]),
    one("ifThenZero", () => [c.ifThenZero(x)], [choice ? a : 0n]),
    ...both("flip", (y) => c.flip(x, y as IntegerHandle), choice ? [b, a] : [a, b]),
    one("matchValue", () => x.matchValue(table, type), [b, true]),
    one(
      "matchValue of what is not there",
      () => x.matchValue([[other === a ? wrap(a + 1n) : other, 1n]], type),
      [0n, false],
    ),
    one("matchValueOr", () => [x.matchValueOr([[other === a ? wrap(a + 1n) : other, 1n]], b, type)], [b]),
    one("cast to FheBool", () => [x.cast(FheBool)], [a !== 0n]),
    one("cast to FheUint8", () => [x.cast(FheUint8)], [BigInt.asUintN(8, a)]),
    one("cast of a truth value", () => [c.cast(type as FheUintType<Width>)], [wrap(BigInt(choice))]),
    one("the smallest", () => [x.max(lowest), x.min(highest)], [a, a]),
  ];
}

/** Decrypts what an operation gave. @param clientKey `null` for what hides nothing. */
export async function decryptOutcome(outcome: Outcome, clientKey: ClientKey | null): Promise<Plain> {
  const result: FheBool | FheInteger = await outcome.ciphertext();
  const value = clientKey === null ? result.decryptTrivial() : result.decrypt(clientKey);
  return typeof value === "boolean" ? value : BigInt(value);
}

export type { UintHandle };
