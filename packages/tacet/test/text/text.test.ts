import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Builder } from "../../src/graph/builder.ts";
import { clearRadix } from "../../src/integer/clear.ts";
import type { Found } from "../../src/integer/table/search.ts";
import {
  DEFAULT_PARAMETERS,
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
} from "../../src/parameters/sets.ts";
import { toLowerCase, toUpperCase } from "../../src/text/change/case.ts";
import { concatenate, repeat, repeatUpTo } from "../../src/text/change/concatenate.ts";
import { replace } from "../../src/text/change/replace.ts";
import { type Stripped, stripPrefix, stripSuffix } from "../../src/text/change/strip.ts";
import { trim, trimEnd, trimStart } from "../../src/text/change/trim.ts";
import { eq, eqIgnoringCase, ne, order } from "../../src/text/compare.ts";
import { isEmpty, lengthOf } from "../../src/text/length.ts";
import { contains, endsWith, find, findLast, startsWith } from "../../src/text/search/search.ts";
import type { Text } from "../../src/text/text.ts";
import { sampleCount } from "../samples.ts";
import { layouts, samples, textsOver } from "./texts.ts";
import { type Outcome, type Sample, TextTrial } from "./trial.ts";

/** An operation on a text and another one, and what it means on JavaScript's own. */
interface Operation {
  readonly build: (builder: Builder, a: Text, b: Text) => readonly Outcome[];
  readonly means: (a: string, b: string) => readonly (string | number)[];
}

/** What gives a text, a number or a truth value. */
const one = (
  build: (builder: Builder, a: Text, b: Text) => Outcome,
  means: (a: string, b: string) => string | number | boolean,
): Operation => ({
  build: (builder, a, b) => [build(builder, a, b)],
  means: (a, b) => [means(a, b)].map((value) => (typeof value === "boolean" ? Number(value) : value)),
});
const searching = (
  search: (builder: Builder, a: Text, b: Text) => Found,
  means: (a: string, b: string) => number,
): Operation => ({
  build: (builder, a, b) => {
    const { index, found } = search(builder, a, b);
    return [index, found];
  },
  means: (a, b) => [Math.max(0, means(a, b)), Number(means(a, b) >= 0)],
});
const stripping = (
  strip: (builder: Builder, a: Text, b: Text) => Stripped,
  isThere: (a: string, b: string) => boolean,
  rest: (a: string, b: string) => string,
): Operation => ({
  build: (builder, a, b) => {
    const { text, found } = strip(builder, a, b);
    return [text, found];
  },
  means: (a, b) => (isThere(a, b) ? [rest(a, b), 1] : [a, 0]),
});

const pairs: Readonly<Record<string, Operation>> = {
  eq: one(eq, (a, b) => a === b),
  ne: one(ne, (a, b) => a !== b),
  eqIgnoringCase: one(eqIgnoringCase, (a, b) => a.toLowerCase() === b.toLowerCase()),
  lt: one(order.lt, (a, b) => a < b),
  le: one(order.le, (a, b) => a <= b),
  gt: one(order.gt, (a, b) => a > b),
  ge: one(order.ge, (a, b) => a >= b),
  contains: one(contains, (a, b) => a.includes(b)),
  startsWith: one(startsWith, (a, b) => a.startsWith(b)),
  endsWith: one(endsWith, (a, b) => a.endsWith(b)),
  find: searching(find, (a, b) => a.indexOf(b)),
  findLast: searching(findLast, (a, b) => a.lastIndexOf(b)),
  stripPrefix: stripping(
    stripPrefix,
    (a, b) => a.startsWith(b),
    (a, b) => a.slice(b.length),
  ),
  stripSuffix: stripping(
    stripSuffix,
    (a, b) => a.endsWith(b),
    (a, b) => a.slice(0, a.length - b.length),
  ),
  concatenate: one(concatenate, (a, b) => a + b),
};

const LEADING = /^[ \t\n\f\r]*/;
const TRAILING = /[ \t\n\f\r]*$/;

const singles: Readonly<Record<string, Operation>> = {
  lengthOf: one(
    (builder, a) => lengthOf(builder, a, 8),
    (a) => a.length,
  ),
  isEmpty: one(isEmpty, (a) => a === ""),
  toLowerCase: one(toLowerCase, (a) => a.toLowerCase()),
  toUpperCase: one(toUpperCase, (a) => a.toUpperCase()),
  trim: one(trim, (a) => a.replace(LEADING, "").replace(TRAILING, "")),
  trimStart: one(trimStart, (a) => a.replace(LEADING, "")),
  trimEnd: one(trimEnd, (a) => a.replace(TRAILING, "")),
  "repeat 3": one(
    (builder, a) => repeat(builder, a, 3),
    (a) => a.repeat(3),
  ),
  "repeat 0": one(
    (builder, a) => repeat(builder, a, 0),
    () => "",
  ),
  "repeat by its length": one(
    (builder, a) => repeatUpTo(builder, a, lengthOf(builder, a, 8), 2),
    (a) => a.repeat(Math.min(2, a.length)),
  ),
};

const small = textsOver("aA ", 3);
const some = small.filter((_, i) => i % sampleCount(4, 1) === 0);

describe.each(Object.entries(singles))("%s", (_, { build, means }) => {
  test.each(layouts)("is right for all of $length characters, padded: $padded", ({ length, padded }) => {
    const trial = new TextTrial(DEFAULT_PARAMETERS);
    const text = trial.encrypted(length, padded);
    const run = trial.runner(build(trial.builder, text, text));
    for (const sample of samples(small, length, padded)) {
      expect(run([sample]), JSON.stringify(sample)).toEqual(means(sample.text, ""));
    }
  });

  test("is right for every character", () => {
    const trial = new TextTrial(DEFAULT_PARAMETERS);
    const text = trial.encrypted(1, true);
    const run = trial.runner(build(trial.builder, text, text));
    for (let code = 0; code < 128; code++) {
      const sample = code === 0 ? { text: "", padding: 1 } : { text: String.fromCharCode(code), padding: 0 };
      expect(run([sample]), String(code)).toEqual(means(sample.text, ""));
    }
  });
});

describe.each(Object.entries(pairs))("%s", (_, { build, means }) => {
  test.each(layouts)("is right for all of $length characters, padded: $padded", ({ length, padded }) => {
    for (const other of layouts) {
      const trial = new TextTrial(DEFAULT_PARAMETERS);
      const operands = [
        trial.encrypted(length, padded),
        trial.encrypted(other.length, other.padded),
      ] as const;
      const run = trial.runner(build(trial.builder, ...operands));
      for (const a of samples(small, length, padded)) {
        for (const b of samples(small, other.length, other.padded)) {
          expect(run([a, b]), JSON.stringify([a, b])).toEqual(means(a.text, b.text));
        }
      }
    }
  });

  test.each(layouts)(
    "is right for clear ones beside $length characters, padded: $padded",
    ({ length, padded }) => {
      const all = samples(small, length, padded);
      for (const text of some) {
        const trial = new TextTrial(DEFAULT_PARAMETERS);
        const encrypted = trial.encrypted(length, padded);
        const clear = trial.clear({ text });
        const run = trial.runner([
          ...build(trial.builder, encrypted, clear),
          ...build(trial.builder, clear, encrypted),
        ]);
        for (const sample of all) {
          expect(run([sample]), JSON.stringify([sample, text])).toEqual([
            ...means(sample.text, text),
            ...means(text, sample.text),
          ]);
        }
      }
    },
  );

  test.each([
    { shape: "2_2", parameters: DEFAULT_PARAMETERS, longest: 40, runs: sampleCount(15, 100) },
    {
      shape: "1_1",
      parameters: PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
      longest: 6,
      runs: sampleCount(3, 20),
    },
  ])("is right for longer ones on blocks of shape $shape", ({ parameters, longest, runs }) => {
    const character = fc.oneof(
      fc.constantFrom(..."aAbB zZ@[`{"),
      fc.integer({ min: 1, max: 127 }).map((code) => String.fromCharCode(code)),
    );
    const text = (maxLength: number) => fc.string({ unit: character, maxLength });
    const given = fc.record({
      a: text(longest),
      b: text(6),
      at: fc.nat({ max: longest }),
      pads: fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })),
      within: fc.boolean(),
      clear: fc.boolean(),
    });
    fc.assert(
      fc.property(given, ({ a: whole, b: own, at, pads, within, clear }) => {
        // Often a part of the text.
        const b = within ? whole.slice(at, at + own.length) : own;
        const sample = (text: string, padding: number): Sample =>
          padding === 3 ? { text } : { text, padding };
        const [first, second] = [sample(whole, pads[0]), sample(b, pads[1])];
        const trial = new TextTrial(parameters);
        const layout = ({ text, padding }: Sample): Text =>
          trial.encrypted(text.length + (padding ?? 0), padding !== undefined);
        const operands = [layout(first), clear ? trial.clear(second) : layout(second)] as const;
        const run = trial.runner(build(trial.builder, ...operands));
        expect(run(clear ? [first] : [first, second])).toEqual(means(whole, b));
      }),
      { numRuns: runs },
    );
  });
});

describe("replace", () => {
  const all = textsOver("ab", 3);
  test.each(layouts)("is right for all of $length characters, padded: $padded", ({ length, padded }) => {
    for (const from of [0, 1, 2].flatMap((size) =>
      size === 0
        ? [[0, false]]
        : [
            [size, false],
            [size, true],
          ],
    ) as [number, boolean][]) {
      for (const to of [
        [0, false],
        [1, false],
        [2, true],
      ] as [number, boolean][]) {
        const trial = new TextTrial(DEFAULT_PARAMETERS);
        const operands = [
          trial.encrypted(length, padded),
          trial.encrypted(...from),
          trial.encrypted(...to),
        ] as const;
        const run = trial.runner([replace(trial.builder, ...operands)]);
        for (const a of samples(all, length, padded)) {
          for (const b of samples(all, ...from)) {
            for (const c of samples(["", "b", "ab"], ...to)) {
              expect(run([a, b, c]), JSON.stringify([a, b, c])).toEqual([a.text.replaceAll(b.text, c.text)]);
            }
          }
        }
      }
    }
  });

  test("is right for longer ones, and as often as is asked for", () => {
    const text = (longest: number) => fc.string({ unit: fc.constantFrom("a", "b"), maxLength: longest });
    const given = fc.record({
      a: text(10),
      b: text(3),
      c: text(3),
      most: fc.option(fc.nat({ max: 4 })),
      clear: fc.boolean(),
      padding: fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 1 }), fc.nat({ max: 1 })),
    });
    fc.assert(
      fc.property(given, ({ a, b, c, most, clear, padding }) => {
        const trial = new TextTrial(DEFAULT_PARAMETERS);
        const { builder } = trial;
        const all: Sample[] = [a, b, c].map((text, i) =>
          padding[i] === 0 ? { text } : { text, padding: padding[i] },
        );
        const operands = all.map((sample, i) =>
          clear && i > 0
            ? trial.clear({ text: sample.text })
            : trial.encrypted(sample.text.length + (sample.padding ?? 0), sample.padding !== undefined),
        ) as [Text, Text, Text];
        const limit = most === null ? undefined : clearRadix(builder, BigInt(most), 4);
        const run = trial.runner([replace(builder, ...operands, limit)]);
        expect(run(clear ? all.slice(0, 1) : all)).toEqual([replacedUpTo(a, b, c, most ?? Infinity)]);
      }),
      { numRuns: sampleCount(20, 200) },
    );
  });
});

/** As Rust's `replacen`. */
function replacedUpTo(text: string, pattern: string, by: string, most: number): string {
  let result = "";
  let rest = text;
  for (let count = 0; count < most; count++) {
    const at = rest.indexOf(pattern, pattern === "" && count > 0 ? 1 : 0);
    if (at < 0 || (pattern === "" && count > text.length)) break;
    result += rest.slice(0, at) + by;
    rest = rest.slice(at + pattern.length);
  }
  return result + rest;
}
