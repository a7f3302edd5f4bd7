import { afterAll, beforeAll, expect, test } from "vitest";
import { ClientKey, Engine, FheInt64, FheUint64, FheUint256, ServerKey } from "../../src/index.ts";
import { decryptOutcome, everyOperation } from "../every-operation.ts";

let clientKey: ClientKey;
let engine: Engine;

beforeAll(async () => {
  clientKey = await ClientKey.generate();
  engine = await Engine.create(await ServerKey.from(clientKey));
});
afterAll(() => engine.dispose());

test.each([
  [FheUint64, 0xfedc_ba98_7654_3210n, 0x1_2345_6789n, false],
  [FheInt64, -0x7edc_ba98_7654_3210n, 0x1_2345_6789n, true],
] as const)("every operation of $name is right at the default parameters", async (type, a, b, choice) => {
  for (const { name, found, expected } of everyOperation(engine, clientKey, type, a, b, choice)) {
    const outcomes = found();
    const values = await Promise.all(outcomes.map((outcome) => decryptOutcome(outcome, clientKey)));
    for (const outcome of outcomes) outcome.dispose();
    expect(`${name}: ${values}`).toBe(`${name}: ${expected}`);
  }
});

test("a product of 256 bits takes little more memory than its operands", async () => {
  const [a, b] = [3n ** 161n, 7n ** 91n];
  const [x, y] = [a, b].map((value) => engine.load(FheUint256.encrypt(value, clientKey)));
  const before = engine.info.memoryBytes;
  let peak = before;
  const product = await x.mul(y).ciphertext({
    onProgress: () => {
      peak = Math.max(peak, engine.info.memoryBytes);
    },
  });
  expect(product.decrypt(clientKey)).toBe(BigInt.asUintN(256, a * b));
  console.log(
    `FheUint256 mul: ${((peak - before) / 2 ** 20).toFixed(0)} MiB at the most beside the keys and operands`,
  );
  expect(peak - before).toBeLessThan(512 * 2 ** 20);
}, 1_800_000);
