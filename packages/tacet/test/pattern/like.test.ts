import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LimitError, PatternError } from "../../src/errors.ts";
import { accepts } from "../../src/pattern/automaton.ts";
import { codesOf } from "../../src/pattern/codes.ts";
import { type LikeOptions, likeAutomaton } from "../../src/pattern/like.ts";
import { allTexts } from "./expressions.ts";

const utf8 = new TextEncoder();

/** Whether a text matches, by trying. */
function matches(
  text: readonly string[],
  pattern: readonly string[],
  { escape: escaper = "\\", ignoreCase = false }: LikeOptions,
): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return text.length === 0;
  const same = (a: string, b: string): boolean =>
    ignoreCase ? a.toLowerCase() === b.toLowerCase() : a === b;
  const goOn = (behind: readonly string[]): boolean =>
    matches(text.slice(1), behind, { escape: escaper, ignoreCase });
  if (first === escaper) return text.length > 0 && same(text[0]!, rest[0]!) && goOn(rest.slice(1));
  if (first === "%") {
    return matches(text, rest, { escape: escaper, ignoreCase }) || (text.length > 0 && goOn(pattern));
  }
  return text.length > 0 && (first === "_" || same(text[0]!, first)) && goOn(rest);
}

/** The texts that the automaton and who tries see differently. */
function wrong(pattern: string, options: LikeOptions, texts: readonly string[]): string[] {
  const ofBytes = likeAutomaton(pattern, options, "utf8");
  const ofAscii = likeAutomaton(pattern, options, "ascii");
  return texts.filter((text) => {
    const expected = matches([...text], [...pattern], options);
    const { encoding, codes } = codesOf(text);
    const right = accepts(ofBytes, utf8.encode(text)) === expected;
    return !right || (encoding === "ascii" && accepts(ofAscii, codes) !== expected);
  });
}

const ascii = allTexts(["a", "b", "%", "\\"], 5);

describe("a LIKE pattern matches whole texts", () => {
  test.each([
    ["", "a", "ab", "%", "_", "%%", "__", "_%", "%_", "%_%", "a%", "%a", "%a%", "a_b", "a%b", "%a%b%"],
    ["%ab%", "_a%", "%a_", "%a_b%", "%ab%ba%", "a%a", "%aab", "%aba", "a%b%a", "_%_%_", "%a%_b"],
    ["\\%", "%\\%%", "\\_", "\\a", "\\\\", "\\\\%", "%\\\\", "a\\%b", "\\%\\%", "_\\%_"],
  ])("%s …", (...patterns) => {
    for (const pattern of patterns) expect(wrong(pattern, {}, ascii), pattern).toEqual([]);
  });

  test.each([
    ["", "\\"],
    ["", "a\\%"],
    ["a", "a%"],
    ["a", "aa%aab"],
    ["%", "%%b"],
    ["%", "a%_"],
    ["_", "__%"],
    ["!", "!!\\%"],
    ["b", "%b\\"],
  ])("with the escape %o: %s", (escaper, pattern) => {
    expect(wrong(pattern, { escape: escaper }, [...ascii, "!", "_", "!\\", "_a"])).toEqual([]);
  });

  test("with characters of several bytes", () => {
    const texts = [...allTexts(["é", "日", "😀", "a"], 4), "\u{10ffff}", "\u07ff\u0800", "\n"];
    for (const pattern of ["_", "__", "é%", "%日_", "%😀%", "\\é_", "_\\日%", "%é%😀%", "\u{10ffff}"]) {
      expect(wrong(pattern, {}, texts), pattern).toEqual([]);
    }
    expect(wrong("日日a", { escape: "日" }, texts)).toEqual([]);
    expect(wrong("%😀%%", { escape: "😀" }, [...texts, "a%", "%"])).toEqual([]);
  });

  test("without regard to case", () => {
    const texts = allTexts(
      ["a", "A", "é", "É", "ß", "ẞ", "ſ", "s", "S", "σ", "ς", "Σ", "k", "\u212a", "İ"],
      2,
    );
    for (const pattern of [
      "a",
      "A%",
      "é",
      "%É",
      "ß",
      "ẞ",
      "ſ",
      "s_",
      "Σ",
      "ς",
      "K%",
      "\u212a",
      "İ",
      "\\A",
      "i",
    ]) {
      expect(wrong(pattern, { ignoreCase: true }, [...texts, "i", "I"]), pattern).toEqual([]);
    }
  });

  test("random ones", () => {
    const pattern = fc.string({ unit: fc.constantFrom("a", "B", "%", "_", "\\", "é", "😀"), maxLength: 8 });
    const text = fc.string({
      unit: fc.constantFrom("a", "b", "B", "%", "_", "\\", "é", "É", "😀"),
      maxLength: 8,
    });
    const texts = fc.array(text, { minLength: 40, maxLength: 40 });
    const options = fc.record({ escape: fc.constantFrom("\\", "", "a", "😀"), ignoreCase: fc.boolean() });
    const property = fc.property(pattern, texts, options, (given, some, how) => {
      // Behind what would be an escape at the end, there is something to escape.
      const whole = isUnfinished(given, how.escape) ? `${given}a` : given;
      expect(wrong(whole, how, [...some, given, given.replaceAll("%", "")])).toEqual([]);
    });
    fc.assert(property, { numRuns: 1_000 });
  });
});

/** Whether the last character is an escape, with nothing behind it. */
function isUnfinished(pattern: string, escaper: string): boolean {
  return [...pattern].reduce((open, character) => !open && character === escaper, false);
}

test("a LIKE pattern forgets what came before a % once the text has led behind it", () => {
  const automaton = likeAutomaton("%a____b%c____d%e____f%g____h%i____j%k____l%", {}, "ascii");
  expect(automaton.next.length).toBe(6 * 2 ** 5 + 1);
});

describe("a LIKE pattern is refused", () => {
  test.each([
    ["\\", {}, 0],
    ["a%\\", {}, 2],
    ["\\\\\\", {}, 2],
    ["aba", { escape: "a" }, 2],
    ["%😀", { escape: "😀" }, 1],
  ])("that ends with its escape: %s %o", (pattern, options, position) => {
    const error = errorOf(() => likeAutomaton(pattern, options, "ascii"));
    expect(error).toBeInstanceOf(PatternError);
    expect(error).toMatchObject({ position, message: expect.stringMatching(/must not end with its escape/) });
  });

  test("whose escape is more than a character", () => {
    for (const escaper of ["ab", "\\\\", "é́"]) {
      const error = errorOf(() => likeAutomaton("a", { escape: escaper }, "ascii"));
      expect(error).toBeInstanceOf(RangeError);
    }
  });

  test("that is too long", () => {
    expect(errorOf(() => likeAutomaton("%".repeat(10_001), {}, "ascii"))).toBeInstanceOf(RangeError);
    expect(likeAutomaton("%".repeat(10_000), {}, "ascii").next).toEqual([[0]]);
  });

  test("that needs too many states", () => {
    expect(likeAutomaton("_".repeat(254), {}, "ascii").next.length).toBe(256);
    expect(errorOf(() => likeAutomaton("_".repeat(255), {}, "ascii"))).toEqual(
      new LimitError("states", 256, 257),
    );
    expect(errorOf(() => likeAutomaton("a".repeat(9_000), {}, "utf8"))).toEqual(
      new LimitError("states", 256, 9_001),
    );
    expect(errorOf(() => likeAutomaton(`%a${"_".repeat(20)}b%`, {}, "ascii"))).toBeInstanceOf(PatternError);
    expect(errorOf(() => likeAutomaton(`%a${"_".repeat(8)}b`, {}, "ascii"))).toBeInstanceOf(LimitError);
  });
});

function errorOf(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}
