import { test } from "vitest";
import { ClientKey } from "../../src/index.ts";
import { checkNoise } from "../leveled/measure.ts";

test("noise of levelled circuits stays within its formulas, at the default parameters", async () => {
  await checkNoise(await ClientKey.generate(), 100);
});
