import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { BlockCiphertext } from "../../src/engine/ciphertext.ts";
import { Evaluator } from "../../src/engine/evaluator.ts";
import { GraphError, LimitError, OutOfMemoryError, PlanningError, TacetError } from "../../src/errors.ts";
import type { Block, LookupBlock } from "../../src/graph/block.ts";
import { Engine, FheBool, FheUint8, FheUint64, ServerKey } from "../../src/index.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 as toy } from "../../src/parameters/sets.ts";
import { decode, encode } from "../../src/scheme/lwe/encoding.ts";
import { decryptLwe, encryptLwe } from "../../src/scheme/lwe/lwe.ts";
import { generateSecretKey, type SecretKey } from "../../src/scheme/secret-key/secret-key.ts";
import type { SeededServerKey } from "../../src/scheme/server-key/seeded-key.ts";
import { generateServerKey } from "../../src/scheme/server-key/server-key.ts";
import { toyClientKey } from "../toy.ts";

let secret: SecretKey;
let serverKey: SeededServerKey;
let evaluator: Evaluator;

beforeAll(async () => {
  secret = generateSecretKey(toy);
  serverKey = await generateServerKey(secret);
});
beforeEach(async () => {
  evaluator?.dispose();
  evaluator = await Evaluator.create(serverKey, { threads: 1 });
});
afterAll(() => evaluator.dispose());

function input(value: number): Block {
  const lwe = new BigUint64Array(secret.glwe.length + 1);
  encryptLwe(encode(value, toy), secret.glwe, toy.glweNoise, lwe);
  return evaluator.load([{ lwe, degree: 3, noiseLevel: 1 }])[0];
}

const decrypt = ([{ lwe }]: BlockCiphertext[]): number => decode(decryptLwe(lwe, secret.glwe), toy);
const square = (value: number): number => value ** 2;
const message = (value: number): number => (value + 2) % 4;

/** A lookup that cannot be planned. */
function broken(block: Block): LookupBlock {
  const lookup = evaluator.builder.lookup(block, square) as LookupBlock;
  Object.assign(lookup, { table: undefined });
  return lookup;
}

/** What requests of one turn of the event loop come to. */
async function outcomes(blocks: readonly Block[]): Promise<unknown[]> {
  const settled = await Promise.allSettled(blocks.map((block) => evaluator.compute([block])));
  return settled.map((one) => (one.status === "fulfilled" ? decrypt(one.value) : one.reason));
}

describe("what cannot be planned", () => {
  test.each([
    [1, [0]],
    [2, [0]],
    [2, [1]],
    [7, [3]],
    [8, [0, 7]],
    [9, [2, 3, 5, 8]],
    [5, [0, 1, 2, 3, 4]],
  ])("of %i requests, at %j, is a PlanningError for these alone", async (count, faulty) => {
    const blocks = Array.from({ length: count }, (_, i) => {
      const block = input(i % 4);
      return faulty.includes(i) ? broken(block) : evaluator.builder.lookup(block, square);
    });
    for (const [i, outcome] of (await outcomes(blocks)).entries()) {
      if (!faulty.includes(i)) expect(outcome).toBe((i % 4) ** 2);
      else {
        expect(outcome).toBeInstanceOf(PlanningError);
        expect(outcome).toBeInstanceOf(TacetError);
        expect((outcome as PlanningError).cause).toBeInstanceOf(TypeError);
      }
    }
  });

  test("concerns whoever builds upon it, and nobody who shares the rest", async () => {
    const { builder } = evaluator;
    const shared = builder.lookup(input(2), message);
    const wrong = broken(input(1));
    const both = builder.linear([
      [1, shared],
      [1, wrong],
    ]);
    const outcome = await outcomes([shared, both, builder.lookup(both, message), shared]);
    expect(outcome[0]).toBe(0);
    expect(outcome[1]).toBeInstanceOf(PlanningError);
    expect(outcome[2]).toBeInstanceOf(PlanningError);
    expect(outcome[3]).toBe(0);
  });

  test("leaves nothing behind", async () => {
    const { ciphertextCount } = evaluator;
    for (const round of [1, 2]) {
      const block = input(round);
      evaluator.builder.retain([block]);
      await outcomes([broken(block), evaluator.builder.lookup(block, square)]);
      evaluator.builder.release([block]);
      await expect.poll(() => evaluator.ciphertextCount).toBe(ciphertextCount);
    }
  });

  test("is told as it is where it says itself what is wrong", async () => {
    const wrong = broken(input(1));
    const error = new GraphError("of the planner");
    Object.defineProperty(wrong, "table", {
      get: () => {
        throw error;
      },
    });
    expect(await outcomes([wrong, evaluator.builder.lookup(input(3), square)])).toEqual([error, 9]);
  });
});

describe("a limit of", () => {
  let clientKey: Awaited<ReturnType<typeof toyClientKey>>;
  let key: ServerKey;
  beforeAll(async () => {
    clientKey = await toyClientKey();
    key = await ServerKey.from(clientKey);
  });

  test("bootstraps refuses what needs more by itself, and plans in parts what does together", async () => {
    using free = await Engine.create(key, { threads: 1 });
    const load = (on: Engine) => on.load(FheUint8.encrypt(7, clientKey));
    const { bootstraps } = free.explain(load(free).add(1));
    using engine = await Engine.create(key, { threads: 1, planLimitBootstraps: bootstraps });
    const sums = [1, 2, 3, 4].map((i) => load(engine).add(i));
    const large = load(engine).mul(load(engine));
    const needed = engine.explain(large).bootstraps;
    const refused = large.ciphertext().catch((reason) => reason);
    const results = await Promise.all(sums.map((sum) => sum.ciphertext()));
    expect(results.map((result) => result.decrypt(clientKey))).toEqual([8, 9, 10, 11]);
    const error = await refused;
    expect(error).toBeInstanceOf(LimitError);
    expect(error).toMatchObject({ option: "planLimitBootstraps", limit: bootstraps });
    expect(error.needed).toBeGreaterThan(bootstraps);
    expect(error.needed).toBeLessThanOrEqual(needed);
  });

  test("bytes does so as well, and names what would be needed", async () => {
    using engine = await Engine.create(key, { threads: 1, planLimitBytes: 2 ** 17 });
    const x = engine.load(FheUint64.encrypt(7, clientKey));
    const [product, sum] = [x.mul(x), engine.load(FheUint8.encrypt(1, clientKey)).add(1)];
    const [refused, result] = await Promise.allSettled([product.ciphertext(), sum.ciphertext()]);
    expect(refused).toMatchObject({
      reason: { name: "LimitError", option: "planLimitBytes", limit: 2 ** 17 },
    });
    expect((refused as PromiseRejectedResult).reason.needed).toBeGreaterThan(2 ** 17);
    expect((result as PromiseFulfilledResult<FheUint8>).value.decrypt(clientKey)).toBe(2);
  });

  test("one bootstrap is a limit like any other, for any number of threads", async () => {
    using engine = await Engine.create(key, { threads: 3, planLimitBootstraps: 1 });
    const flags = [true, false].map((value) => engine.load(FheBool.encrypt(value, clientKey)));
    expect((await flags[0].and(flags[1]).ciphertext()).decrypt(clientKey)).toBe(false);
    const sum = engine.load(FheUint8.encrypt(1, clientKey)).add(1);
    await expect(sum.ciphertext()).rejects.toThrow(LimitError);
  });

  test("another kind is none", async () => {
    for (const limit of [0, -1, Number.NaN]) {
      await expect(Engine.create(key, { planLimitBytes: limit })).rejects.toThrow(RangeError);
      await expect(Engine.create(key, { planLimitBootstraps: limit })).rejects.toThrow(RangeError);
    }
    const options = { planLimitBootstraps: "5" } as unknown as { planLimitBootstraps: number };
    await expect(Engine.create(key, options)).rejects.toThrow(TypeError);
  });

  test("memory fails what does not fit, beside which what fits is computed", async () => {
    using probe = await Engine.create(key, { threads: 1 });
    const { memoryBytes } = probe.info;
    using engine = await Engine.create(key, { threads: 1, memoryLimitBytes: memoryBytes + 2 ** 20 });
    const x = engine.load(FheUint64.encrypt(7, clientKey));
    const large = x.mul(x).mul(x).mul(x);
    const small = engine.load(FheUint8.encrypt(1, clientKey)).add(1);
    const [first, second, third] = await Promise.allSettled([
      large.ciphertext(),
      small.ciphertext(),
      large.ciphertext(),
    ]);
    for (const refused of [first, third])
      expect((refused as PromiseRejectedResult).reason).toBeInstanceOf(OutOfMemoryError);
    expect((second as PromiseFulfilledResult<FheUint8>).value.decrypt(clientKey)).toBe(2);
  });
});
