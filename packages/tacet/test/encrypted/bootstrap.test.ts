import { describe, expect, test } from "vitest";
import {
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
} from "../../src/index.ts";
import { Laboratory } from "../laboratory.ts";
import { sampleCount } from "../samples.ts";

describe.each([
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
])("$name", (parameters) => {
  test("looks values up, in one table and in two", async () => {
    const laboratory = await Laboratory.create(parameters);
    const { capacity } = laboratory;
    const table = Array.from({ length: capacity }, (_, value) => (5 * value + 3) % capacity);
    const step = Math.max(8, capacity / sampleCount(2, 8));
    for (let first = 0; first < capacity; first += step) {
      const values = Array.from({ length: Math.min(8, capacity) }, (_, i) => first + i);
      const outputs = laboratory.lookup(
        values.map((value) => laboratory.encrypt(value)),
        [table],
        capacity,
      );
      expect(outputs.map(([output]) => laboratory.decrypt(output))).toEqual(
        values.map((value) => table[value]),
      );
    }
    const range = capacity / 2;
    const [pair] = laboratory.lookup(
      [laboratory.encrypt(range - 1)],
      [table.slice(0, range), table.slice(range)],
      range,
    );
    expect(pair.map((output) => laboratory.decrypt(output))).toEqual([table[range - 1], table[capacity - 1]]);
  });
});
