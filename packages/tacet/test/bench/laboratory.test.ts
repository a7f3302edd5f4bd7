import { expect, test } from "vitest";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 as toy } from "../../src/parameters/sets.ts";
import { Laboratory } from "../laboratory.ts";

test("the PBS that is measured is a KS-PBS without its key switch", async () => {
  const laboratory = await Laboratory.create(toy, true);
  const { capacity } = laboratory;
  const table = Array.from({ length: capacity }, (_, value) => (3 * value + 1) % capacity);
  const inputs = [1, 5, 11].map((value) => laboratory.encrypt(value));
  const outputs = laboratory.lookup(inputs, [table], capacity).map(([output]) => output);
  const small = laboratory.keySwitch(inputs, { modulusSwitch: false });
  expect(laboratory.bootstrap(small)).toEqual(outputs);
  expect(laboratory.bootstrap(small)).toEqual(outputs); // its inputs stay as they are
});
