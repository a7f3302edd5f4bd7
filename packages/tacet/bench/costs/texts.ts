import { readFileSync } from "node:fs";
import type { Block } from "../../src/graph/block.ts";
import { Builder } from "../../src/graph/builder.ts";
import { plan } from "../../src/graph/plan.ts";
import { clearRadix } from "../../src/integer/clear.ts";
import type { Radix } from "../../src/integer/radix.ts";
import type { Found } from "../../src/integer/table/search.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";
import type { Automaton } from "../../src/pattern/automaton.ts";
import { likeAutomaton } from "../../src/pattern/like.ts";
import { Pattern } from "../../src/pattern/pattern.ts";
import { compile } from "../../src/regex.ts";
import { toLowerCase, toUpperCase } from "../../src/text/change/case.ts";
import { concatenate, repeat, repeatUpTo } from "../../src/text/change/concatenate.ts";
import { replace } from "../../src/text/change/replace.ts";
import {
  type Piece,
  split,
  splitOnce,
  splitOnceFromEnd,
  splitWhiteSpace,
} from "../../src/text/change/split.ts";
import { stripPrefix, stripSuffix } from "../../src/text/change/strip.ts";
import { trim, trimEnd, trimStart } from "../../src/text/change/trim.ts";
import { eq, eqIgnoringCase, order } from "../../src/text/compare.ts";
import { isEmpty, lengthOf } from "../../src/text/length.ts";
import { accepted } from "../../src/text/search/automaton.ts";
import { like } from "../../src/text/search/like.ts";
import { contains, endsWith, find, findLast, startsWith } from "../../src/text/search/search.ts";
import { clearText, type Text } from "../../src/text/text.ts";
import type { Cost } from "./catalogue.ts";

/** Numbers of characters, with the zeros that follow. */
export const LENGTHS = [8, 32, 128] as const;
export type Length = (typeof LENGTHS)[number];

/** What the other operand is: encrypted, with a zero behind it, or clear. */
export type TextOperand = "encrypted" | "padded" | "clear";

/** A row of the table of what operations with texts cost. */
export interface TextRow {
  readonly name: string;
  /** Whether zeros may follow the text. */
  readonly padded: boolean;
  /** What else there is, if anything. */
  readonly operand: TextOperand | undefined;
  readonly costs: Readonly<Record<Length, Cost>>;
  /** Bootstraps of TFHE-rs. */
  readonly peer: Readonly<Record<Length, number | null>>;
}

/** What an operation is built from: the text, another one as long, a short one and what to put in its place. */
interface Setting {
  readonly builder: Builder;
  readonly text: Text;
  readonly other: Text;
  readonly pattern: Text;
  readonly by: Text;
}

type Build = (setting: Setting) => readonly Block[];

const PATTERN = "abcd";
const BY = "wxyz";
/** Number of zeros behind a text that is padded, as in TFHE-rs's counts. */
const ZEROS = 3;
/** An address of e-mail, about as forms on the web take it. */
export const EMAIL: RegExp = /^[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}$/i;

const digits = ({ characters }: Text): Block[] => characters.flat();
const place = ({ index, found }: Found): Block[] => [...index, found];
const pieces = (all: readonly Piece[]): Block[] => all.flatMap(({ text, found }) => [...digits(text), found]);
const automaton = (make: () => Automaton): Build => {
  let made: Automaton | undefined;
  return ({ builder, text }) => [accepted(builder, text, (made ??= make()))];
};

/** Operations with another text: as long as the first, or the pattern. */
const PAIRS: Readonly<Record<string, Build>> = {
  eq: ({ builder, text, other }) => [eq(builder, text, other)],
  lt: ({ builder, text, other }) => [order.lt(builder, text, other)],
  eqIgnoreCase: ({ builder, text, other }) => [eqIgnoringCase(builder, text, other)],
  concat: ({ builder, text, other }) => digits(concatenate(builder, text, other)),
  contains: ({ builder, text, pattern }) => [contains(builder, text, pattern)],
  indexOf: ({ builder, text, pattern }) => place(find(builder, text, pattern)),
  lastIndexOf: ({ builder, text, pattern }) => place(findLast(builder, text, pattern)),
  startsWith: ({ builder, text, pattern }) => [startsWith(builder, text, pattern)],
  endsWith: ({ builder, text, pattern }) => [endsWith(builder, text, pattern)],
  stripPrefix: ({ builder, text, pattern }) => pieces([stripPrefix(builder, text, pattern)]),
  stripSuffix: ({ builder, text, pattern }) => pieces([stripSuffix(builder, text, pattern)]),
  replace: ({ builder, text, pattern, by }) =>
    digits(replace(builder, text, pattern, by, clearRadix(builder, 1n, 1))),
  replaceAll: ({ builder, text, pattern, by }) => digits(replace(builder, text, pattern, by)),
  splitOnce: ({ builder, text, pattern }) => {
    const { before, after, found } = splitOnce(builder, text, pattern);
    return [...digits(before), ...digits(after), found];
  },
  splitOnceFromEnd: ({ builder, text, pattern }) => {
    const { before, after, found } = splitOnceFromEnd(builder, text, pattern);
    return [...digits(before), ...digits(after), found];
  },
  "split, first piece": ({ builder, text, pattern }) => pieces(split(builder, text, pattern, 1)),
};

const SINGLES: Readonly<Record<string, Build>> = {
  toLowerCase: ({ builder, text }) => digits(toLowerCase(builder, text)),
  toUpperCase: ({ builder, text }) => digits(toUpperCase(builder, text)),
  trim: ({ builder, text }) => digits(trim(builder, text)),
  trimStart: ({ builder, text }) => digits(trimStart(builder, text)),
  trimEnd: ({ builder, text }) => digits(trimEnd(builder, text)),
  length: ({ builder, text }) => [...lengthOf(builder, text, 8)],
  isEmpty: ({ builder, text }) => [isEmpty(builder, text)],
  "repeat 3 times": ({ builder, text }) => digits(repeat(builder, text, 3)),
  "repeat up to 3 times": ({ builder, text }) => digits(repeatUpTo(builder, text, number(builder), 3)),
  "splitWhiteSpace, first word": ({ builder, text }) => pieces(splitWhiteSpace(builder, text, 1)),
  'like "%abcd%"': automaton(() => likeAutomaton(`%${PATTERN}%`, {}, "ascii")),
  'like "ab_d%", encrypted': ({ builder, text }) => [
    like(builder, text, encrypted(builder, 5, false), "\\".charCodeAt(0)),
  ],
  "matches an address of e-mail": automaton(() => Pattern.automatonOf(compile(EMAIL), "ascii")),
};

/** What TFHE-rs's counts call them, where it is another name. */
const PEERS: Readonly<Record<string, string>> = {
  splitOnceFromEnd: "splitLast",
  "split, first piece": "split",
  "splitWhiteSpace, first word": "splitAsciiWhitespace",
  "repeat 3 times": "repeat",
  "repeat up to 3 times": "repeat",
};

function encrypted(builder: Builder, length: number, padded: boolean): Text {
  const { messageModulus } = DEFAULT_PARAMETERS;
  const characters = Array.from({ length }, () =>
    [1, 1, 1, 2].map((share) => builder.input({ max: messageModulus / share - 1 })),
  );
  return { characters, padded };
}

function number(builder: Builder): Radix {
  return Array.from({ length: 4 }, () => builder.input({ max: DEFAULT_PARAMETERS.messageModulus - 1 }));
}

const GOLDEN = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c834n;

/** The letters of TFHE-rs's counts, which have the pattern in the middle. */
function letters(length: number): string {
  const all = Array.from({ length }, (_, i) => {
    const sample = Number(BigInt.asUintN(128, GOLDEN * BigInt(i + 1)) >> 120n);
    return String.fromCharCode("a".charCodeAt(0) + (sample % 26));
  });
  all.splice((length - PATTERN.length) / 2, PATTERN.length, ...PATTERN);
  return all.join("");
}

function settingOf(length: Length, padded: boolean, operand: TextOperand): Setting {
  const builder = new Builder(DEFAULT_PARAMETERS);
  const clear = (text: string): Text =>
    clearText(
      builder,
      Array.from(text, (character) => character.charCodeAt(0)),
    );
  const own = padded ? length - ZEROS : length;
  const hidden = operand === "padded";
  return {
    builder,
    text: encrypted(builder, length, padded),
    other: operand === "clear" ? clear(letters(own)) : encrypted(builder, length, hidden),
    pattern:
      operand === "clear" ? clear(PATTERN) : encrypted(builder, PATTERN.length + Number(hidden), hidden),
    by: operand === "clear" ? clear(BY) : encrypted(builder, BY.length, false),
  };
}

function costOf(build: Build, length: Length, padded: boolean, operand: TextOperand): Cost {
  const setting = settingOf(length, padded, operand);
  const results = build(setting).map((block) => setting.builder.refresh(block));
  const { rotations, depth } = plan(results, DEFAULT_PARAMETERS, { threads: 1, batch: 1 });
  return { rotations: rotations.length, depth };
}

const NONE: Cost = { rotations: 0, depth: 0 };

type Counts = Record<string, Record<string, Record<string, Record<string, number | null>>>>;

const COUNTED: Readonly<Record<TextOperand, string>> = {
  encrypted: "encrypted",
  padded: "encryptedPadded",
  clear: "clear",
};

/**
 * The table of what operations with texts cost.
 *
 * @param lengths those to find out about; the others cost nothing then.
 */
export function textCosts(lengths: readonly Length[] = LENGTHS): TextRow[] {
  const file = new URL("../peers/tfhe-rs-counts/texts.json", import.meta.url);
  const counts = JSON.parse(readFileSync(file, "utf8")) as Counts;
  const byLength = <T>(of: (length: Length) => T): Readonly<Record<Length, T>> =>
    Object.fromEntries(LENGTHS.map((length) => [length, of(length)])) as Record<Length, T>;
  const row = (name: string, build: Build, padded: boolean, operand: TextOperand | undefined): TextRow => {
    const counted = counts[PEERS[name] ?? name]?.[padded ? "padded" : "unpadded"];
    const peer = counted?.[name === "repeat 3 times" ? "clear" : COUNTED[operand ?? "encrypted"]];
    return {
      ...{ name, padded, operand },
      costs: byLength((length) =>
        lengths.includes(length) ? costOf(build, length, padded, operand ?? "encrypted") : NONE,
      ),
      peer: byLength((length) => peer?.[length] ?? null),
    };
  };
  const both = [false, true] as const;
  const operands = ["encrypted", "padded", "clear"] as const;
  return [
    ...Object.entries(PAIRS).flatMap(([name, build]) =>
      both.flatMap((padded) => operands.map((operand) => row(name, build, padded, operand))),
    ),
    ...Object.entries(SINGLES).flatMap(([name, build]) =>
      both.map((padded) => row(name, build, padded, undefined)),
    ),
  ];
}
