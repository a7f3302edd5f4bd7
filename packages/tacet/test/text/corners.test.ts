import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Block } from "../../src/graph/block.ts";
import type { Builder } from "../../src/graph/builder.ts";
import { clearRadix, digitsFor } from "../../src/integer/clear.ts";
import type { Radix } from "../../src/integer/radix.ts";
import type { Found } from "../../src/integer/table/search.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";
import { toLowerCase, toUpperCase } from "../../src/text/change/case.ts";
import { concatenate, repeat, repeatUpTo } from "../../src/text/change/concatenate.ts";
import { replace } from "../../src/text/change/replace.ts";
import {
  type Halves,
  type Piece,
  type SplitOptions,
  split,
  splitOnce,
  splitOnceFromEnd,
  splitWhiteSpace,
} from "../../src/text/change/split.ts";
import { type Stripped, stripPrefix, stripSuffix } from "../../src/text/change/strip.ts";
import { trim, trimEnd, trimStart } from "../../src/text/change/trim.ts";
import { eq, eqIgnoringCase, ne, order } from "../../src/text/compare.ts";
import { isEmpty, lengthOf } from "../../src/text/length.ts";
import { contains, endsWith, find, findLast, startsWith } from "../../src/text/search/search.ts";
import type { Text } from "../../src/text/text.ts";
import { sampleCount } from "../samples.ts";
import { type Outcome, type Sample, TextTrial } from "./trial.ts";

/* What TFHE-rs makes of texts where texts are hard. */

/** A case of an operation; zeros behind a text are left out where there are none. */
interface Case {
  readonly text: string;
  readonly padding?: number;
  readonly other?: string;
  readonly otherPadding?: number;
  /** Whether the other text is clear. */
  readonly clear?: boolean;
  /** What is put in, which is encrypted. */
  readonly by?: string;
  readonly byPadding?: number;
  /** A number, which is encrypted if it is known to be no more than `max`. */
  readonly count?: number;
  readonly max?: number;
  readonly result: Result;
}

type Result = string | number | boolean | readonly Result[];

const cases: Readonly<Record<string, readonly Case[]>> = JSON.parse(
  readFileSync(new URL("../vectors/1.8/text/corners.json", import.meta.url), "utf8"),
);

/** What an operation takes, of what there is in its cases. */
interface Operands {
  readonly text: Text;
  readonly other: Text;
  readonly by: Text;
  readonly count: Radix;
  /** The count, if it is clear. */
  readonly times: number | undefined;
  readonly max: number;
}

interface Operation {
  readonly build: (builder: Builder, operands: Operands) => readonly Outcome[];
  /** The result as TFHE-rs's is written down, of what the outcomes are. */
  readonly read: (values: readonly (string | number)[]) => unknown;
}

const alone = (build: (builder: Builder, text: Text) => Outcome): Operation => ({
  build: (builder, { text }) => [build(builder, text)],
  read: ([value]) => value,
});
const pair = (build: (builder: Builder, text: Text, other: Text) => Outcome): Operation => ({
  build: (builder, { text, other }) => [build(builder, text, other)],
  read: ([value]) => value,
});
const searching = (search: (builder: Builder, text: Text, other: Text) => Found): Operation => ({
  build: (builder, { text, other }) => {
    const { index, found } = search(builder, text, other);
    return [index, found];
  },
  read: (values) => values,
});
const stripping = (strip: (builder: Builder, text: Text, other: Text) => Stripped): Operation => ({
  build: (builder, { text, other }) => {
    const { text: rest, found } = strip(builder, text, other);
    return [rest, found];
  },
  read: (values) => values,
});
const halving = (halve: (builder: Builder, text: Text, other: Text) => Halves): Operation => ({
  build: (builder, { text, other }) => {
    const { before, after, found } = halve(builder, text, other);
    return [before, after, found];
  },
  // Where nothing is found, TFHE-rs's texts mean nothing.
  read: ([before, after, found]) => (found === 1 ? [before, after] : 0),
});
/** With one piece more than there can be. */
const splitting = (make: (builder: Builder, operands: Operands, most: number) => Piece[]): Operation => ({
  build: (builder, operands) =>
    make(builder, operands, operands.text.characters.length + 3).flatMap(
      ({ text, found }): (Text | Block)[] => [text, found],
    ),
  read: (values) => {
    const flags = values.filter((_, i) => i % 2 === 1);
    const end = flags.indexOf(0);
    expect(flags.slice(end).every((flag) => flag === 0)).toBe(true);
    return values.filter((_, i) => i % 2 === 0).slice(0, end);
  },
});
const ways = (options: SplitOptions): Operation =>
  splitting((builder, { text, other }, most) => split(builder, text, other, most, options));
const waysUpTo = (options: SplitOptions): Operation =>
  splitting((builder, { text, other, count }, most) =>
    split(builder, text, other, most, { ...options, pieces: count }),
  );

/** The operations by their names in the file. */
const operations: Readonly<Record<string, Operation>> = {
  concat: pair(concatenate),
  contains: pair(contains),
  endsWith: pair(endsWith),
  eq: pair(eq),
  eqIgnoreCase: pair(eqIgnoringCase),
  ge: pair(order.ge),
  gt: pair(order.gt),
  indexOf: searching(find),
  isEmpty: alone(isEmpty),
  lastIndexOf: searching(findLast),
  le: pair(order.le),
  length: alone((builder, text) => lengthOf(builder, text, digitsFor(builder, text.characters.length))),
  lt: pair(order.lt),
  ne: pair(ne),
  repeat: {
    build: (builder, { text, count, times, max }) => [
      times === undefined ? repeatUpTo(builder, text, count, max) : repeat(builder, text, times),
    ],
    read: ([value]) => value,
  },
  replaceAll: {
    build: (builder, { text, other, by }) => [replace(builder, text, other, by)],
    read: ([value]) => value,
  },
  replaceUpTo: {
    build: (builder, { text, other, by, count }) => [replace(builder, text, other, by, count)],
    read: ([value]) => value,
  },
  rsplit: ways({ fromEnd: true }),
  rsplitTerminator: ways({ fromEnd: true, separators: "behind" }),
  rsplitn: waysUpTo({ fromEnd: true }),
  split: ways({}),
  splitAsciiWhitespace: splitting((builder, { text }, most) => splitWhiteSpace(builder, text, most)),
  splitInclusive: ways({ separators: "inside" }),
  splitLast: halving(splitOnceFromEnd),
  splitOnce: halving(splitOnce),
  splitTerminator: ways({ separators: "behind" }),
  splitn: waysUpTo({}),
  startsWith: pair(startsWith),
  stripPrefix: stripping(stripPrefix),
  stripSuffix: stripping(stripSuffix),
  toLowerCase: alone(toLowerCase),
  toUpperCase: alone(toUpperCase),
  trim: alone(trim),
  trimEnd: alone(trimEnd),
  trimStart: alone(trimStart),
};

/** Of so many layouts one is tried. */
const step = sampleCount(4, 1);

/** Enough for all counts in the file. */
const COUNT_DIGITS = 2;

const sampleOf = (text: string, padding: number | undefined): Sample =>
  padding === undefined ? { text } : { text, padding };

/** The encrypted texts of a case, in order. */
function encryptedOf({ text, padding, other, otherPadding, clear, by, byPadding }: Case): Sample[] {
  const samples = [sampleOf(text, padding)];
  if (other !== undefined && !clear) samples.push(sampleOf(other, otherPadding));
  if (by !== undefined) samples.push(sampleOf(by, byPadding));
  return samples;
}

/** What a graph depends on: equal for cases of one graph. */
function layoutOf(one: Case): string {
  const lengths = encryptedOf(one).map(({ text, padding }) => [
    text.length + (padding ?? 0),
    padding !== undefined,
  ]);
  const { other, clear, count, max } = one;
  return JSON.stringify([lengths, clear ? other : null, max === undefined ? count : null, max]);
}

/** Builds the graph of a case, for all of its layout. */
function runnerOf({ build, read }: Operation, one: Case): (sample: Case) => unknown {
  const trial = new TextTrial(DEFAULT_PARAMETERS);
  const { builder } = trial;
  const encrypted = encryptedOf(one).map(({ text, padding }) =>
    trial.encrypted(text.length + (padding ?? 0), padding !== undefined),
  );
  const { other, clear, by, count, max } = one;
  const [text] = encrypted;
  const isEncrypted = max !== undefined;
  const run = trial.runner(
    build(builder, {
      text,
      other: clear && other !== undefined ? trial.clear({ text: other }) : encrypted[1],
      by: by === undefined ? text : encrypted[encrypted.length - 1],
      count: isEncrypted ? trial.number(COUNT_DIGITS) : clearRadix(builder, BigInt(count ?? 0), COUNT_DIGITS),
      times: isEncrypted ? undefined : count,
      max: max ?? 0,
    }),
  );
  return (sample) => read(run(encryptedOf(sample), isEncrypted ? [sample.count ?? 0] : []));
}

/** A result with truth values as the interpreter has them. */
function withNumbers(result: Result): Result {
  if (typeof result === "boolean") return Number(result);
  return Array.isArray(result) ? result.map(withNumbers) : result;
}

describe("what TFHE-rs makes of texts", () => {
  test("is known of all operations", () => {
    expect(Object.keys(cases).sort()).toEqual(Object.keys(operations).sort());
  });

  test.each(Object.entries(operations))("is what %s gives", (name, operation) => {
    const byLayout = new Map<string, Case[]>();
    for (const one of cases[name]) {
      const layout = layoutOf(one);
      byLayout.set(layout, [...(byLayout.get(layout) ?? []), one]);
    }
    const tried = [...byLayout.values()].filter((_, i) => i % step === 0);
    expect(tried.length).toBeGreaterThan(0);
    for (const some of tried) {
      const run = runnerOf(operation, some[0]);
      for (const one of some) {
        expect(run(one), JSON.stringify(one)).toEqual(withNumbers(one.result));
      }
    }
  });
});
