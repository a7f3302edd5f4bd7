import { describe, expect, test } from "vitest";
import { secretOf } from "../../src/api/keys/client-key.ts";
import { ClientKey, Engine, FheBool, FheInt16, FheUint8, FheUint32, ServerKey } from "../../src/index.ts";
import { randomValues } from "../random-reference.ts";

describe.each([
  ["a dedicated key", true],
  ["the ordinary key", false],
])("random values at the default set, with %s", (_, oprfKey) => {
  test("are those of the seed, and can be computed with", async () => {
    const clientKey = await ClientKey.generate({ oprfKey });
    const { lwe, oprf, parameters } = secretOf(clientKey);
    expect(oprf !== null).toBe(oprfKey);
    const seed = new TextEncoder().encode("tacet");
    const expected = (bits: number): bigint => randomValues(seed, [bits], oprf ?? lwe, parameters)[0];

    const bytes = (await ServerKey.from(clientKey)).serialize();
    using engine = await Engine.create(ServerKey.deserialize(bytes));
    const whole = engine.random(FheUint32, { seed });
    const bounded = engine.random(FheInt16, { seed, bits: 7 });
    const truth = engine.random(FheBool, { seed });
    const below = engine.random(FheUint8, { seed, below: 10, maxDistance: 2 ** -20 });
    const loaded = engine.load(FheUint32.encrypt(123456789, clientKey));
    const sum = whole.add(loaded);
    // Of the 16 blocks, several come in one batch, some of them together with ordinary lookups.
    const results = await Promise.all(
      [whole, bounded, truth, below, sum].map((handle) => handle.ciphertext()),
    );
    const found = results.map((result) => result.decrypt(clientKey));
    expect(found).toEqual([
      Number(expected(32)),
      Number(expected(7)),
      expected(1) === 1n,
      Number((expected(22) * 10n) >> 22n),
      Number(BigInt.asUintN(32, expected(32) + 123456789n)),
    ]);
  });
});
