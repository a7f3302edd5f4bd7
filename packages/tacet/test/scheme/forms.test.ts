import { beforeAll, describe, expect, test } from "vitest";
import {
  type CompactParameterSet,
  PARAM_PKE_TO_BIG_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2,
  PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2,
} from "../../src/parameters/compact-sets.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 as toy } from "../../src/parameters/sets.ts";
import type { LookupForm } from "../../src/scheme/bootstrap.ts";
import { Laboratory } from "../laboratory.ts";

const toSmall = PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2;
const toBig = PARAM_PKE_TO_BIG_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2;
const gadget = { baseLog: 6, level: 4, destination: "big" } as const;

/** Compact keys shorter and longer than the toy set's big key, and gadgets of one level and more to either key. */
const COMPACT: readonly (readonly [string, CompactParameterSet])[] = [
  ["a short key, to the small one", { ...toSmall, lweDimension: 64 }],
  ["a long key, to the small one", { ...toSmall, lweDimension: 1024 }],
  ["a short key, to the big one", { ...toBig, lweDimension: 64 }],
  ["a long key, to the big one", { ...toBig, lweDimension: 512 }],
  ["four levels, to the big one", { ...toBig, lweDimension: 128, casting: gadget }],
];

describe.each(COMPACT)("a casting key from %s", (_, compact) => {
  let laboratory: Laboratory;
  const range = toy.messageModulus * toy.carryModulus;
  const table = Array.from({ length: range }, (_, value) => (5 * value + 3) % range);
  beforeAll(async () => {
    laboratory = await Laboratory.create(toy, true, compact);
  });

  test("lets every value be looked up", () => {
    for (let first = 0; first < range; first += 8) {
      const values = Array.from({ length: 8 }, (_, i) => first + i);
      const inputs = values.map((value) => laboratory.encryptCompact(value));
      const outputs = laboratory.lookup(
        inputs,
        [table],
        range,
        inputs.map(() => "compact" as const),
      );
      expect(outputs.map(([output]) => laboratory.decrypt(output))).toEqual(
        values.map((value) => table[value]),
      );
    }
  });

  test("gives the same bits whatever forms are in the batch", () => {
    const big = (value: number): BigUint64Array => laboratory.encrypt(value);
    const inputs = [
      laboratory.keySwitch([big(1)])[0],
      laboratory.encryptCompact(2),
      big(3),
      laboratory.encryptCompact(4),
      laboratory.keySwitch([big(5)])[0],
      big(6),
      laboratory.encryptCompact(7),
    ];
    const forms: LookupForm[] = ["switched", "compact", "big", "compact", "switched", "big", "compact"];
    const together = laboratory.lookup(inputs, [table], range, forms);
    for (const [i, input] of inputs.entries()) {
      const [alone] = laboratory.lookup([input], [table], range, [forms[i]]);
      expect(alone).toEqual(together[i]);
      expect(laboratory.decrypt(alone[0])).toBe(table[i + 1]);
    }
  });
});

test("a lookup of what a key switch and a modulus switch gave is the lookup itself, bit for bit", async () => {
  const laboratory = await Laboratory.create(toy, true);
  const { capacity } = laboratory;
  const table = Array.from({ length: capacity }, (_, value) => capacity - 1 - value);
  for (let value = 0; value < capacity; value++) {
    const input = laboratory.encrypt(value);
    const [switched] = laboratory.keySwitch([input]);
    expect(switched.every((element) => element < 2 * toy.polynomialSize)).toBe(true);
    const direct = laboratory.lookup([input], [table], capacity);
    expect(laboratory.lookup([switched], [table], capacity, ["switched"])).toEqual(direct);
    expect(laboratory.decrypt(direct[0][0])).toBe(table[value]);
  }
});
