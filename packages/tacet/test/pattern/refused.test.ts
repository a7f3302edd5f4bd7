import { describe, expect, test } from "vitest";
import { LimitError, PatternError } from "../../src/errors.ts";
import { compile } from "../../src/regex.ts";

function errorOf(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}

describe("what no automaton can do is refused, with its place; what is not well-formed, with where that shows", () => {
  test.each([
    ["(a)\\1", "", 3, /what a group has matched/],
    ["(?<x>a)b\\k<x>", "", 8, /what a group has matched/],
    ["\\1(a)", "u", 0, /what a group has matched/],
    ["^(?=(a)b\\1)", "", 8, /what a group has matched/],
    ["a", "y", undefined, /flag y/],
    ["a", "v", undefined, /flag v/],
    ["[\\p{L}--a]", "v", undefined, /flag v/],
    ["(", "", 1, /Unterminated group/],
    ["a)", "", 1, /Unmatched/],
    ["[b-a]", "", 4, /out of order/],
    ["a{2,1}", "", 6, /out of order/],
    ["a**", "", 3, /Nothing to repeat/],
    ["\\", "", 0, /\\ at end/],
    ["{", "u", 1, /Nothing to repeat|Lone quantifier/],
    ["\\p{Nonsense}", "u", 11, /property/],
    ["(?<=a)*", "", 7, /Nothing to repeat/],
    ["a", "gg", undefined, /flags/],
    ["a", "x", undefined, /flags/],
  ])("/%s/%s", (source, flags, position, words) => {
    const error = errorOf(() => compile(source, { flags }));
    expect(error).toBeInstanceOf(PatternError);
    expect((error as PatternError).message).toMatch(words);
    expect((error as PatternError).position).toBe(position);
  });
});

describe("what is too large is refused", () => {
  test("a pattern of too many characters", () => {
    for (const length of [10_001, 100_000, 10_000_000]) {
      expect(errorOf(() => compile("a".repeat(length)))).toBeInstanceOf(RangeError);
    }
  });

  test("groups too deep inside each other", () => {
    const nested = (depth: number): string => "(".repeat(depth) + ")".repeat(depth);
    expect(compile(nested(100)).states).toBe(1);
    expect(errorOf(() => compile(nested(101)))).toMatchObject({ name: "PatternError", position: 100 });
    expect(errorOf(() => compile(nested(5_000)))).toBeInstanceOf(PatternError);
    // What looks like a group and is none.
    expect(compile("\\(".repeat(101)).states).toBe(102);
    expect(compile(`[${"(".repeat(200)}]`).states).toBe(2);
    expect(compile(`[\\]${"(".repeat(200)}]`).states).toBe(2);
  });

  test.each([
    ["repetitions that do not end", "^a{5000}"],
    ["repetitions of repetitions", "^((((a{1,10}){1,10}){1,10}){1,10})$"],
    ["repetitions of nothing", "(?:(?:(?:){10000}){10000}){10000}"],
    ["repetitions of what looks ahead", "(?=a*b){9999999999999999}"],
    ["states that grow with each repetition", "^(a|b)*a(a|b){20}$"],
    ["texts to look back for", "(?<=a[^]{20})b"],
    ["several things to look for at once", "(?=.*a.{12}b)(?=.*c.{12}d)(?=.*e.{12}f)"],
    ["many characters", "a".repeat(10_000)],
    ["many things ahead", "(?=a*b)".repeat(1_000)],
  ])("%s", (_, source) => {
    const pattern = compile(source);
    const error = errorOf(() => pattern.states);
    expect(error).toBeInstanceOf(PatternError);
    expect((error as PatternError).message).toMatch(/more than \d+ |too complex/);
  });

  test("an automaton of more states than allowed", () => {
    expect(compile("^a{254}$").states).toBe(256);
    expect(errorOf(() => compile("^a{255}$").states)).toEqual(new LimitError("states", 256, 257));
    expect(compile("abc", { states: 4 }).states).toBe(4);
    expect(errorOf(() => compile("abc", { states: 3 }).states)).toEqual(new LimitError("states", 3, 4));
    expect(errorOf(() => compile("^\\p{L}{3}$", { flags: "u" }).test("é"))).toBeInstanceOf(LimitError);
  });
});

describe("what looks dangerous is not", () => {
  // They take a backtracking matcher very long.
  test.each([
    ["^(a+)+$", 3],
    ["^(a|aa)*$", 2],
    ["^(a*)*b$", 3],
    ["^(?:a?){30}a{30}$", 62],
    ["(x+x+)+y", 4],
    ["^(([a-z])+.)+[A-Z]([a-z])+$", undefined],
    ["a{1,100000}", 2],
    ["(?:a|b){1,99999}", 2],
  ])("%s", (source, states) => {
    const pattern = compile(source);
    expect(pattern.states).toBeLessThan(100);
    if (states !== undefined) expect(pattern.states).toBe(states);
    expect(pattern.test(`${"a".repeat(10_000)}!`)).toBe(new RegExp(source).test("aaaaa!"));
  });
});
