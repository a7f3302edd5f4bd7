import { expect, test } from "vitest";
import { branchingOf, type Operand } from "../src/engine/branching.ts";
import { clearEngine } from "../src/engine/clear.ts";
import type { Truth } from "../src/engine/job.ts";
import { Random } from "./corpus/random.ts";

const FLAGS = 24;
const [PACKED_FROM, PACKED_TO] = [8, 16];

/** A random truth that reads each selector once at most, and one packed flag at most. */
function randomTruth(random: Random): Truth {
  const selectors = Array.from({ length: FLAGS }, (_, flag) => flag).filter(
    (flag) => flag < PACKED_FROM || flag >= PACKED_TO,
  );
  const left: Truth[] = random.some(selectors, random.between(1, 12));
  if (random.chance(60)) left.push(random.between(PACKED_FROM, PACKED_TO - 1));
  if (left.length > 3 && random.chance(40)) {
    const [first, second, third] = left.splice(0, 3) as number[];
    left.push({ kind: "order", before: [first!, second!], equal: [third!] });
  }
  while (left.length > 1) {
    const of = random.some(left, random.between(2, 4));
    for (const part of of) left.splice(left.indexOf(part), 1);
    left.push({ kind: random.pick(["all", "any"]), of });
  }
  return left[0]!;
}

test("branching programs say what truths say", async () => {
  const random = new Random(3);
  const { evaluate } = clearEngine();
  for (let sample = 0; sample < 2_000; sample++) {
    const truth = randomTruth(random);
    const flags = Uint8Array.from({ length: FLAGS }, () => Number(random.chance(50)));
    const { operations, result, packed } = branchingOf(truth, PACKED_FROM, PACKED_TO)!;
    const selectors = [...flags.subarray(0, PACKED_FROM), ...flags.subarray(PACKED_TO)];
    const given: number[] = [];
    const read = (operand: Operand) =>
      typeof operand === "number"
        ? given[operand]!
        : operand === "vector"
          ? flags[packed!]!
          : Number(operand === "one");
    for (const { selector, low, high } of operations)
      given.push(read(selectors[selector] === 1 ? high : low));
    const { truths } = await evaluate({ vectors: [FLAGS], truths: [truth], asked: [0], sums: [] }, flags);
    expect(read(result), JSON.stringify([truth, [...flags]])).toBe(truths[0]);
    expect(operations.length).toBeLessThanOrEqual(FLAGS);
  }
});

test("a packed flag is read last, or not at all", () => {
  const branching = (truth: Truth) => branchingOf(truth, PACKED_FROM, PACKED_TO);
  expect(branching({ kind: "all", of: [8, 9] })).toBeUndefined();
  expect(branching({ kind: "order", before: [0, 8], equal: [1] })).toBeDefined();
  expect(branching({ kind: "order", before: [8, 0], equal: [1] })).toBeUndefined();
  const [first, second]: Truth[] = [
    { kind: "all", of: [8, 0] },
    { kind: "all", of: [8, 1] },
  ];
  expect(branching({ kind: "any", of: [first!, second!] })).toBeUndefined();
});
