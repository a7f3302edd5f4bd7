import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layOut } from "../src/graph/layout.ts";
import { type GraphNode, LookupGraph } from "../src/graph/lookup-graph.ts";

const planned = (id: number, ...after: number[]) => ({ id, after, lookups: 1 });

/** A diamond with a tail: 0 → 1, 2 → 3 → 4. */
const diamond = [planned(0), planned(1, 0), planned(2, 0), planned(3, 1, 2), planned(4, 3)];

const depths = (graph: LookupGraph): number[] => graph.columns.map((column) => column.length);

describe("the graph of bootstraps", () => {
  test.each([
    ["in order", diamond],
    ["the other way round", diamond.toReversed()],
  ])("has columns by depth, planned %s", (_, bootstraps) => {
    const graph = new LookupGraph();
    graph.add(bootstraps);
    expect(depths(graph)).toEqual([1, 2, 1, 1]);
    expect(graph.size).toBe(5);
    expect(graph.counts).toEqual({ waiting: 4, ready: 1, done: 0, cancelled: 0 });
  });

  test("makes ready what waits for nothing any more", () => {
    const graph = new LookupGraph();
    graph.add(diamond);
    graph.finish([0]);
    expect(graph.counts).toEqual({ waiting: 2, ready: 2, done: 1, cancelled: 0 });
    graph.finish([1]);
    expect(graph.counts).toMatchObject({ waiting: 2, ready: 1 });
    graph.finish([2, 3]);
    expect(graph.counts).toEqual({ waiting: 0, ready: 1, done: 4, cancelled: 0 });
  });

  test("goes on from an earlier plan, and from bootstraps that it never knew", () => {
    const graph = new LookupGraph();
    graph.add(diamond);
    graph.finish([0, 1]);
    graph.add([planned(5, 4), planned(6), planned(7, 1), planned(8, -1)]);
    expect(depths(graph)).toEqual([3, 2, 2, 1, 1]);
    expect(graph.counts).toEqual({ waiting: 3, ready: 4, done: 2, cancelled: 0 });
  });

  test("cancels what is not done", () => {
    const graph = new LookupGraph();
    graph.add(diamond);
    graph.finish([0]);
    graph.cancel([0, 1, 2, 3, 4]);
    graph.finish([1]); // was under way
    expect(graph.counts).toEqual({ waiting: 0, ready: 0, done: 2, cancelled: 3 });
  });

  test("counts every bootstrap once, whatever happens", () => {
    const bootstraps = fc
      .array(fc.array(fc.nat(30), { maxLength: 4 }), { maxLength: 30 })
      .map((lists) => lists.map((after, id) => planned(id, ...new Set(after.filter((other) => other < id)))));
    fc.assert(
      fc.property(bootstraps, fc.array(fc.nat(30)), fc.array(fc.nat(30)), (all, finished, cancelled) => {
        const graph = new LookupGraph();
        graph.add(all);
        graph.finish(finished);
        graph.cancel(cancelled);
        const { waiting, ready, done, cancelled: gone } = graph.counts;
        expect(waiting + ready + done + gone).toBe(all.length);
        expect(depths(graph).reduce((sum, count) => sum + count, 0)).toBe(all.length);
      }),
    );
  });
});

describe("its layout", () => {
  test("puts all nodes inside, each after those that it waits for, and none on another", () => {
    const graph = new LookupGraph();
    graph.add(diamond);
    const { places, columns, rows } = layOut(graph.columns, 2);
    expect([columns, rows]).toEqual([4, 2]);
    expect(new Set([...places.values()].map(({ x, y }) => `${x} ${y}`)).size).toBe(5);
    for (const [{ parents }, { x, y }] of places) {
      expect(x).toSatisfy((x: number) => x > 0 && x < 1);
      expect(y).toSatisfy((y: number) => y > 0 && y < 1);
      for (const parent of parents) expect(places.get(parent)!.x).toBeLessThan(x);
    }
  });

  test("keeps chains straight where it can", () => {
    const graph = new LookupGraph();
    graph.add([planned(0), planned(1), planned(2), planned(3, 2), planned(4, 1), planned(5, 0)]);
    const { places } = layOut(graph.columns, 0.5);
    for (const [{ parents }, { y }] of places) {
      for (const parent of parents as GraphNode[]) expect(places.get(parent)!.y).toBeCloseTo(y);
    }
  });

  test("gives a depth with many nodes several columns, in the order of the depths", () => {
    const graph = new LookupGraph();
    const many = Array.from({ length: 95 }, (_, id) => planned(id));
    graph.add([...many, planned(95, ...many.map(({ id }) => id)), planned(96, 95)]);
    const { places, columns, rows } = layOut(graph.columns, 1);
    expect([columns, rows]).toEqual([11, 11]);
    expect(new Set([...places.values()].map(({ x, y }) => `${x} ${y}`)).size).toBe(97);
    for (const [{ parents }, { x, y }] of places) {
      expect(y).toSatisfy((y: number) => y > 0 && y < 1);
      for (const parent of parents) expect(places.get(parent)!.x).toBeLessThan(x);
    }
  });
});
