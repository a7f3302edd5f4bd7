import { afterAll, beforeAll, expect, test } from "vitest";
import { ClientKey, Engine, FheInt8, FheUint8, ServerKey } from "../../src/index.ts";
import { decryptOutcome, everyOperation } from "../every-operation.ts";
import { sampleCount } from "../samples.ts";

let clientKey: ClientKey;
let engine: Engine;

beforeAll(async () => {
  clientKey = await ClientKey.generate();
  engine = await Engine.create(await ServerKey.from(clientKey));
});
afterAll(() => engine.dispose());

const tried = [
  [FheInt8, -114n, 7n, false],
  [FheUint8, 201n, 11n, true],
] as const;
test.each(tried.slice(0, sampleCount(1, 2)))(
  "every operation of $name is right at the default parameters",
  async (type, a, b, choice) => {
    const cases = everyOperation(engine, clientKey, type, a, b, choice);
    const found = await Promise.all(
      cases.map(({ found }) => Promise.all(found().map((outcome) => decryptOutcome(outcome, clientKey)))),
    );
    for (const [i, { name, expected }] of cases.entries()) {
      expect(`${name}: ${found[i]}`).toBe(`${name}: ${expected}`);
    }
  },
);
