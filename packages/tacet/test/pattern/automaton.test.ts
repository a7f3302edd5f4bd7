import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Automaton, accepts, type Encoding } from "../../src/pattern/automaton.ts";
import { codesOf } from "../../src/pattern/codes.ts";
import type { Table } from "../../src/pattern/determinize.ts";
import { minimize } from "../../src/pattern/minimize.ts";
import { automatonOf, expressions } from "./expressions.ts";
import { EXPRESSIONS, UNICODE_EXPRESSIONS } from "./samples.ts";

/** The pairs of states that some text tells apart, found by starting from those that the empty text does. (Moore) */
function distinguished({ next, accepting }: Pick<Automaton, "next" | "accepting">): boolean[][] {
  const told = accepting.map((a) => accepting.map((b) => a !== b));
  for (let changed = true; changed; ) {
    changed = false;
    for (const [a, row] of next.entries()) {
      for (const [b, other] of next.entries()) {
        if (told[a]![b] || !row.some((target, column) => told[target]![other[column]!])) continue;
        told[a]![b] = changed = true;
      }
    }
  }
  return told;
}

/** What is wrong with the form of an automaton. */
function faults({ classes, start, next, accepting }: Automaton, encoding: Encoding): string[] {
  const found: string[] = [];
  const check = (right: boolean, fault: string): void => void (right || found.push(fault));
  const count = next[0]!.length;
  check(classes.length === (encoding === "ascii" ? 128 : 256), "codes");
  check(start === 0 && accepting.length === next.length, "start");
  check(
    next.every((row) => row.length === count && row.every((target) => next[target] !== undefined)),
    "complete",
  );
  check(
    distinguished({ next, accepting }).every((row, a) => row.every((told, b) => told === (a !== b))),
    "states",
  );
  const columns = Array.from({ length: count }, (_, column) => next.map((row) => row[column]).join());
  check(new Set(columns).size === count, "classes");
  check(classes[0] === 0, "the code that is none");
  // Each number is new only where all smaller ones have been seen: in order of codes, and of a search from the start.
  const ordered = (numbers: readonly number[]): boolean => {
    let most = -1;
    return numbers.every((number) => number <= most + 1 && (most = Math.max(most, number)) >= 0);
  };
  check(ordered(classes.slice(1)) && Math.max(...classes) === count - 1, "order of classes");
  check(ordered([0, ...next.flat()]) && Math.max(...next.flat(), 0) === next.length - 1, "order of states");
  return found;
}

describe("an automaton is complete, minimal and numbered in order", () => {
  test("of ASCII", () => {
    for (const regex of EXPRESSIONS) {
      expect(faults(automatonOf(regex.source, regex.flags, "ascii"), "ascii"), String(regex)).toEqual([]);
    }
  });

  test("of UTF-8", () => {
    for (const source of UNICODE_EXPRESSIONS) {
      expect(faults(automatonOf(source, "u", "utf8"), "utf8"), source).toEqual([]);
    }
  });

  test("of random expressions", () => {
    const property = fc.property(expressions("iu"), ({ source, flags }) => {
      expect(faults(automatonOf(source, flags, "ascii"), "ascii")).toEqual([]);
      expect(faults(automatonOf(source, flags, "utf8"), "utf8")).toEqual([]);
    });
    fc.assert(property, { numRuns: 50 });
  });

  test("the same of expressions that mean the same", () => {
    const groups = [
      ["a|b", "[ab]", "b|a", "(?:)[a-b]", "(?<x>a)|b", "(?=[ab])."],
      ["^a*$", "^(?:a?)*$", "^(?:aa|a)*$", "^(?!.*[^a])(?![^]*[^a])"],
      ["\\bab", "(?<!\\w)ab", "(?:^|\\W)ab", "(?<=^|\\W)ab"],
      ["a", "a+", "a.*", "b*a", "^[^]*a", "a(?!(?=b)c)"],
    ];
    for (const [first, ...others] of groups) {
      const expected = automatonOf(first!, "s", "ascii");
      for (const other of others) expect(automatonOf(other, "s", "ascii"), other).toEqual(expected);
    }
  });
});

describe("an automaton has few states", () => {
  test.each([
    ["a", 2],
    ["^a", 3],
    ["abc", 4],
    ["^[a-z]+@[a-z]+\\.[a-z]{2,3}$", 9],
    ["\\d{4}-\\d{2}-\\d{2}", 11],
    ["(?:a|b)*a(?:a|b){20}", 22],
    ["x[^]{0,50}y", 53],
    ["(?<=x[^]{0,50})y", 53],
    ["^ab(?<=x[^]{20}ab)", 1],
    ["^ab(?<!x[^]{20}ab)", 4],
    ["^(?=.*\\d)(?=.*[a-z]).{8,}$", 29],
  ])("of ASCII: %s", (source, states) => {
    expect(automatonOf(source, "", "ascii").next.length).toBe(states);
  });

  test("whatever comes after what is sure", () => {
    const { next, accepting } = automatonOf("ab", "", "ascii");
    const sure = accepting.indexOf(true);
    expect(new Set(next[sure])).toEqual(new Set([sure]));
  });

  // Of the bytes of a character, only those matter that tell it from others.
  test.each([
    ["^[^]{3}$", 5],
    ["é", 3],
    ["日", 4],
    ["😀", 5],
    ["[é-ê]", 3],
    ["a[^]b", 5],
  ])("of UTF-8: %s", (source, states) => {
    expect(automatonOf(source, "u", "utf8").next.length).toBe(states);
  });
});

test("bytes that are in no text are no class of their own", () => {
  // Each byte of the middle of a character matters to one of these.
  const all =
    "^(?:[\\u{80}-\\u{9f}]a|[\\u{a0}-\\u{bf}]b|[\\u{c0}-\\u{cf}]c|[\\u{d0}-\\u{df}]d|[\\u{e0}-\\u{ff}]e)";
  for (const source of [all, ...UNICODE_EXPRESSIONS]) {
    const { classes } = automatonOf(source, "u", "utf8");
    expect([classes[0xc0], classes[0xc1]], source).toEqual([classes[0xc2], classes[0xc2]]);
    expect(new Set(classes.slice(0xf4)).size, source).toBe(1);
  }
});

test("minimizing tables keeps what they accept and as many states as are told apart", () => {
  const tables = fc.nat({ max: 30 }).chain((most) => {
    const state = fc.nat({ max: most });
    const row = fc.tuple(state, state);
    return fc.record({
      next: fc.array(row, { minLength: most + 1, maxLength: most + 1 }),
      accepting: fc.array(fc.boolean(), { minLength: most + 1, maxLength: most + 1 }),
    });
  });
  const words = fc.array(fc.array(fc.nat({ max: 1 }), { maxLength: 12 }), { minLength: 50, maxLength: 50 });
  const ends = ({ next, accepting }: Table, word: readonly number[]): boolean =>
    accepting[word.reduce((state, letter) => next[state]![letter]!, 0)]!;
  const property = fc.property(tables, words, (table, some) => {
    const reachable = onlyReached(table);
    const told = distinguished(reachable);
    const minimal = minimize(reachable);
    expect(minimal.next.length).toBe(new Set(told.map((row) => row.join())).size);
    expect(some.filter((word) => ends(minimal, word) !== ends(table, word))).toEqual([]);
  });
  fc.assert(property, { numRuns: 500 });
});

/** What is reached of a table. */
function onlyReached({ next, accepting }: Table): Table {
  const order = new Set([0]);
  for (const state of order) for (const target of next[state]!) order.add(target);
  const numbers = new Map([...order].map((state, number) => [state, number]));
  return {
    next: [...order].map((state) => next[state]!.map((target) => numbers.get(target)!)),
    accepting: [...order].map((state) => accepting[state]!),
  };
}

test("what accepts nothing, or everything, is one state", () => {
  expect(automatonOf("[]", "", "ascii").next).toEqual([[0]]);
  expect(automatonOf("", "", "ascii")).toEqual({
    classes: new Array(128).fill(0),
    start: 0,
    next: [[0]],
    accepting: [true],
  });
  expect(accepts(automatonOf("", "", "ascii"), codesOf("x").codes)).toBe(true);
});
