import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type BoolHandle,
  type ClientKey,
  type Engine,
  FheBool,
  FheUint8,
  FheUint16,
  FheUint32,
  FheUint64,
  type FheUintType,
  type UintHandle,
  type Width,
} from "../../src/index.ts";
import { ARITHMETIC, COMPARISONS, type Uint } from "../operations.ts";
import { toyPair } from "../toy.ts";

let clientKey: ClientKey;
let engine: Engine;

beforeAll(async () => {
  ({ clientKey, engine } = await toyPair());
});
afterAll(() => engine.dispose());

async function decryptUint(handle: Uint, type: FheUintType<Width>): Promise<bigint> {
  return BigInt(type.deserialize(await handle.serialize()).decrypt(clientKey));
}

async function decryptBool(handle: BoolHandle): Promise<boolean> {
  return FheBool.deserialize(await handle.serialize()).decrypt(clientKey);
}

describe.each([FheUint8, FheUint16, FheUint32, FheUint64] as FheUintType<Width>[])("$name", (type) => {
  const { width } = type;
  const wrap = (value: bigint): bigint => BigInt.asUintN(width, value);
  const top = 2n ** BigInt(width) - 1n;
  const integers = fc.oneof(fc.bigInt(0n, top), fc.constantFrom(0n, 1n, top, top - 1n, (top + 1n) / 2n));
  const load = (value: bigint): Uint =>
    engine.load(type.encrypt(value, clientKey) as never) as unknown as Uint;
  const runs = { numRuns: width > 16 ? 4 : 8 };

  test("binary operations agree with plain arithmetic, with encrypted and with clear right operands", async () => {
    await fc.assert(
      fc.asyncProperty(integers, integers, async (a, b) => {
        const [x, y] = [load(a), load(b)];
        const arithmetic = Object.entries(ARITHMETIC).flatMap(([name, [operation, plain]]) => [
          { name, found: decryptUint(operation(x, y), type), expected: wrap(plain(a, b)) },
          { name: `${name} clear`, found: decryptUint(operation(x, b), type), expected: wrap(plain(a, b)) },
        ]);
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
        const found = await Promise.all([
          decryptUint(x.neg(), type),
          decryptUint(x.not(), type),
          decryptUint(x.shl(amount), type),
          decryptUint(x.shr(amount), type),
          decryptUint(c.select(x, y), type),
          decryptUint(c.select(x, b), type),
          decryptUint(c.select(a, y), type),
          decryptUint(c.cast(type), type),
          decryptUint(x.cast(FheUint8) as Uint, FheUint8 as FheUintType<Width>),
          decryptUint(x.cast(FheUint64) as Uint, FheUint64 as FheUintType<Width>),
        ]);
        const chosen = choice ? a : b;
        expect(found).toEqual([
          wrap(-a),
          wrap(~a),
          wrap(a << BigInt(amount)),
          a >> BigInt(amount),
          chosen,
          chosen,
          chosen,
          choice ? 1n : 0n,
          BigInt.asUintN(8, a),
          a,
        ]);
      }),
      runs,
    );
  });
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
