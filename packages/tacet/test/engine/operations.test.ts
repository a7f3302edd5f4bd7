import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type BoolHandle,
  type ClientKey,
  type Engine,
  FheBool,
  FheInt2,
  FheInt8,
  FheInt32,
  FheInt64,
  FheInt128,
  FheInt2048,
  type FheIntegerType,
  FheUint6,
  FheUint8,
  FheUint16,
  FheUint32,
  FheUint64,
  FheUint128,
  type UintHandle,
} from "../../src/index.ts";
import { ARITHMETIC, COMPARISONS, type Int, rangeOf, wrapTo } from "../operations.ts";
import { toyPair } from "../toy.ts";

const TYPES: readonly FheIntegerType[] = [
  FheUint6,
  FheUint8,
  FheUint16,
  FheUint32,
  FheUint64,
  FheInt2,
  FheInt8,
  FheInt32,
  FheInt64,
];

let clientKey: ClientKey;
let engine: Engine;

beforeAll(async () => {
  ({ clientKey, engine } = await toyPair());
});
afterAll(() => engine.dispose());

async function decryptInt(handle: Int, type: FheIntegerType): Promise<bigint> {
  return BigInt(type.deserialize(await handle.serialize()).decrypt(clientKey));
}

async function decryptBool(handle: BoolHandle): Promise<boolean> {
  return FheBool.deserialize(await handle.serialize()).decrypt(clientKey);
}

/** Integers of a type, with those at which carries and comparisons turn. */
function integersOf(type: FheIntegerType): fc.Arbitrary<bigint> {
  const [low, high] = rangeOf(type);
  const turns = [0n, 1n, -1n, high, high - 1n, low, (low + high + 1n) / 2n, (high + 1n) / 2n];
  return fc.oneof(fc.bigInt(low, high), fc.constantFrom(...turns.map((value) => wrapTo(type, value))));
}

describe.each(TYPES)("$name", (type) => {
  const { width } = type;
  const integers = integersOf(type);
  const load = (value: bigint): Int => engine.load(type.encrypt(value, clientKey));
  const runs = { numRuns: width > 16 ? 4 : 8 };

  test("binary operations agree with plain arithmetic, with encrypted and with clear right operands", async () => {
    await fc.assert(
      fc.asyncProperty(integers, integers, async (a, b) => {
        const [x, y] = [load(a), load(b)];
        const arithmetic = Object.entries(ARITHMETIC).flatMap(([name, [operation, plain]]) => {
          const expected = wrapTo(type, plain(a, b));
          return [
            { name, found: decryptInt(operation(x, y), type), expected },
            { name: `${name} clear`, found: decryptInt(operation(x, b), type), expected },
          ];
        });
        const comparisons = Object.entries(COMPARISONS).flatMap(([name, [operation, plain]]) => [
          { name, found: decryptBool(operation(x, y)), expected: plain(a, b) },
          { name: `${name} clear`, found: decryptBool(operation(x, b)), expected: plain(a, b) },
        ]);
        for (const { name, found, expected } of [...arithmetic, ...comparisons]) {
          expect(`${name}: ${await found}`).toBe(`${name}: ${expected}`);
        }
      }),
      runs,
    );
  });

  test("unary operations, shifts, casts and choices agree with plain arithmetic", async () => {
    await fc.assert(
      fc.asyncProperty(integers, integers, fc.nat(width + 2), fc.boolean(), async (a, b, amount, choice) => {
        const [x, y, c] = [load(a), load(b), engine.load(FheBool.encrypt(choice, clientKey))];
        const targets = [FheUint8, FheInt8, FheUint128, FheInt128];
        const found = await Promise.all([
          decryptInt(x.neg(), type),
          decryptInt(x.not(), type),
          decryptInt(x.shl(amount), type),
          decryptInt(x.shr(amount), type),
          decryptInt(c.select(x, y), type),
          decryptInt(c.select(x, b), type),
          decryptInt(c.select(a, y), type),
          decryptInt(c.cast(type), type),
          ...targets.map((target: FheIntegerType) => decryptInt(x.cast(target), target)),
        ]);
        const chosen = choice ? a : b;
        expect(found).toEqual([
          wrapTo(type, -a),
          wrapTo(type, ~a),
          wrapTo(type, a << BigInt(amount)),
          a >> BigInt(amount),
          chosen,
          chosen,
          chosen,
          wrapTo(type, choice ? 1n : 0n),
          ...targets.map((target) => wrapTo(target, a)),
        ]);
      }),
      runs,
    );
  });
});

test("2048 bits: sums, choices and comparisons", async () => {
  const [a, b] = [-(3n ** 1290n), 7n ** 700n];
  const [x, y] = [a, b].map((value) => engine.load(FheInt2048.encrypt(value, clientKey)));
  const less = x.lt(y);
  const [sum, smaller, truth] = await Promise.all([
    decryptInt(x.add(y), FheInt2048),
    decryptInt(less.select(x, y), FheInt2048),
    decryptBool(less),
  ]);
  expect({ sum, smaller, truth }).toEqual({ sum: a + b, smaller: a, truth: true });
});

test("operations on booleans agree with plain logic, with encrypted and with clear right operands", async () => {
  for (const a of [false, true]) {
    for (const b of [false, true]) {
      const [x, y] = [a, b].map((value) => engine.load(FheBool.encrypt(value, clientKey)));
      const operands = [y, b];
      const found = operands.flatMap((operand) => [
        x.and(operand),
        x.or(operand),
        x.xor(operand),
        x.eq(operand),
        x.ne(operand),
        y.select(x, operand),
      ]);
      const expected = [a && b, a || b, a !== b, a === b, a !== b, b ? a : b];
      const values = await Promise.all([...found, x.not(), x.select(true, y)].map(decryptBool));
      expect(values).toEqual([...expected, ...expected, !a, a || b]);
    }
  }
});

test("long chains of mixed operations stay correct", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(255),
      fc.array(fc.tuple(fc.nat(7), fc.nat(255)), { minLength: 8, maxLength: 24 }),
      async (start, steps) => {
        let plain = start;
        let handle: UintHandle<8> = engine.load(FheUint8.encrypt(start, clientKey));
        for (const [operation, value] of steps) {
          const other = engine.load(FheUint8.encrypt(value, clientKey));
          const condition = other.gt(100);
          [plain, handle] = (
            [
              [plain + value, handle.add(other)],
              [plain - value, handle.sub(value)],
              [plain * value, handle.mul(other)],
              [plain ^ value, handle.xor(other)],
              [~plain, handle.not()],
              [value > 100 ? value : plain, condition.select(other, handle)],
              [value > 100 ? plain : value, condition.select(handle, value)],
              [plain >> 3, handle.shr(3)],
            ] as [number, UintHandle<8>][]
          )[operation];
          plain &= 255;
        }
        expect(FheUint8.deserialize(await handle.serialize()).decrypt(clientKey)).toBe(plain);
      },
    ),
    { numRuns: 12 },
  );
});

test("an encrypted 0 that is known to be 0 is divided by like any other", async () => {
  const value = engine.load(FheUint8.encrypt(77, clientKey));
  const signed = engine.load(FheInt8.encrypt(-7, clientKey));
  const [quotient, remainder] = value.divRem(value.xor(value));
  const results = [quotient, remainder, signed.div(signed.sub(signed)), signed.rem(signed.and(0))];
  const found = await Promise.all(results.map((result) => result.ciphertext()));
  expect(found.map((ciphertext) => ciphertext.decrypt(clientKey))).toEqual([255, 77, 1, -7]);
});

test("a quotient alone, a remainder alone and equal truth values keep nothing else alive", async () => {
  const { clientKey, engine } = await toyPair();
  const a = engine.load(FheUint16.encrypt(1000, clientKey));
  const flags = [true, false].map((value) => engine.load(FheBool.encrypt(value, clientKey)));
  const results = [a.div(7), a.rem(7), flags[0].eq(flags[1])];
  await Promise.all(results.map((result) => result.serialize()));
  for (const handle of [a, ...flags, ...results]) handle.dispose();
  await expect.poll(() => engine.info.ciphertexts).toBe(0);
  engine.dispose();
});
