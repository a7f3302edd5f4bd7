import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Builder } from "../../src/graph/builder.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";
import { Pattern } from "../../src/pattern/pattern.ts";
import { compile } from "../../src/regex.ts";
import { toLowerCase, toUpperCase } from "../../src/text/change/case.ts";
import { concatenate } from "../../src/text/change/concatenate.ts";
import { replace } from "../../src/text/change/replace.ts";
import { splitOnce } from "../../src/text/change/split.ts";
import { stripSuffix } from "../../src/text/change/strip.ts";
import { trim } from "../../src/text/change/trim.ts";
import { eq, eqIgnoringCase, order } from "../../src/text/compare.ts";
import { lengthOf } from "../../src/text/length.ts";
import { accepted } from "../../src/text/search/automaton.ts";
import { contains, endsWith, find, startsWith } from "../../src/text/search/search.ts";
import { clearText, type Text } from "../../src/text/text.ts";
import { sampleCount } from "../samples.ts";
import { type Outcome, type Sample, TextTrial } from "./trial.ts";

/** The bytes of a text as the characters of another one, which is what trials take. */
const bytesOf = (text: string): string => String.fromCharCode(...new TextEncoder().encode(text));
const sizeOf = (text: string): number => bytesOf(text).length;
/** Letters of ASCII in the other case, and nothing else. */
const lower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const upper = (text: string): string => text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
/** The order of code points, which JavaScript's strings do not have. */
const isBelow = (a: string, b: string): boolean => {
  const [first, second] = [a, b].map((text) => Array.from(text, (character) => character.codePointAt(0)!));
  const place = first.findIndex((code, i) => code !== second[i]);
  return place < 0 ? first.length < second.length : (second[place] ?? -1) > first[place];
};

const OPERATIONS: Readonly<
  Record<
    string,
    {
      build: (builder: Builder, a: Text, b: Text) => readonly Outcome[];
      means: (a: string, b: string) => readonly (string | number | boolean)[];
    }
  >
> = {
  comparison: {
    build: (builder, a, b) => [eq(builder, a, b), order.lt(builder, a, b), eqIgnoringCase(builder, a, b)],
    means: (a, b) => [a === b, isBelow(a, b), lower(a) === lower(b)],
  },
  search: {
    build: (builder, a, b) => {
      const { index, found } = find(builder, a, b);
      const flags = [contains, startsWith, endsWith].map((search) => search(builder, a, b));
      return [...flags, index, found];
    },
    means: (a, b) => {
      const at = a.indexOf(b);
      return [at >= 0, a.startsWith(b), a.endsWith(b), at < 0 ? 0 : sizeOf(a.slice(0, at)), at >= 0];
    },
  },
  change: {
    build: (builder, a) => [toLowerCase(builder, a), toUpperCase(builder, a), trim(builder, a)],
    means: (a) => [lower(a), upper(a), a.replace(/^ +| +$/g, "")],
  },
  length: { build: (builder, a) => [lengthOf(builder, a, 8)], means: (a) => [sizeOf(a)] },
  concatenation: {
    build: (builder, a, b) => [concatenate(builder, a, b)],
    means: (a, b) => [a + b],
  },
  replacement: {
    build: (builder, a, b) => [replace(builder, a, b, clearText(builder, [0xc3, 0xa9]))],
    means: (a, b) => [a.replaceAll(b, "é")],
  },
  pieces: {
    build: (builder, a, b) => {
      const { before, after, found } = splitOnce(builder, a, b);
      return [before, after, found, stripSuffix(builder, a, b).text];
    },
    means: (a, b) => {
      const at = a.indexOf(b);
      const halves = at < 0 ? [a, ""] : [a.slice(0, at), a.slice(at + b.length)];
      return [...halves, at >= 0, a.endsWith(b) ? a.slice(0, a.length - b.length) : a];
    },
  },
};

describe.each(Object.entries(OPERATIONS))("%s of texts in UTF-8", (name, { build, means }) => {
  test("is that of JavaScript's texts", () => {
    const text = (maxLength: number) =>
      fc.string({ unit: fc.constantFrom("a", "B", " ", "é", "É", "ß", "€", "\u{ffff}", "😀"), maxLength });
    const given = fc.record({
      a: text(5),
      b: text(2),
      at: fc.nat({ max: 4 }),
      clear: fc.boolean(),
      padding: fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 2 })),
    });
    fc.assert(
      fc.property(given, ({ a, b: other, at, clear, padding }) => {
        const own = [...a];
        const b = at < own.length && at % 2 === 0 ? own.slice(at, at + 2).join("") : other;
        // The empty text is also inside characters, where there are several bytes.
        fc.pre(name !== "replacement" || b !== "");
        const trial = new TextTrial(DEFAULT_PARAMETERS);
        const [first, second] = [a, b].map(
          (one, i): Sample =>
            padding[i] === 0 ? { text: bytesOf(one) } : { text: bytesOf(one), padding: padding[i] },
        );
        const layout = (sample: Sample): Text =>
          trial.encrypted(sample.text.length + (sample.padding ?? 0), sample.padding !== undefined, true);
        const operands = [layout(first), clear ? trial.clear(second) : layout(second)] as const;
        const run = trial.runner(build(trial.builder, ...operands));
        const expected = means(a, b).map((value) =>
          typeof value === "string" ? bytesOf(value) : Number(value),
        );
        expect(run(clear ? [first] : [first, second])).toEqual(expected);
      }),
      { numRuns: sampleCount(8, 60) },
    );
  });
});

test.each([/^.{2}$/u, /é|😀/u, /^[^a]+$/u, /^[a-zé€]+$/u, /ß/iu])(
  "%s matches what it matches in JavaScript",
  (expression) => {
    const automaton = Pattern.automatonOf(compile(expression), "utf8");
    const text = fc.string({ unit: fc.constantFrom("a", "é", "É", "ẞ", "ß", "€", "😀"), maxLength: 3 });
    fc.assert(
      fc.property(text, fc.nat({ max: 2 }), (own, padding) => {
        const trial = new TextTrial(DEFAULT_PARAMETERS);
        const sample = padding === 0 ? { text: bytesOf(own) } : { text: bytesOf(own), padding };
        const encrypted = trial.encrypted(sizeOf(own) + padding, padding > 0, true);
        const run = trial.runner([accepted(trial.builder, encrypted, automaton)]);
        expect(run([sample])).toEqual([Number(expression.test(own))]);
      }),
      { numRuns: sampleCount(3, 30) },
    );
  },
);
