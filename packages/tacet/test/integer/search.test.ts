import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  arrayEquals,
  contains,
  containsSubSlice,
  firstIndexOf,
  indexOf,
} from "../../src/integer/table/search.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";
import { sampleCount } from "../samples.ts";
import { crowded, Trial } from "./arrays.ts";
import { SHAPES } from "./operations.ts";

/** Arrays in which some items come up twice, and something to look for that is often in them. */
function search(length: number, width: number): fc.Arbitrary<{ items: bigint[]; sought: bigint }> {
  const items = fc.array(crowded(width), { minLength: length, maxLength: length });
  return items.chain((some) =>
    fc.record({ items: fc.constant(some), sought: fc.oneof(crowded(width), fc.constantFrom(0n, ...some)) }),
  );
}

/** What the searches should find. */
function answers({ items, sought }: { items: bigint[]; sought: bigint }): bigint[] {
  const place = items.indexOf(sought);
  return [BigInt(place >= 0), BigInt(place >= 0), BigInt(Math.max(0, place))];
}

const once = ({ items, sought }: { items: bigint[]; sought: bigint }): boolean =>
  items.indexOf(sought) === items.lastIndexOf(sought);

describe.each(SHAPES)("searches on blocks of shape $shape", ({ shape, parameters, widths }) => {
  const small = shape === "3_3" ? 6 : 4;

  test.each([0, 1, 2, 5, 16, 17, 40])("are right in %i encrypted items for an encrypted value", (length) => {
    for (const width of [small, widths[0]]) {
      const trial = new Trial(parameters);
      const { builder } = trial;
      const items = trial.encrypted(length, width);
      const [value] = trial.encrypted(1, width);
      const first = firstIndexOf(builder, items, value);
      const only = indexOf(builder, items, value);
      const run = trial.runner([[contains(builder, items, value)], [first.found], first.index]);
      const runOnce = trial.runner([[contains(builder, items, value)], [only.found], only.index]);
      fc.assert(
        fc.property(search(length, width), (clear) => {
          const values = [...clear.items, clear.sought];
          expect(run(values)).toEqual(answers(clear));
          if (once(clear)) expect(runOnce(values)).toEqual(answers(clear));
        }),
        { numRuns: sampleCount(10, 30) },
      );
    }
  });

  test.each([1, 5, 17])("are right in %i encrypted items for a clear value", (length) => {
    for (const width of [small, widths[0]]) {
      fc.assert(
        fc.property(search(length, width), (clear) => {
          const trial = new Trial(parameters);
          const { builder } = trial;
          const items = trial.encrypted(length, width);
          const [value] = trial.clear([clear.sought], width);
          const { index, found } = firstIndexOf(builder, items, value);
          const run = trial.runner([[contains(builder, items, value)], [found], index]);
          expect(run(clear.items)).toEqual(answers(clear));
          if (once(clear)) {
            const only = indexOf(builder, items, value);
            expect(trial.runner([[only.found], only.index])(clear.items)).toEqual(answers(clear).slice(1));
          }
        }),
        { numRuns: sampleCount(6, 15) },
      );
    }
  });

  test.each([0, 1, 5, 17, 60])("are right in %i clear items for an encrypted value", (length) => {
    for (const width of [small, ...widths.slice(0, 2)]) {
      fc.assert(
        fc.property(search(length, width), (clear) => {
          const trial = new Trial(parameters);
          const { builder } = trial;
          const items = trial.clear(clear.items, width);
          const [value] = trial.encrypted(1, width);
          const { index, found } = firstIndexOf(builder, items, value);
          const only = indexOf(builder, items, value);
          const run = trial.runner([
            [contains(builder, items, value)],
            [found],
            index,
            [only.found],
            only.index,
          ]);
          const right = answers(clear);
          expect(run([clear.sought])).toEqual([...right, ...right.slice(1)]);
        }),
        { numRuns: 10 },
      );
    }
  });

  test("are right where some items are clear, and cost nothing where all is", () => {
    const width = widths[0];
    fc.assert(
      fc.property(search(6, width), (clear) => {
        const trial = new Trial(parameters);
        const { builder } = trial;
        const [hidden, known] = [clear.items.slice(0, 3), clear.items.slice(3)];
        const items = [...trial.encrypted(3, width), ...trial.clear(known, width)];
        const [value] = trial.clear([clear.sought], width);
        const { index, found } = firstIndexOf(builder, items, value);
        const run = trial.runner([[contains(builder, items, value)], [found], index]);
        expect(run(hidden)).toEqual(answers(clear));
        const all = firstIndexOf(builder, items.slice(3), value);
        const any = contains(builder, items.slice(3), value);
        expect(trial.rotations([[any], [all.found], all.index])).toBe(0);
        expect(trial.runner([[any], [all.found], all.index])(hidden)).toEqual(
          answers({ items: known, sought: clear.sought }),
        );
      }),
      { numRuns: sampleCount(6, 15) },
    );
  });

  test("of one array in another are right", () => {
    const width = widths[0];
    for (const [length, part] of [
      [0, 0],
      [3, 0],
      [1, 2],
      [4, 4],
      [7, 3],
      [9, 1],
    ]) {
      const trial = new Trial(parameters);
      const { builder } = trial;
      const a = trial.encrypted(length, width);
      const b = trial.encrypted(part, width);
      const run = trial.runner([[arrayEquals(builder, a, b)], [containsSubSlice(builder, a, b)]]);
      const few = fc.bigInt({ min: 0n, max: 1n });
      const values = fc.tuple(
        fc.array(few, { minLength: length, maxLength: length }),
        fc.array(few, { minLength: part, maxLength: part }),
      );
      fc.assert(
        fc.property(values, ([x, y]) => {
          const within = `-${x.join("-")}-`.includes(`-${y.join("-")}-`) || part === 0;
          const same = x.join() === y.join() && length === part;
          expect(run([...x, ...y])).toEqual([BigInt(same), BigInt(within)]);
        }),
        { numRuns: sampleCount(20, 60) },
      );
    }
  });
});

describe("searches at the default parameters", () => {
  const trial = new Trial(DEFAULT_PARAMETERS);
  const { builder } = trial;

  test("find an item that is there twice under one name", () => {
    const [item, other, value] = trial.encrypted(3, 8);
    const { index, found } = indexOf(builder, [other, item, item], value);
    expect(trial.runner([[found], index])([7n, 8n, 7n])).toEqual([1n, 1n]);
  });
});
