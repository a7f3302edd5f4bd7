import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clearRadix } from "../../src/integer/clear.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";
import {
  type Piece,
  type SplitOptions,
  split,
  splitOnce,
  splitOnceFromEnd,
  splitWhiteSpace,
} from "../../src/text/change/split.ts";
import { sampleCount } from "../samples.ts";
import { layouts, samples, textsOver } from "./texts.ts";
import { type Outcome, type Sample, TextTrial } from "./trial.ts";

/** What splits, in the open. */
interface Way extends Pick<SplitOptions, "fromEnd" | "separators"> {
  readonly pieces?: number | undefined;
}

/** Where separators begin that do not overlap, in the order in which they are found, but for the last ones. */
function separators(text: string, separator: string, { fromEnd = false, pieces = Infinity }: Way): number[] {
  const found: number[] = [];
  const step = Math.max(1, separator.length);
  const fits = (at: number): boolean => text.startsWith(separator, at);
  if (fromEnd) {
    for (let at = text.length - separator.length; at >= 0 && found.length < pieces - 1; ) {
      if (fits(at)) found.push(at);
      at -= fits(at) ? step : 1;
    }
  } else {
    for (let at = 0; at + separator.length <= text.length && found.length < pieces - 1; ) {
      if (fits(at)) found.push(at);
      at += fits(at) ? step : 1;
    }
  }
  return found;
}

function piecesOf(text: string, separator: string, way: Way): string[] {
  if (way.pieces === 0) return [];
  const places = separators(text, separator, way).sort((a, b) => a - b);
  const pieces: string[] = [];
  let start = 0;
  for (const place of places) {
    const end = place + separator.length;
    pieces.push(text.slice(start, way.separators === "inside" ? end : place));
    start = end;
  }
  pieces.push(text.slice(start));
  if ((way.separators ?? "between") !== "between" && pieces.at(-1) === "") pieces.pop();
  return way.fromEnd ? pieces.reverse() : pieces;
}

const outcomesOf = (pieces: readonly Piece[]): Outcome[] =>
  pieces.flatMap(({ text, found }) => [text, found]);

function expectedOf(pieces: readonly string[], most: number): (string | number)[] {
  return Array.from({ length: most }, (_, k) => (k < pieces.length ? [pieces[k], 1] : ["", 0])).flat();
}

const WAYS: readonly Way[] = [
  {},
  { fromEnd: true },
  { separators: "behind" },
  { separators: "behind", fromEnd: true },
  { separators: "inside" },
  ...[0, 1, 2, 3].flatMap((pieces) => [{ pieces }, { pieces, fromEnd: true }]),
];
const name = (way: Way): string => JSON.stringify(way);
const texts = textsOver("ab", 3);

describe.each(WAYS.map((way) => ({ name: name(way), way })))("split $name", ({ way }) => {
  const optionsOf = (trial: TextTrial): SplitOptions => ({
    ...way,
    pieces: way.pieces === undefined ? undefined : clearRadix(trial.builder, BigInt(way.pieces), 4),
  });

  test.each(layouts)("is right for all of $length characters, padded: $padded", ({ length, padded }) => {
    for (const other of layouts.filter((layout) => layout.length < 3)) {
      const most = length + 2;
      const trial = new TextTrial(DEFAULT_PARAMETERS);
      const operands = [
        trial.encrypted(length, padded),
        trial.encrypted(other.length, other.padded),
      ] as const;
      const run = trial.runner(outcomesOf(split(trial.builder, ...operands, most, optionsOf(trial))));
      for (const a of samples(texts, length, padded)) {
        for (const b of samples(texts, other.length, other.padded)) {
          expect(run([a, b]), JSON.stringify([a, b])).toEqual(
            expectedOf(piecesOf(a.text, b.text, way), most),
          );
        }
      }
    }
  });

  test("is right for longer ones", () => {
    const text = (maxLength: number) => fc.string({ unit: fc.constantFrom("a", "b", ","), maxLength });
    const given = fc.record({
      a: text(16),
      b: text(2),
      most: fc.nat({ max: 9 }),
      clear: fc.boolean(),
      padding: fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 2 })),
    });
    fc.assert(
      fc.property(given, ({ a, b, most, clear, padding }) => {
        const trial = new TextTrial(DEFAULT_PARAMETERS);
        const [first, second] = [a, b].map(
          (own, i): Sample => (padding[i] === 0 ? { text: own } : { text: own, padding: padding[i] }),
        );
        const layout = (sample: Sample) =>
          trial.encrypted(sample.text.length + (sample.padding ?? 0), sample.padding !== undefined);
        const operands = [layout(first), clear ? trial.clear(second) : layout(second)] as const;
        const run = trial.runner(outcomesOf(split(trial.builder, ...operands, most, optionsOf(trial))));
        const found = run(clear ? [first] : [first, second]);
        expect(found).toEqual(expectedOf(piecesOf(a, b, way), most));
      }),
      { numRuns: sampleCount(10, 100) },
    );
  });
});

test.each([true, false])("an encrypted number of pieces is right, from the end: %s", (fromEnd) => {
  for (const text of texts.filter(({ length }) => length > 1)) {
    const trial = new TextTrial(DEFAULT_PARAMETERS);
    const count = trial.number(2);
    const operands = [trial.encrypted(text.length, false), trial.clear({ text: "a" })] as const;
    const run = trial.runner(outcomesOf(split(trial.builder, ...operands, 4, { fromEnd, pieces: count })));
    for (let pieces = 0; pieces < 6; pieces++) {
      expect(run([{ text }], [pieces]), text).toEqual(
        expectedOf(piecesOf(text, "a", { pieces, fromEnd }), 4),
      );
    }
  }
});

describe.each([
  { name: "splitOnce", once: splitOnce, at: (a: string, b: string) => a.indexOf(b) },
  { name: "splitOnceFromEnd", once: splitOnceFromEnd, at: (a: string, b: string) => a.lastIndexOf(b) },
])("$name", ({ name: ofOperation, once, at }) => {
  test.each(layouts)("is right for all of $length characters, padded: $padded", ({ length, padded }) => {
    for (const other of layouts.filter((layout) => layout.length < 3)) {
      const trial = new TextTrial(DEFAULT_PARAMETERS);
      const operands = [
        trial.encrypted(length, padded),
        trial.encrypted(other.length, other.padded),
      ] as const;
      const { before, after, found } = once(trial.builder, ...operands);
      const run = trial.runner([before, after, found]);
      for (const a of samples(texts, length, padded)) {
        for (const b of samples(texts, other.length, other.padded)) {
          const place = at(a.text, b.text);
          const halves = ofOperation === "splitOnce" ? [a.text, "", 0] : ["", a.text, 0];
          expect(run([a, b]), JSON.stringify([a, b])).toEqual(
            place < 0 ? halves : [a.text.slice(0, place), a.text.slice(place + b.text.length), 1],
          );
        }
      }
    }
  });
});

describe("splitWhiteSpace", () => {
  const wordsOf = (text: string): string[] => text.split(/[ \t\n\f\r]+/).filter((word) => word !== "");

  test.each(layouts)("is right for all of $length characters, padded: $padded", ({ length, padded }) => {
    for (const most of [1, 2, 3]) {
      const trial = new TextTrial(DEFAULT_PARAMETERS);
      const text = trial.encrypted(length, padded);
      const run = trial.runner(outcomesOf(splitWhiteSpace(trial.builder, text, most)));
      for (const sample of samples(textsOver("a \n", 3), length, padded)) {
        expect(run([sample]), JSON.stringify(sample)).toEqual(expectedOf(wordsOf(sample.text), most));
      }
    }
  });

  test("is right for longer ones", () => {
    const text = fc.string({ unit: fc.constantFrom(..."ab \t"), maxLength: 30 });
    fc.assert(
      fc.property(text, fc.nat({ max: 16 }), fc.nat({ max: 2 }), (own, most, padding) => {
        const trial = new TextTrial(DEFAULT_PARAMETERS);
        const encrypted = trial.encrypted(own.length + padding, padding > 0);
        const run = trial.runner(outcomesOf(splitWhiteSpace(trial.builder, encrypted, most)));
        const found = run([padding > 0 ? { text: own, padding } : { text: own }]);
        expect(found).toEqual(expectedOf(wordsOf(own), most));
      }),
      { numRuns: sampleCount(10, 100) },
    );
  });
});
