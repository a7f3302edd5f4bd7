import { describe, expect, test } from "vitest";
import { PlanningError } from "../../src/errors.ts";
import type { Block, Family, LinearBlock, LookupBlock, RootTable } from "../../src/graph/block.ts";
import { Builder } from "../../src/graph/builder.ts";
import { plan } from "../../src/graph/plan.ts";
import { PlanVerifier } from "../../src/graph/verify/verifier.ts";
import { blockCapacity } from "../../src/parameters/parameter-set.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";
import { fitted, verify } from "./fitted-plan.ts";

const parameters = DEFAULT_PARAMETERS;
const capacity = blockCapacity(parameters);

const table = (entry: (value: number) => number, size = capacity): number[] =>
  Array.from({ length: size }, (_, value) => entry(value));

describe("of what may stand anywhere", () => {
  const builder = new Builder(parameters);
  const x = builder.input({ max: capacity - 1, form: "unchecked" });
  const y = builder.input({ max: 3 });
  const a = builder.lookup(x, (value) => value & 3) as LookupBlock;
  const b = builder.lookup(a, [1, 0, 0, 2]) as LookupBlock;
  const made = plan([a, b], parameters);
  const [first, second] = made.rotations;

  test("a lookup, and one of that, pass", () => {
    expect(made.rotations).toHaveLength(2);
    verify(made, [a, b]);
  });

  test("tables that differ in a constant or in sign are one lookup, and whole noise in sums", () => {
    const one = builder.lookup(x, (value) => value & 1);
    const shifted = builder.lookup(x, (value) => (value & 1) + 2);
    const mirrored = builder.lookup(x, (value) => 7 - (value & 1));
    for (const [block, constant, coefficient] of [[shifted, 2, 1], [mirrored, 7, -1]] as const) // biome-ignore format: short
      expect(block).toMatchObject({ constant, terms: [{ source: one, coefficient }] });
    expect(builder.noiseOf([[1, one], [3, shifted], [1, mirrored]])).toBe(9); // biome-ignore format: short
    expect(builder.lookup(x, (value) => (value & 1) * 2)).toMatchObject({ kind: "lookup" });
    const made = plan([one, shifted, mirrored], parameters);
    expect(made.rotations).toHaveLength(1);
    verify(made, [one, shifted, mirrored]);
  });

  test("it refuses tables that differ in a constant or in sign as lookups of their own", () => {
    const other = builder.lookup(x, (value) => value & 2) as LookupBlock;
    const one = builder.lookup(x, (value) => value & 1) as LookupBlock;
    for (const alike of [table((value) => (value & 1) + 1), table((value) => 1 - (value & 1))]) {
      const rotations = [one, other].map((output) => {
        const { rotations: [rotation] } = plan([output], parameters); // biome-ignore format: short
        return output === one ? rotation : { ...rotation, tables: [{ table: alike, output }] };
      });
      expect(() => verify(fitted(rotations), [one, other])).toThrow(PlanningError);
    }
  });

  test("it refuses what is composed over it", () => {
    const composed = table((value) => [1, 0, 0, 2][value & 3]);
    const alone = fitted([{ ...first, tables: [{ table: composed, output: b }] }]);
    expect(() => verify(alone, [b])).toThrow(PlanningError);
  });

  test("it refuses multiples, sums and shifts", () => {
    const parts = [
      { ...first, terms: [{ source: x, coefficient: 2 }] },
      { ...first, terms: [...first.terms, { source: y, coefficient: 1 }] },
      { ...first, constant: 1 },
    ];
    for (const part of parts)
      expect(() => verify(fitted([part, second]), [a, b])).toThrow(/not under the big key/);
  });

  test("it refuses to look up more than the value of what a seed gave", () => {
    const r = builder.input({ max: 3, form: "random" });
    const c = builder.lookup(r, (value) => value) as LookupBlock;
    const { rotations } = plan([c], parameters);
    verify(fitted(rotations), [c]);
    const d = builder.lookup(c, (value) => value ^ 1) as LookupBlock;
    const direct = { ...rotations[0], tables: [{ table: [1, 0, 3, 2], output: d }] };
    expect(() => verify(fitted([direct]), [d])).toThrow(PlanningError);
  });
});

describe("of noise", () => {
  /** A combination of which the graph says that it is quieter than it is. */
  const quieter = (block: Block, noise: number): LinearBlock => ({ ...(block as LinearBlock), noise });

  test("it refuses an input beyond the bound", () => {
    const builder = new Builder(parameters);
    const a = builder.lookup(builder.input({ max: 3 }), [0, 1, 1, 0]);
    const b = builder.lookup(builder.linear([[1, a], [1, builder.input({ max: 1 })]]), [0, 1, 1]) as LookupBlock; // biome-ignore format: short
    const { rotations } = plan([b], parameters);
    verify(fitted(rotations), [b]);
    const last = rotations.at(-1)!;
    // The same values six times as large, in a table with as much more room.
    for (const [factor, refused] of [
      [3, false],
      [5, true],
    ] as const) {
      // biome-ignore format: short
      const spread = table((value) => last.tables[0].table[Math.floor(value / factor)], 2 * factor + 1);
      const terms = last.terms.map(({ source, coefficient }) => ({
        source,
        coefficient: factor * coefficient,
      }));
      const rotation = { ...last, terms, constant: factor * last.constant, size: 2 * factor + 1 };
      const damaged = fitted([
        ...rotations.slice(0, -1),
        { ...rotation, tables: [{ output: b, table: spread }] },
      ]);
      if (refused) expect(() => verify(damaged, [b])).toThrow(/variance of 50/);
      else verify(damaged, [b]);
    }
  });

  test("it refuses results above what the graph says", () => {
    const builder = new Builder(parameters);
    const [x, y] = [builder.input({ max: 3, noise: 4 }), builder.input({ max: 3 })];
    const sum = builder.linear([[1, x], [2, y]]); // biome-ignore format: short
    verify(plan([sum], parameters), [sum]);
    const damaged = quieter(sum, 7.9);
    expect(() => verify(plan([damaged], parameters), [damaged])).toThrow(/variance of 8, not of 7.9/);
  });

  test("it counts tables of one rotation as correlated", () => {
    const builder = new Builder(parameters);
    const x = builder.input({ max: 3 });
    const [a, b] = [builder.lookup(x, [0, 1, 1, 0]), builder.lookup(x, [1, 0, 0, 0])];
    const sum = builder.linear([[1, a], [1, b]]); // biome-ignore format: short
    verify(plan([sum], parameters), [sum]);
    const damaged = quieter(sum, 2);
    expect(() => verify(plan([damaged], parameters), [damaged])).toThrow(/variance of 3, not of 2/);
  });

  test("it refuses to make akin or equal what the graph takes for independent or different", () => {
    const akin = new Builder(parameters);
    const sum = akin.linear([[1, akin.input({ max: 3 })], [1, akin.input({ max: 3 })]]); // biome-ignore format: short
    const [c, d] = [1, 2].map(
      (bit) =>
        akin.lookup(
          sum,
          table((value) => Number((value & bit) > 0)),
        ) as LookupBlock,
    );
    const made = plan([c, d], parameters);
    verify(made, [c, d]);
    (d as { family: Family }).family = { ...d.family, kin: d.family.kin + 1 };
    expect(() => verify(made, [c, d])).toThrow(/independent/);
    const again = new Builder(parameters);
    const w = again.input({ max: 3 });
    const e = again.lookup(w, [0, 1, 1, 0]) as LookupBlock;
    const { rotations: [rotation] } = plan([e], parameters); // biome-ignore format: short
    const f: LookupBlock = { ...e, id: 100 };
    const shifted = { ...rotation, constant: 1, size: 5, tables: [{ table: [0, 0, 1, 1, 0], output: f }] };
    const same = { ...rotation, tables: [{ ...rotation.tables[0], output: f }] };
    for (const second of [same, shifted]) {
      const twice = fitted([rotation, second]);
      (f as { root: RootTable }).root = e.root;
      verify(twice, [e, f]);
      (f as { root: RootTable }).root = { ...e.root, name: e.root.name + 1 };
      expect(() => verify(twice, [e, f])).toThrow(/different/);
    }
  });

  test("it counts equal rotations as one ciphertext", () => {
    const builder = new Builder(parameters);
    const [x, y, z] = [1, 2, 3].map((twin) => builder.input({ max: 3, twin }));
    const [a, b] = [y, z].map((other) => builder.lookup(builder.linear([[1, x], [1, other]]), table((value) => value & 1))); // biome-ignore format: short
    const sum = builder.linear([[1, a], [1, b]]); // biome-ignore format: short
    const made = plan([sum], parameters);
    verify(made, [sum]);
    expect(made.rotations).toHaveLength(2);
    // Had the builder not been told that they are the same ciphertext, it would count two.
    (z as { twin: number }).twin = 2;
    expect(() => verify(made, [sum])).toThrow(/variance of 4, not of 2/);
  });

  test("it counts lookups of a sum and of a difference with the negative as correlated", () => {
    const builder = new Builder(parameters);
    const [x, y, z] = [1, 2, 3].map((twin) => builder.input({ max: 3, twin }));
    const isOdd = table((value) => value & 1);
    const a = builder.lookup(builder.linear([[1, x], [1, y]]), isOdd); // biome-ignore format: short
    const b = builder.lookup(builder.linear([[1, x], [-1, z]], 3), isOdd); // biome-ignore format: short
    const sum = builder.linear([[1, a], [1, b]]); // biome-ignore format: short
    const made = plan([sum], parameters);
    verify(made, [sum]);
    (z as { twin: number }).twin = -2;
    expect(() => verify(made, [sum])).toThrow(/variance of 3, not of 2/);
  });

  test("it counts what is loaded twice as one ciphertext", () => {
    const builder = new Builder(parameters);
    for (const twin of [1, -1]) {
      const [x, y] = [1, twin].map((name) => builder.input({ max: 3, twin: name }));
      const sum = builder.linear([[1, x], [1, y]]); // biome-ignore format: short
      verify(plan([sum], parameters), [sum]);
      const damaged = quieter(sum, 2);
      expect(() => verify(plan([damaged], parameters), [damaged])).toThrow(/variance of 4, not of 2/);
    }
  });

  test("it knows what an earlier plan has computed, and what is computed again", () => {
    const builder = new Builder(parameters);
    const verifier = new PlanVerifier(parameters);
    const x = builder.input({ max: 3 });
    const results = [0, 1].map(() => {
      const middle = builder.lookup(x, [0, 1, 1, 2]);
      const end = builder.lookup(builder.linear([[1, middle], [4, builder.lookup(x, [1, 0, 0, 1])]]), (value) => Number(value > 2)); // biome-ignore format: short
      const requested = [middle, end];
      verifier.verify(plan(requested, parameters), requested);
      builder.retain([end]);
      for (const block of requested) builder.resolve(block as LookupBlock);
      builder.sweep();
      return end;
    });
    expect(results[0]).not.toBe(results[1]);
    const sum = builder.linear([[1, results[0]], [1, results[1]]]); // biome-ignore format: short
    verifier.verify(plan([sum], parameters), [sum]);
    const damaged = quieter(sum, 3);
    expect(() => verifier.verify(plan([damaged], parameters), [damaged])).toThrow(/variance of 4, not of 3/);
  });
});
