import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type ClientKey,
  type Engine,
  FheBool,
  FheInt16,
  FheUint8,
  FheUint16,
  FheUint32,
  type UintHandle,
} from "../../src/index.ts";
import { toyPair } from "../toy.ts";

let clientKey: ClientKey;
let engine: Engine;

beforeAll(async () => {
  // With more threads, plans may have more bootstraps than the fewest.
  ({ clientKey, engine } = await toyPair({ threads: 1 }));
});
afterAll(() => engine.dispose());

const load = (value: number): UintHandle<16> => engine.load(FheUint16.encrypt(value, clientKey));
const decrypt = async (handle: UintHandle<16>): Promise<number> =>
  (await handle.ciphertext()).decrypt(clientKey);
const bootstraps = (...handles: UintHandle<16>[]): number => engine.explain(...handles).bootstraps;

test("sums of sums and of products are carried out once", () => {
  const [a, b, c, d] = [3, 5, 7, 11].map(load);
  const product = bootstraps(a.mul(b));
  const apart = 2 * product + bootstraps(a.add(b));
  expect(bootstraps(a.mul(b).add(c.mul(d)))).toBeLessThan(apart);
  expect(bootstraps(a.mul(b).sub(c.mul(d)).neg())).toBeLessThan(apart);
  const four = bootstraps(a.add(b).add(c).add(d));
  expect(four).toBeLessThan(3 * bootstraps(a.add(b)));
  expect(bootstraps(engine.sum([a, b, c, d]))).toBe(four);
});

test("a sum that two others need is carried out for both", () => {
  const [a, b, c, d] = [3, 5, 7, 11].map(load);
  const sum = a.add(b);
  expect(bootstraps(sum.add(c), sum.add(d))).toBe(3 * bootstraps(c.add(d)));
});

test("sums that are asked for one after the other are made of each other", () => {
  const values = Array.from({ length: 12 }, (_, i) => load(i));
  const totals: UintHandle<16>[] = [];
  for (const value of values) totals.push(totals.at(-1)?.add(value) ?? value);
  expect(bootstraps(...totals)).toBe(11 * bootstraps(values[0].add(values[1])));
});

test("sums of anything are right, in whatever order they are asked for, and leave nothing behind", async () => {
  const step = fc.record({
    kind: fc.constantFrom("add", "sub", "neg", "mul", "double", "clear", "sum", "not"),
    left: fc.nat(),
    right: fc.nat(),
    clear: fc.nat(65535),
    asked: fc.boolean(),
    disposed: fc.boolean(),
  });
  const { clientKey, engine } = await toyPair();
  const load = (value: number): UintHandle<16> => engine.load(FheUint16.encrypt(value, clientKey));
  const decrypt = async (handle: UintHandle<16>): Promise<number> =>
    (await handle.ciphertext()).decrypt(clientKey);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 15 }), async (steps) => {
      const all: { handle: UintHandle<16>; value: number; alive: boolean }[] = [1, 40000, 65535].map(
        (value) => ({
          handle: load(value),
          value,
          alive: true,
        }),
      );
      const pick = (index: number): (typeof all)[number] => {
        const alive = all.filter((entry) => entry.alive);
        return alive[index % alive.length];
      };
      for (const { kind, left, right, clear, asked, disposed } of steps) {
        const [x, y] = [pick(left), pick(right)];
        const [handle, value] = (
          {
            add: () => [x.handle.add(y.handle), x.value + y.value],
            sub: () => [x.handle.sub(y.handle), x.value - y.value],
            neg: () => [x.handle.neg(), -x.value],
            mul: () => [x.handle.mul(y.handle), Math.imul(x.value, y.value)],
            double: () => [x.handle.add(x.handle), 2 * x.value],
            clear: () => {
              using product = x.handle.mul(clear);
              return [product.add(clear), Math.imul(x.value, clear) + clear];
            },
            sum: () => [engine.sum([x.handle, y.handle, x.handle]), 2 * x.value + y.value],
            not: () => [x.handle.not(), ~x.value],
          } as Record<string, () => [UintHandle<16>, number]>
        )[kind]();
        const entry = { handle, value: value & 65535, alive: true };
        all.push(entry);
        if (asked) expect(await decrypt(handle)).toBe(entry.value);
        if (disposed && all.filter(({ alive }) => alive).length > 2) {
          x.handle.dispose();
          x.alive = false;
        }
      }
      const alive = all.filter((entry) => entry.alive);
      expect(await Promise.all(alive.map(({ handle }) => decrypt(handle)))).toEqual(
        alive.map(({ value }) => value),
      );
      for (const { handle } of all) handle.dispose();
      await expect.poll(() => engine.info.ciphertexts).toBe(0);
    }),
    { numRuns: 60 },
  );
  engine.dispose();
});

test("a sum of many is no deeper for the stack than one of two", async () => {
  const { clientKey, engine } = await toyPair();
  const one = engine.load(FheUint8.encrypt(1, clientKey));
  const three = engine.load(FheUint8.encrypt(3, clientKey));
  let total = one.add(three);
  for (let i = 0; i < 1500; i++) {
    const next = i % 2 === 0 ? total.add(one) : total.sub(three);
    total.dispose();
    total = next;
  }
  expect((await total.ciphertext()).decrypt(clientKey)).toBe((4 + 750 - 2250) & 255);
  const unused = total.add(one);
  for (const handle of [one, three, total, unused]) handle.dispose();
  await expect.poll(() => engine.info.ciphertexts).toBe(0);
  engine.dispose();
});

test("a sum that is refused leaves nothing behind", async () => {
  const { clientKey, engine } = await toyPair();
  const one = engine.load(FheUint8.encrypt(1, clientKey));
  const addends = [one, one];
  delete addends[1];
  expect(() => engine.sum(addends)).toThrow(TypeError);
  one.dispose();
  expect(engine.info.ciphertexts).toBe(0);
  engine.dispose();
});

test("thousands are added up in parts, one by one or at once", async () => {
  const { clientKey, engine } = await toyPair();
  const one = engine.load(FheUint16.encrypt(1, clientKey));
  const values = Array.from({ length: 3000 }, () => one);
  let total = one;
  for (let i = 1; i < 3000; i++) total = total.add(one);
  const sums = await Promise.all([total, engine.sum(values)].map((sum) => sum.ciphertext()));
  expect(sums.map((sum) => sum.decrypt(clientKey))).toEqual([3000, 3000]);
  engine.dispose();
});

test("weighs integers and truth values with clear weights", async () => {
  const values = [1000, 60000, 7].map(load);
  expect(await decrypt(engine.dotProduct(values, [3, 1, 65535]))).toBe((3000 + 60000 - 7) & 65535);
  expect(await decrypt(engine.dotProduct(values, [true, false, true]))).toBe(1007);
  const flags = [true, false, true, true].map((value) => engine.load(FheBool.encrypt(value, clientKey)));
  const signed = engine.dotProduct(flags, [-5, 100, 2, -30000], FheInt16);
  expect((await signed.ciphertext()).decrypt(clientKey)).toBe(-30003);
});

test("of several integers, the one is chosen whose truth value is set, or 0", async () => {
  for (const count of [1, 2, 5, 17]) {
    const values = Array.from({ length: count }, (_, i) => load(0xabcd - 1000 * i));
    for (const chosen of [0, count - 1, count >> 1, -1]) {
      const flags = values.map((_, i) => engine.load(FheBool.encrypt(i === chosen, clientKey)));
      const result = await decrypt(engine.oneHotDotProduct(flags, values));
      expect(result).toBe(chosen < 0 ? 0 : 0xabcd - 1000 * chosen);
    }
  }
  const flag = engine.load(FheBool.encrypt(true, clientKey));
  const negative = engine.load(FheInt16.encrypt(-5, clientKey));
  const sum = engine.oneHotDotProduct([flag], [negative]).add(1);
  expect((await sum.ciphertext()).decrypt(clientKey)).toBe(-4);
  expect(() => engine.oneHotDotProduct([flag, flag], [negative])).toThrow(RangeError);
  expect(() => engine.oneHotDotProduct([], [] as never)).toThrow(/at least one value/);
  expect(() => engine.oneHotDotProduct([load(1)] as never, [load(1)])).toThrow(
    /expected handles of truth values/,
  );
});

test("sums and products of nothing, or of values that do not go together, are refused", () => {
  const [a] = [load(1)];
  const wide = engine.load(FheUint32.encrypt(1, clientKey));
  const flag = a.gt(0);
  // @ts-expect-error There is no sum of nothing,
  expect(() => engine.sum([])).toThrow(RangeError);
  // @ts-expect-error with or without weights.
  expect(() => engine.dotProduct([], [])).toThrow(RangeError);
  expect(() => engine.dotProduct([a], [1, 2])).toThrow(RangeError);
  expect(() => engine.dotProduct([a], [65536])).toThrow(RangeError);
  expect(() => engine.dotProduct([flag], [256], FheUint8)).toThrow(RangeError);
  // @ts-expect-error Values of two widths have no sum.
  expect(() => engine.sum([a, wide])).toThrow(TypeError);
  // @ts-expect-error Truth values have none, but weighed.
  expect(() => engine.sum([flag])).toThrow(TypeError);
  // @ts-expect-error The type of weighed truth values has to be given.
  expect(() => engine.dotProduct([flag], [1])).toThrow(TypeError);
  // @ts-expect-error The type of weighed integers is theirs.
  expect(() => engine.dotProduct([a], [1], FheUint8)).toThrow(TypeError);
});
