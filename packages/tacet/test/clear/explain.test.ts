import { afterAll, beforeAll, expect, test } from "vitest";
import { clearEngine } from "../../src/clear.ts";
import { type ClientKey, Engine, FheInt16, FheUint8, FheUint64, ServerKey } from "../../src/index.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 as toy } from "../../src/parameters/sets.ts";
import { everyOperation } from "../every-operation.ts";
import { everyTextOperation } from "../every-text-operation.ts";
import { toyClientKey } from "../toy.ts";

let clientKey: ClientKey;
let real: Engine;
let clear: Engine;

beforeAll(async () => {
  clientKey = await toyClientKey();
  const threads = 2;
  real = await Engine.create(await ServerKey.from(clientKey), { threads });
  clear = await clearEngine({ parameters: toy, threads });
});
afterAll(() => {
  real.dispose();
  clear.dispose();
});

/** What engines say of each of some operations. */
const explained = (engine: Engine, cases: ReturnType<typeof everyTextOperation>): unknown[] =>
  cases.map(({ name, found }) => {
    const { bootstraps, depth } = engine.explain(...found());
    return [name, bootstraps, depth];
  });

test.each([FheUint8, FheInt16])("every operation of $name costs what it costs encrypted", (type) => {
  const of = (engine: Engine, key: ClientKey | null): unknown[] =>
    explained(engine, everyOperation(engine, key, type, 77n, 5n, true) as never);
  expect(of(clear, null)).toEqual(of(real, clientKey));
});

test("every operation of texts costs what it costs encrypted", () => {
  const texts = { a: "a bA", b: "bA", padding: [0, 1], choice: true } as const;
  const of = (engine: Engine, key: ClientKey | null): unknown[] =>
    explained(engine, everyTextOperation(engine, key, texts));
  expect(of(clear, null)).toEqual(of(real, clientKey));
});

test("what is taken in or made in other forms costs what it costs encrypted", async () => {
  const of = async (engine: Engine, key: ClientKey | null): Promise<unknown[]> => {
    const ciphertext = key === null ? FheUint64.encryptTrivial(77, toy) : FheUint64.encrypt(77, key);
    const x = engine.load(ciphertext);
    const small = engine.load(await x.compress());
    const checked = engine.load(ciphertext, { checked: true });
    const random = engine.random(FheUint64, { seed: 1n });
    const below = engine.random(FheUint8, { seed: 2n, below: 100 });
    const shuffled = engine.shuffle([x, small, checked], { seed: 3n });
    const results = [small.add(1), checked.mul(x), random.add(x), below, shuffled[0]!];
    return results.map((result) => {
      const { bootstraps, depth } = engine.explain(result);
      return [bootstraps, depth];
    });
  };
  expect(await of(clear, null)).toEqual(await of(real, clientKey));
});

test("what has been computed costs nothing more", async () => {
  const x = clear.load(FheUint64.encryptTrivial(3, toy));
  const square = x.mul(x);
  const { bootstraps, depth, milliseconds } = clear.explain(square);
  expect([bootstraps > 100, depth > 3, milliseconds > 100]).toEqual([true, true, true]);
  await square.ciphertext();
  expect(clear.explain(square)).toEqual({ bootstraps: 0, depth: 0, milliseconds: 0 });
});

test("a thread more is less time", async () => {
  const [one, many] = await Promise.all([clearEngine({ threads: 1 }), clearEngine({ threads: 8 })]);
  const [slow, fast] = [one, many].map((engine) => {
    const x = engine.load(FheUint64.encryptTrivial(3));
    return engine.explain(x.mul(x)).milliseconds;
  });
  expect(slow).toBeGreaterThan(4 * fast!);
});
