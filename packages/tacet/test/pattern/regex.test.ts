import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PatternError } from "../../src/errors.ts";
import { type Automaton, accepts, type Encoding } from "../../src/pattern/automaton.ts";
import { codesOf } from "../../src/pattern/codes.ts";
import { sampleCount } from "../samples.ts";
import { allTexts, automatonOf, expressions } from "./expressions.ts";
import { matches } from "./naive.ts";
import { EXPRESSIONS, UNICODE_EXPRESSIONS, WITH_MODIFIERS } from "./samples.ts";

const utf8 = new TextEncoder();
const codes: Readonly<Record<Encoding, (text: string) => Iterable<number>>> = {
  ascii: (text) => codesOf(text).codes,
  utf8: (text) => utf8.encode(text),
};

/** The texts that an automaton and JavaScript see differently. */
function wrong(regex: RegExp, automaton: Automaton, texts: readonly string[], encoding: Encoding): string[] {
  return texts.filter((text) => regex.test(text) !== accepts(automaton, codes[encoding](text)));
}

/** The same where V8 may be wrong itself: then the definition decides. */
function wrongByDefinition(
  { source, flags }: { readonly source: string; readonly flags: string },
  automaton: Automaton,
  texts: readonly string[],
  encoding: Encoding,
): string[] {
  const regex = new RegExp(source, flags.replace("g", "")); // with which it would begin where it ended
  const doubtful = wrong(regex, automaton, texts, encoding);
  return doubtful.filter((text) => matches(source, flags, text) === regex.test(text));
}

/** Leaves out, of random expressions, the very few whose automaton is too large. */
function unlessTooLarge(make: () => Automaton): Automaton {
  try {
    return make();
  } catch (error) {
    fc.pre(!(error instanceof PatternError && error.position === undefined));
    throw error;
  }
}

describe("in ASCII, the automaton accepts what RegExp.prototype.test does", () => {
  const texts = allTexts(["a", "b", "\n"], 6);

  test.each(EXPRESSIONS.map((regex) => [regex]))("of %s", (regex) => {
    const automaton = automatonOf(regex.source, regex.flags, "ascii");
    expect(wrong(regex, automaton, texts, "ascii")).toEqual([]);
  });

  test("as does the definition, which decides where V8 is wrong", () => {
    for (const { source, flags } of EXPRESSIONS) {
      const regex = new RegExp(source, flags);
      const some = texts.filter((text) => text.length <= 4);
      expect(
        some.filter((text) => matches(source, flags, text) !== regex.test(text)),
        source,
      ).toEqual([]);
    }
    for (const source of ["[^]*?a^|", "[^]+?a^|."]) {
      const automaton = automatonOf(source, "", "ascii");
      const found = texts.filter(
        (text) => matches(source, "", text) !== accepts(automaton, codes.ascii(text)),
      );
      expect(found, source).toEqual([]);
    }
  });

  test.each(WITH_MODIFIERS)("of %s with the flags %s", (source, flags, same) => {
    const automaton = automatonOf(source, flags, "ascii");
    const cases = [...texts, ...allTexts(["a", "A", "b", "B", "\n"], 3)];
    expect(wrong(new RegExp(same), automaton, cases, "ascii")).toEqual([]);
  });

  test("of each class on each character", () => {
    for (const source of [
      "\\d",
      "\\D",
      "\\w",
      "\\W",
      "\\s",
      "\\S",
      ".",
      "[^]",
      "[!-/]",
      "[^k]",
      "\\x7f",
      "ſ",
      "K",
    ]) {
      for (const flags of ["", "i", "s", "u", "iu"]) {
        const automaton = automatonOf(`^${source}$`, flags, "ascii");
        const all = Array.from({ length: 127 }, (_, i) => String.fromCharCode(i + 1));
        expect(
          wrong(new RegExp(`^${source}$`, flags), automaton, all, "ascii"),
          `${source} ${flags}`,
        ).toEqual([]);
      }
    }
  });

  const some = [
    ...allTexts(["a", "B", "\n"], 4),
    ...allTexts(["1", "-", "b"], 3),
    ...allTexts(["_", "a", "b"], 4),
  ];

  test.each(["", "i", "m", "s", "im", "dgims", "u", "iu", "msu", "imsu"])(
    "of random ones with the flags %o",
    (flags) => {
      const property = fc.property(expressions(flags), ({ source }) => {
        const automaton = unlessTooLarge(() => automatonOf(source, flags, "ascii"));
        expect(wrongByDefinition({ source, flags }, automaton, some, "ascii")).toEqual([]);
      });
      fc.assert(property, { numRuns: sampleCount(100, 2_000) });
    },
  );
});

describe("in UTF-8, the automaton accepts what RegExp.prototype.test does", () => {
  /** Characters of one byte to four, first and last ones of each among them, and such as change their case. */
  const alphabet = [
    "a",
    "K",
    "é",
    "É",
    "ß",
    "ẞ",
    "\u{212a}",
    "ſ",
    "\u07ff",
    "\u0800",
    "€",
    "日",
    "\ud7ff",
    "\ue000",
    "\uffff",
  ];
  const astral = ["\u{10000}", "😀", "𐐀", "𐐨", "\u{3ffff}", "\u{40000}", "\u{10ffff}", "\n", "\u2028"];
  const texts = allTexts([...alphabet, ...astral], 2);
  const longer = allTexts(["a", "é", "日", "😀"], 5);

  test.each(UNICODE_EXPRESSIONS)("of %s", (source) => {
    for (const flags of ["u", "iu", "su", "mu"]) {
      const automaton = automatonOf(source, flags, "utf8");
      const all = [...texts, ...longer];
      expect(wrongByDefinition({ source, flags }, automaton, all, "utf8"), flags).toEqual([]);
    }
  });

  test.each([
    ["[é-€\\u{e000}-\\u{f000}]", "u"],
    ["[^😀]", "u"],
    ["\\p{L}", "u"],
    ["\\p{Lu}", "iu"],
    ["\\w", "iu"],
    ["[\\u{fff}\\u{1000}\\u{ffff}-\\u{10001}\\u{fffff}-\\u{100000}]", "u"],
  ])("of %s with the flags %s on each character", (source, flags) => {
    const regex = new RegExp(`^${source}$`, flags);
    const automaton = automatonOf(regex.source, regex.flags, "utf8");
    const all = Array.from({ length: 0x10ffff }, (_, i) => i + 1)
      .filter((code) => code < 0xd800 || code > 0xdfff)
      .map((code) => String.fromCodePoint(code));
    expect(wrong(regex, automaton, all, "utf8")).toEqual([]);
  });

  const more = ["é", "日", "€", "😀", "\\u{1f600}", "[é-€]", "[^日]", "[😀é]", "[^a😀]", "\\u{e9}"];

  test.each(["u", "iu", "msu", "imsu"])("of random ones with the flags %o", (flags) => {
    const some = [...allTexts(["a", "é", "日", "😀", "\n"], 3), ...allTexts(["É", "€", "b", "1"], 3)];
    const property = fc.property(expressions(flags, more), ({ source }) => {
      const automaton = unlessTooLarge(() => automatonOf(source, flags, "utf8"));
      expect(wrongByDefinition({ source, flags }, automaton, some, "utf8")).toEqual([]);
    });
    fc.assert(property, { numRuns: sampleCount(40, 800) });
  });
});
