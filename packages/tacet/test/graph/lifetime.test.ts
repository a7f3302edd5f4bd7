import { describe, expect, test } from "vitest";
import type { Block } from "../../src/graph/block.ts";
import { Builder } from "../../src/graph/builder.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";

const table = (value: number): number => (value * 7 + 1) % 4;

function watched(): { builder: Builder; dropped: Block[] } {
  const builder = new Builder(DEFAULT_PARAMETERS);
  const dropped: Block[] = [];
  builder.onDrop = (block) => dropped.push(block);
  return { builder, dropped };
}

describe("the builder", () => {
  test("keeps what a handle needs, and drops the rest at the next sweep", () => {
    const { builder, dropped } = watched();
    const a = builder.input({ max: 3 });
    const unused = builder.input({ max: 3 });
    const forgotten = builder.lookup(
      builder.linear([
        [1, a],
        [1, unused],
      ]),
      table,
    );
    const kept = builder.lookup(builder.linear([[1, a]], 1), table);
    builder.retain([kept]);
    builder.sweep();
    expect(dropped).toContain(forgotten);
    expect(dropped).toContain(unused);
    expect(dropped).not.toContain(a);
    expect(dropped).not.toContain(kept);
    expect(builder.lookup(builder.linear([[1, a]], 1), table)).toBe(kept);
  });

  test("drops each block once, when its last handle goes", () => {
    const { builder, dropped } = watched();
    const a = builder.input({ max: 3 });
    const lookup = builder.lookup(a, table);
    builder.retain([lookup, a]);
    builder.retain([lookup]);
    builder.sweep();
    builder.release([a, lookup]);
    expect(dropped).toEqual([]);
    builder.release([lookup]);
    builder.sweep();
    expect(dropped).toEqual([lookup, a]);
    expect(builder.size).toBe(0);
  });

  test("drops once what was released before the sweep", () => {
    const { builder, dropped } = watched();
    const a = builder.input({ max: 3 });
    builder.retain([a]);
    builder.release([a]);
    builder.sweep();
    expect(dropped).toEqual([a]);
  });

  test("builds a node anew after it was dropped", () => {
    const { builder } = watched();
    const a = builder.input({ max: 3 });
    builder.retain([a]);
    const first = builder.lookup(a, table);
    builder.sweep();
    expect(builder.lookup(a, table)).not.toBe(first);
  });

  test("lets a resolved lookup forget its input, and still finds it", () => {
    const { builder, dropped } = watched();
    const a = builder.input({ max: 3 });
    const b = builder.input({ max: 3 });
    builder.retain([b]);
    const sum = builder.linear([
      [1, a],
      [1, b],
    ]);
    const lookup = builder.lookup(sum, table);
    const ofB = builder.lookup(b, table);
    builder.retain([lookup, ofB]);
    builder.sweep();
    for (const block of [lookup, ofB]) if (block.kind === "lookup") builder.resolve(block);
    expect(dropped).toEqual([sum, a]);
    expect(lookup).toMatchObject({ kind: "lookup", input: undefined, table: undefined });
    expect(builder.lookup(b, table)).toBe(ofB);
    if (lookup.kind === "lookup") builder.resolve(lookup);
    expect(dropped).toEqual([sum, a]);
  });

  test("does not grow with a balance that is updated for months", () => {
    const { builder, dropped } = watched();
    let balance: Block = builder.input({ max: 3 });
    builder.retain([balance]);
    for (let day = 0; day < 2000; day++) {
      const payment = builder.input({ max: 3 });
      builder.retain([payment]);
      const updated = builder.lookup(
        builder.linear([
          [1, balance],
          [1, payment],
        ]),
        (value) => value % 4,
      );
      builder.retain([updated]);
      builder.sweep();
      if (updated.kind === "lookup") builder.resolve(updated);
      builder.release([balance, payment]);
      balance = updated;
      expect(builder.size).toBeLessThan(4);
    }
    // Of each day the payment, the sum and the balance of the day before are gone.
    expect(dropped).toHaveLength(3 * 2000);
    expect(balance.references).toBe(1);
  });

  test("drops a chain of 100,000 nodes without deep recursion", () => {
    const { builder, dropped } = watched();
    const step = builder.input({ max: 3 });
    let block: Block = builder.input({ max: 3 });
    for (let index = 0; index < 50_000; index++) {
      const sum = builder.linear([
        [1, block],
        [1, step],
      ]);
      block = builder.lookup(sum, (value) => value % 4);
    }
    builder.retain([block]);
    builder.sweep();
    expect(builder.size).toBe(100_000);
    builder.release([block]);
    expect(builder.size).toBe(0);
    expect(dropped).toHaveLength(100_002);
  });
});
