import { RequestError } from "../errors.ts";
import type { Plan, Slot } from "../plan/plan.ts";
import type { ColumnType, TextType } from "../schema/types.ts";
import { characterSizes } from "./characters.ts";
import { anchoredLength, type PatternShape } from "./shape.ts";

/**
 * The vectors of flags that a query has: how many flags each, slot after slot. It is known to both sides, and the server
 * counts flags through all of them, from 0 on.
 */
export interface Layout {
  readonly vectors: readonly number[];
  /** For each slot, the number of its first vector. */
  readonly first: readonly number[];
  /** For each vector, the number of its first flag. */
  readonly offsets: readonly number[];
  readonly flags: number;
}

/** @param shapes for each slot of LIKE, in their order. @throws RequestError if there are more or fewer of them. */
export function layoutOf(plan: Plan, shapes: readonly PatternShape[]): Layout {
  const vectors: number[] = [];
  const offsets: number[] = [];
  let flags = 0;
  const first = shapesBySlot(plan, shapes).map((shape, index) => {
    const slot = plan.slots[index]!;
    const start = vectors.length;
    for (const size of sizesOf(slot, plan.values[slot.value]!.type, shape)) {
      vectors.push(size);
      offsets.push(flags);
      flags += size;
    }
    return start;
  });
  return { vectors, first, offsets, flags };
}

/** For each slot, the shape of its pattern if it has one. */
export function shapesBySlot(plan: Plan, shapes: readonly PatternShape[]): (PatternShape | undefined)[] {
  const patterns = plan.slots.filter(({ kind }) => kind === "like").length;
  if (shapes.length !== patterns)
    throw new RequestError(`the query has ${patterns} patterns, not ${shapes.length}`);
  let next = 0;
  return plan.slots.map(({ kind }) => (kind === "like" ? shapes[next++]! : undefined));
}

function sizesOf(slot: Slot, type: ColumnType, shape: PatternShape | undefined): readonly number[] {
  switch (slot.kind) {
    case "table":
      return [slot.size + (slot.atNull === "secret" ? 1 : 0)];
    case "equal":
      return slot.sizes;
    case "order":
      // What follows the last digit is nothing: whether that is equal is in the flags that decide.
      return slot.sizes.flatMap((size) => [size, size]).slice(0, -1);
    case "null":
      return [2];
    case "like":
      return patternSizes(type as TextType, shape!);
  }
}

function patternSizes(type: TextType, shape: PatternShape): readonly number[] {
  if (shape.kind === "null") return [];
  if (shape.kind === "anchored") {
    const places = new Array(2 * anchoredLength(type)).fill(characterSizes(type, true)).flat();
    return [...places, type.length + 1];
  }
  const characters = [shape.start, ...shape.middle, shape.end].reduce((sum, length) => sum + length, 0);
  return new Array(characters).fill(characterSizes(type, false)).flat();
}
