import { expect, test } from "vitest";
import { Builder } from "../../src/graph/builder.ts";
import { interpret } from "../../src/graph/interpret.ts";
import { anyDigit, lowerBits, truthValue, unpack } from "../../src/integer/unpack.ts";
import {
  DEFAULT_PARAMETERS,
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
} from "../../src/parameters/sets.ts";

const sanitizers = [anyDigit, truthValue, lowerBits(1), truthValue, anyDigit];

test.each([
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  DEFAULT_PARAMETERS,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
])("whatever blocks hold, digits come out valid: $name", (parameters) => {
  const { messageModulus } = parameters;
  for (const packed of [false, true]) {
    const builder = new Builder(parameters);
    const inputs = Array.from({ length: packed ? 3 : 5 }, () => builder.input({ max: builder.capacity - 1 }));
    const digits = unpack(builder, inputs, sanitizers, packed);
    expect(digits.map(({ max }) => max)).toEqual([messageModulus - 1, 1, 1, 1, messageModulus - 1]);
    for (const digit of digits) expect(digit.noise).toBeLessThanOrEqual(1);
    for (let value = 0; value < builder.capacity; value++) {
      const found = interpret(digits, new Map(inputs.map((input) => [input, value])), parameters);
      const low = value % messageModulus;
      const high = packed ? Math.floor(value / messageModulus) : low;
      expect(found).toEqual([low, Number(high !== 0), low % 2, Number(high !== 0), low]);
    }
  }
});
