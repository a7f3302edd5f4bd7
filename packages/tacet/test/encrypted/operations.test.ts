import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type BoolHandle,
  ClientKey,
  Engine,
  FheBool,
  FheInt16,
  type FheIntegerType,
  FheUint8,
  FheUint64,
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  ServerKey,
} from "../../src/index.ts";
import { ARITHMETIC, COMPARISONS, type Int, wrapTo } from "../operations.ts";
import { takesAllSamples } from "../samples.ts";

let clientKey: ClientKey;
let engine: Engine;

beforeAll(async () => {
  clientKey = await ClientKey.generate();
  engine = await Engine.create(await ServerKey.from(clientKey));
});
afterAll(() => engine.dispose());

type Case = readonly [type: FheIntegerType, a: bigint, b: bigint];

/** At 8 bits, every operation is tried elsewhere; at 64 bits, at toy parameters. */
const CASES: readonly Case[] = [
  [FheInt16, -12_345n, 6_789n],
  ...(takesAllSamples ? [[FheUint64, 0xfedc_ba98_7654_3210n, 0x0123_4567_89ab_cdefn] as const] : []),
];

describe.each(CASES)("$name at the default parameters", (type, a, b) => {
  const wrap = (value: bigint): bigint => wrapTo(type, value);
  const load = (value: bigint): Int => engine.load(type.encrypt(value, clientKey));
  const int = async (handle: Int): Promise<bigint> =>
    BigInt(type.deserialize(await handle.serialize()).decrypt(clientKey));
  const bool = async (handle: BoolHandle): Promise<boolean> =>
    FheBool.deserialize(await handle.serialize()).decrypt(clientKey);

  // Products of 64 bits take seconds: the playground's tests have one, and the slow ones all kinds.
  const arithmetic = Object.entries(ARITHMETIC).filter(([name]) => name !== "mul" || type.width < 64);

  test.each(arithmetic)("%s", async (_, [operation, plain]) => {
    const found = await Promise.all([int(operation(load(a), load(b))), int(operation(load(a), b))]);
    expect(found).toEqual([wrap(plain(a, b)), wrap(plain(a, b))]);
  });

  test.each(Object.entries(COMPARISONS))("%s", async (_, [operation, plain]) => {
    const x = load(a);
    const found = await Promise.all([operation(x, load(b)), operation(x, b), operation(x, a)].map(bool));
    expect(found).toEqual([plain(a, b), plain(a, b), plain(a, a)]);
  });

  test("neg, not, shl, shr, select and cast", async () => {
    const [x, y] = [load(a), load(b)];
    const c = engine.load(FheBool.encrypt(false, clientKey));
    const results = [x.neg(), x.not(), x.shl(5), x.shr(3), c.select(x, y), c.not().select(x, b)];
    expect(await Promise.all(results.map(int))).toEqual([wrap(-a), wrap(~a), wrap(a << 5n), a >> 3n, b, a]);
    const cut = FheUint8.deserialize(await x.cast(FheUint8).serialize()).decrypt(clientKey);
    expect(BigInt(cut)).toBe(a & 0xffn);
  });
});

test("one message bit: 8-bit operations at PARAM_MESSAGE_1_CARRY_1", async () => {
  const key = await ClientKey.generate({ parameters: PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128 });
  using other = await Engine.create(await ServerKey.from(key));
  const [x, y] = [0xc7, 0x9a].map((value) => other.load(FheUint8.encrypt(value, key)));
  const values = await Promise.all(
    [x.add(y), x.mul(y), x.max(y), x.gt(y).select(x.xor(y), 1)].map(async (handle) =>
      FheUint8.deserialize(await handle.serialize()).decrypt(key),
    ),
  );
  expect(values).toEqual([(0xc7 + 0x9a) & 255, (0xc7 * 0x9a) & 255, 0xc7, 0xc7 ^ 0x9a]);
});

test("in deterministic mode, results are the same bits with one thread and with several", async () => {
  const serverKey = await ServerKey.from(clientKey);
  const a = FheUint8.encrypt(201, clientKey);
  const b = FheUint8.encrypt(77, clientKey);
  const results = [];
  for (const threads of [1, 2]) {
    using deterministic = await Engine.create(serverKey, { threads, deterministic: true });
    expect(deterministic.info.deterministic).toBe(true);
    results.push(await deterministic.load(a).mul(deterministic.load(b)).serialize());
  }
  expect(results[1]).toEqual(results[0]);
  expect(FheUint8.deserialize(results[0]).decrypt(clientKey)).toBe((201 * 77) & 255);
});
