import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { LimitError, PatternError } from "../../src/errors.ts";
import { codesOf } from "../../src/pattern/codes.ts";
import { Pattern } from "../../src/pattern/pattern.ts";
import { compile } from "../../src/regex.ts";

describe("a pattern", () => {
  test("has what the expression has", () => {
    for (const pattern of [
      compile(/a\/b/gi),
      compile("a\\/b", { flags: "gi" }),
      compile(/a\/b/m, { flags: "gi" }),
    ]) {
      expect(pattern).toBeInstanceOf(Pattern);
      expect([pattern.source, pattern.flags]).toEqual(["a\\/b", "gi"]);
    }
    expect(compile("a").flags).toBe("");
    expect(compile(/a/g).test("ba")).toBe(true);
  });

  test("may come from an expression of another realm", () => {
    const pattern = compile(runInNewContext("/^a+$/i"));
    expect([pattern.flags, pattern.test("aAa"), pattern.test("ab")]).toEqual(["i", true, false]);
  });

  test("says whether a text matches, from its start each time", () => {
    const regex = /a/g;
    regex.lastIndex = 5;
    const pattern = compile(regex);
    expect([pattern.test("a"), pattern.test("a"), pattern.test("b"), pattern.test("")]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(regex.lastIndex).toBe(5);
  });

  test("says so of texts beyond ASCII with the flag u alone", () => {
    expect(compile(/^.é$/u).test("😀é")).toBe(true);
    expect(compile(/^.é$/u).test("aé😀")).toBe(false);
    expect(compile(/^a$/u).test("a")).toBe(true);
    expect(() => compile(/é/).test("é")).toThrow(PatternError);
    expect(compile(/é/).test("e")).toBe(false);
  });

  test("refuses what is no text for it", () => {
    const pattern = compile(/a/u);
    for (const text of ["a\0", "\0", "a\ud800", "\udc00\ud800"])
      expect(() => pattern.test(text)).toThrow(RangeError);
    expect(() => pattern.test(5 as never)).toThrow(TypeError);
  });

  test("has an automaton for each encoding, made once", () => {
    const pattern = compile(/é|a/u);
    const [ascii, utf8] = (["ascii", "utf8"] as const).map((each) => Pattern.automatonOf(pattern, each));
    expect([ascii!.classes.length, utf8!.classes.length]).toEqual([128, 256]);
    expect([ascii!.next.length, utf8!.next.length, pattern.states]).toEqual([2, 3, 2]);
    expect(Pattern.automatonOf(pattern, "ascii")).toBe(ascii);
    expect(Pattern.automatonOf(pattern, "utf8")).toBe(utf8);
    expect(() => Pattern.automatonOf(compile(/a/), "utf8")).toThrow(/flag u/);
    expect(() => Pattern.automatonOf({} as never, "ascii")).toThrow(
      /expected a Pattern, .* not an object|Object/,
    );
  });

  test("fails each time it fails", () => {
    const pattern = compile(/abc/, { states: 2 });
    for (let i = 0; i < 2; i++) expect(() => pattern.test("a")).toThrow(LimitError);
  });
});

test("texts have the codes that others give them", () => {
  const text = "a\x7f\u0080\u07ff\u0800\ud7ff\ue000\uffff\u{10000}😀\u{3ffff}\u{40000}\u{10ffff}";
  expect(codesOf(text)).toEqual({ encoding: "utf8", codes: [...new TextEncoder().encode(text)] });
  expect(codesOf("\x01a\x7f")).toEqual({ encoding: "ascii", codes: [1, 0x61, 0x7f] });
});

describe("compile", () => {
  test.each([[0], [257], [1.5], [Number.NaN], [Number.POSITIVE_INFINITY]])("refuses %d states", (states) => {
    expect(() => compile(/a/, { states })).toThrow(RangeError);
  });

  test("refuses what is no expression, and options that are none", () => {
    for (const wrong of [undefined, null, 5, {}, [], Object.create(/a/), new Proxy(/a/, {})]) {
      expect(() => compile(wrong as never)).toThrow(/expected a regular expression or its source, not /);
    }
    expect(() => compile(/a/, { flag: "i" } as never)).toThrow(
      /there is no option flag; there are flags, states/,
    );
    expect(() => compile(/a/, { flags: 5 } as never)).toThrow(/flags is a string/);
    expect(() => compile(/a/, { states: "5" } as never)).toThrow(/states is a number/);
    expect(() => compile(/a/, "i" as never)).toThrow(/object of options/);
  });
});
