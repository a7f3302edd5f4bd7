import { type Block, isConstant } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { messageBits } from "../../parameters/parameter-set.ts";
import { clearDigits, clearRadix } from "../clear.ts";
import { eq } from "../comparison/equal.ts";
import { all } from "../comparison/flags.ts";
import { combine, type Radix } from "../radix.ts";
import { type Code, sumOfOne } from "./one-hot.ts";

/** The class of each integer that is in one, as unsigned integers of the digits to be classified. There is one at least. */
export type Classes = ReadonlyMap<bigint, number>;

/** A way to tell which class an encrypted integer is in, by codes of at most `most` classes. */
export type Classifier = (builder: Builder, a: Radix, classes: Classes, most: number) => Code[];

/** One comparison for each integer. Cheapest for two or three of many digits. */
const classifyOneByOne: Classifier = (builder, a, classes, most) =>
  coded(builder, classes, most, (key, code) =>
    builder.lookup(eq(builder, a, clearRadix(builder, key, a.length)), (equal) => equal * code),
  );

/**
 * By flags: which value each digit has, one rotation a digit, and for each integer whether all its digits match, one
 * rotation for each 15 of them at the default parameters. Cheapest for few integers of many digits. (TFHE-rs:
 * `compute_equality_selectors`.)
 */
const classifyByFlags: Classifier = (builder, a, classes, most) => {
  const { digits, table, active } = withoutPrefix(builder, a, classes);
  return coded(builder, table, most, (key, code) => {
    const flags = clearDigits(builder, key, digits.length).map((own, i) =>
      builder.lookup(digits[i], (digit) => Number(digit === own)),
    );
    return builder.lookup(all(builder, [active, ...flags.reverse()]), (match) => match * code);
  });
};

/** A block, and for each of its values the integers that are left to be told apart by lower digits. */
interface Fork {
  readonly input: Block;
  readonly branches: ReadonlyMap<number, Classes>;
}

/**
 * By a trie, from the most significant digit down: a selector tells which of some prefixes the digits so far are, if
 * any; together with the next digit it gives selectors of longer prefixes. A selector takes three prefixes at the
 * default parameters, and one rotation. Prefixes that the same integers follow count as one. Cheapest for many
 * integers of few digits. (A layered decision diagram with several nodes a block.)
 */
const classifyByTrie: Classifier = (builder, a, classes, most) => {
  const { messageModulus } = builder.parameters;
  const perSelector = Math.floor(builder.capacity / messageModulus) - 1;
  const { digits, table, active } = withoutPrefix(builder, a, classes);
  let { forks, left } = trunk(builder, digits, table, active);
  while (left > 0) {
    const digit = digits[--left];
    forks = forks.flatMap(({ input, branches }) =>
      grouped(distinct(branches.values()), perSelector).map((tables) => {
        const places = tables.map(identity);
        const raised = [...branches].map(
          ([value, below]) => [value, messageModulus * (places.indexOf(identity(below)) + 1)] as const,
        );
        const raise = new Map(raised);
        const selector = builder.lookup(input, (value) => raise.get(value) ?? 0);
        const next = combine(builder, [
          [1, selector],
          [1, digit],
        ]);
        const longer = tables.flatMap((below, place) =>
          [...split(builder, below, left)].map(
            ([value, rest]) => [messageModulus * (place + 1) + value, rest] as const,
          ),
        );
        return { input: next, branches: new Map(longer) };
      }),
    );
  }
  return harvest(builder, forks, most);
};

/** The ways to classify, of which the cheapest is to be taken. */
export const CLASSIFIERS: readonly Classifier[] = [classifyByFlags, classifyByTrie, classifyOneByOne];

/** Codes of classes, given for each integer what is its code if it is the one, else 0. */
function coded(
  builder: Builder,
  classes: Classes,
  most: number,
  mark: (key: bigint, code: number) => Block,
): Code[] {
  const members = new Map<number, bigint[]>();
  for (const [key, member] of classes) {
    const keys = members.get(member);
    if (keys) keys.push(key);
    else members.set(member, [key]);
  }
  return grouped([...members], most).map((group) => {
    const marks = group.flatMap(([, keys], i) => keys.map((key) => mark(key, i + 1)));
    return { block: sumOfOne(builder, marks), cases: group.map(([member]) => member) };
  });
}

/** Where the trie starts: at the top digits if there are no others, else at the flag of those that all share. */
function trunk(
  builder: Builder,
  digits: Radix,
  table: Classes,
  active: Block,
): { forks: Fork[]; left: number } {
  if (!isConstant(active) || digits.length === 0) {
    return { forks: [{ input: active, branches: new Map([[1, table]]) }], left: digits.length };
  }
  const { messageModulus } = builder.parameters;
  const left = Math.max(0, digits.length - 2);
  const input = combine(
    builder,
    digits.slice(left).map((digit, i) => [messageModulus ** i, digit]),
  );
  return { forks: [{ input, branches: split(builder, table, left) }], left };
}

/** Codes from the ends of a trie, where each branch holds one class. Those of few classes share codes. */
function harvest(builder: Builder, forks: readonly Fork[], most: number): Code[] {
  const sheaves: { cases: number[]; marks: Block[] }[] = [];
  for (const { input, branches } of forks) {
    const classAt = new Map([...branches].map(([value, end]) => [value, end.get(0n)!]));
    for (const classes of grouped([...new Set(classAt.values())], most)) {
      const missing = ({ cases }: { cases: number[] }): number[] =>
        classes.filter((member) => !cases.includes(member));
      let sheaf = sheaves.find((open) => open.cases.length + missing(open).length <= most);
      if (!sheaf) sheaves.push((sheaf = { cases: [], marks: [] }));
      const { cases, marks } = sheaf;
      cases.push(...missing(sheaf));
      const codeOf = new Map(classes.map((member) => [member, cases.indexOf(member) + 1]));
      marks.push(builder.lookup(input, (value) => codeOf.get(classAt.get(value) ?? -1) ?? 0));
    }
  }
  return sheaves.map(({ cases, marks }) => ({ block: sumOfOne(builder, marks), cases }));
}

/** Splits off the digits that all integers in a table have in common at the top: `active` tells whether `a` has them. */
function withoutPrefix(
  builder: Builder,
  a: Radix,
  classes: Classes,
): { digits: Radix; table: Classes; active: Block } {
  const bits = BigInt(messageBits(builder.parameters));
  const keys = [...classes.keys()].sort((x, y) => (x < y ? -1 : 1));
  let length = a.length;
  const above = (key: bigint): bigint => key >> (BigInt(length - 1) * bits);
  while (length > 0 && keys.every((key) => above(key) === above(keys[0]))) length--;
  const size = BigInt(length) * bits;
  const digits = a.slice(0, length);
  const table = new Map(keys.map((key) => [BigInt.asUintN(Number(size), key), classes.get(key)!]));
  const top = a.slice(length);
  return { digits, table, active: eq(builder, top, clearRadix(builder, keys[0] >> size, top.length)) };
}

/** The integers of a table by what is above their lowest `count` digits. */
function split(builder: Builder, table: Classes, count: number): Map<number, Classes> {
  const size = count * messageBits(builder.parameters);
  const parts = new Map<number, Map<bigint, number>>();
  for (const [key, member] of table) {
    const top = Number(key >> BigInt(size));
    const part = parts.get(top) ?? new Map<bigint, number>();
    parts.set(top, part.set(BigInt.asUintN(size, key), member));
  }
  return parts;
}

/** One of each kind of equal tables. */
function distinct(tables: Iterable<Classes>): Classes[] {
  return [...new Map([...tables].map((table) => [identity(table), table])).values()];
}

/** What equal tables have in common: integers come in ascending order. */
function identity(table: Classes): string {
  return [...table].map(([key, member]) => `${key}:${member}`).join();
}

function grouped<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
    list.slice(i * size, (i + 1) * size),
  );
}
