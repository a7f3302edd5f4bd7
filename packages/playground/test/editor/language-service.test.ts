import { describe, expect, test } from "vitest";
import { problemOf } from "../../src/editor/language.ts";
import { LanguageService } from "../../src/editor/language-service.ts";
import { libraryFiles } from "../../src/editor/library-files.ts";
import type { Declaration } from "../../src/editor/protocol.ts";
import { computeClear } from "../../src/program/clear/compute.ts";
import type { ClearValue, Input } from "../../src/program/types.ts";

const service = new LanguageService(libraryFiles);

const inputs: readonly Input[] = [
  { name: "a", type: "FheUint32", value: 7 },
  { name: "b", type: "FheUint32", value: 5 },
  { name: "c", type: "FheInt64", value: -3n },
  { name: "t", type: "FheBool", value: true },
  { name: "s", type: "FheAsciiString", value: "ab" },
  { name: "u", type: "FheUtf8String", value: "é" },
];

/** What a program gives in clear. */
function results(text: string): Record<string, ClearValue> {
  expect(service.findings({ inputs, text })).toEqual([]);
  return Object.fromEntries(computeClear(service.javascript({ inputs, text }), inputs));
}

/** What is wrong with a program, each with the text that it is about. */
function problems(text: string, declared: readonly Declaration[] = inputs): [string, string][] {
  return service
    .findings({ inputs: declared, text })
    .map(({ start, end, message }) => [text.slice(start, end), message]);
}

describe("what programs give", () => {
  test.each<[string, ClearValue]>([
    ["a.add(b)", 12],
    ["a.add(b);", 12],
    ["a.add(b) // comment", 12],
    ["/* one */ a /* two */ .add(b) /* three */", 12],
    ["\n\n  a\n    .add(b)\n    .mul(2)\n\n", 24],
    ["const x = a.mul(2)\nx.add(b)", 19],
    ["const x: UintHandle<32> = a\nconst y = x as UintHandle<32>; y!", 7],
    ["const a = b; a", 5],
    ["let sum = a\nfor (const x of [a, b]) { sum = sum.add(x) }\nsum", 19],
    ["const twice = (x: UintHandle<32>): UintHandle<32> => x.mul(2);\ntwice(twice(a))", 28],
    ["twice(a)\nfunction twice(x: UintHandle<32>) { return x.mul(2) }\n", 14],
    ["interface Pair { x: UintHandle<32> }\nconst p: Pair = { x: a };\np.x;;", 7],
    ["return a", 7],
    ["return a; function f() {}", 7],
    ["if (1 < 2) { return a } else { return b }", 7],
    ["if (1 > 2) return a\nb", 5],
    ["[a, b].reduce((x, y) => x.max(y))", 7],
    ["(a)", 7],
    ["((): UintHandle<32> => { return a })()", 7],
    ["engine.sum([a, b])", 12],
    ["t.select(a, b)", 7],
    ["a.cast(FheInt64).add(c)", 4n],
    ["a.cast(FheBool)", true],
    ["a.matchValueOr([[7, 70]], 1, FheUint16)", 70],
    ["const size: number = [a, b].length; a.add(size)", 9],
    ["enum Rate { Low = 2 }; a.mul(Rate.Low)", 14],
    ["a.add(`b`.length > 0 ? 1 : 2)", 8],
    ["using x = a.add(1); b", 5],
    ["let x\nx = a.add(1)", 8],
    ["s.concat('c').toUpperCase()", "ABC"],
    ["u.concat(s.cast(FheUtf8String))", "éab"],
    ["const rule: Pattern = compile(/^[a-b]+$/); s.matches(rule)", true],
    ["const twice = (x: StringHandle): StringHandle => x.repeat(2);\ntwice(s)", "abab"],
    ["t.select(s, 'other')", "ab"],
    ["a.matchValueOr([[7, 'seven']], '', FheAsciiString)", "seven"],
  ])("%j", (text, value) => {
    expect(results(text)).toEqual({ result: value });
  });

  test("several results", () => {
    expect(results("return { more: a.gt(b), by: a.sub(b) }")).toEqual({ more: true, by: 2 });
    expect(results("({ more: a.gt(b) })")).toEqual({ more: true });
    expect(results("a.divRem(b)")).toEqual({ "result[0]": 1, "result[1]": 2 });
    expect(results("engine.array([a, b]).add(1)")).toEqual({ "result[0]": 8, "result[1]": 6 });
  });
});

describe("what is wrong with programs", () => {
  test.each<[string, string, string | RegExp]>([
    ["a.ad(b)", "ad", /^Property 'ad' does not exist on type 'UintHandle<32>'/],
    ["a.add(d)", "d", "Cannot find name 'd'"],
    [
      "a.add(c)",
      "c",
      /'IntHandle<64>' is not assignable .* 'UintHandle<32> \| Integer'; use cast to convert$/,
    ],
    [
      "t.select(a, c)",
      "select",
      "select takes values of one type, not UintHandle<32> and IntHandle<64>; use cast to convert",
    ],
    ["t.select(t.select(s, 'x'), u)", "select", /of one type, .* use cast to convert$/],
    ["t.select(a, s)", "select", /of one type, not UintHandle<32> and StringHandle<FheAsciiString>$/],
    ["s.eq(u)", "u", /use cast to convert$/],
    ["s.eq(a)", "a", /'UintHandle<32>' is not assignable .*'string \| TextHandle<FheAsciiString>'$/],
    ["s.matches(/a/)", "/a/", /'RegExp' is not assignable to parameter of type 'Pattern'/],
    ["const x: number = a; a", "x", "Type 'UintHandle<32>' is not assignable to type 'number'"],
    ["a.add(", "", "')' expected"],
    ["const = 3; a", "=", /expected/],
    ["a.add(b))", ")", /expected/],
    ["'unterminated", "", /Unterminated string/],
    ["fetch('/'); a", "fetch", "Cannot find name 'fetch'"],
    ["a; document", "document", /Cannot find name 'document'/],
    ["", "", /^the program gives nothing/],
    ["  // nothing\n", "g", /^the program gives nothing/],
    ["const x = a", "a", /^the program gives nothing/],
    ["return", "n", /^the program gives nothing/],
    ["3", "3", /^the program gives a value of type number/],
    ["'a'", "'a'", /type string/],
    ["a.width", "a.width", /type number/],
    ["return a.width", "a.width", /type number/],
    ["return nobody", "nobody", /Cannot find name/],
    ["if (1 < 2) return a.nothing()\nreturn a", "nothing", /does not exist/],
    ['return { x: a.add("two") }', '"two"', /not assignable/],
    ["[a].forEach(() => {})", "[a].forEach(() => {})", /type void/],
    ["a.serialize()", "a.serialize()", /type Promise/],
    ["{ x: a, y: b }", "{", /write return \{ … \}/],
    ["{ a, b }", "{", /write return \{ … \}/],
    ["import x from 'x'; a", "import x from 'x';", /is the body of a function/],
    ["export const x = a; x", "export const x = a;", /is the body of a function/],
    ["export default a", "export default a", /is the body of a function/],
    ["a + b", "a + b", "+ does not work on encrypted values; use a.add(b)"],
    ["1 + a", "1 + a", "+ does not work on encrypted values; use a.add(1)"],
    ["1 - a", "1 - a", "- does not work on encrypted values; use sub"],
    ["a > b", "a > b", "> does not work on encrypted values; use a.gt(b)"],
    ["a === b", "a === b", "=== does not work on encrypted values; use a.eq(b)"],
    ["-a", "-a", "- does not work on encrypted values; use a.neg()"],
    ["!t", "!t", "! does not work on encrypted values; use t.not()"],
    ["t && a", "t && a", "&& does not work on encrypted values; use t.and(a)"],
    ["let s = a; s += b; s", "s += b", "+= does not work on encrypted values; use s = s.add(b)"],
    ["s + u", "s + u", "+ does not work on encrypted values; use s.concat(u)"],
    ["'x' + s", "'x' + s", "+ does not work on encrypted values; use concat"],
    ["s == 'x'", "s == 'x'", "== does not work on encrypted values; use s.eq('x')"],
    ["'x' !== s", "'x' !== s", "!== does not work on encrypted values; use s.ne('x')"],
    ["s < 'x'", "s < 'x'", "< does not work on encrypted values; use s.lt('x')"],
    ["let r = s; r += 'x'; r", "r += 'x'", "+= does not work on encrypted values; use r = r.concat('x')"],
    ["s || u", "s || u", "|| does not work on encrypted texts"],
    ["s - s", "s - s", "- does not work on encrypted texts"],
    ["!s", "!s", "! does not work on encrypted texts"],
    ["s.length() > 3", "s.length() > 3", "> does not work on encrypted values; use s.length().gt(3)"],
    ["if (s) a; a", "s", /^nobody can branch/],
    ["t ? a : b", "t", /^nobody can branch on an encrypted value; write t\.select/],
    ["if (t) a.add(b); a", "t", /^nobody can branch/],
    ["while (t) {}; a", "t", /^nobody can branch/],
    ["for (; t; ) {}; a", "t", /^nobody can branch/],
    ["await a", "await a", /waits for nothing/],
    ["engine.dispose(); a", "engine.dispose", /^the server goes on to use its engine/],
    ["const e = engine; e?.dispose(); a", "e?.dispose", /^the server goes on/],
    ["engine['dispose'](); a", "engine['dispose']", /^the server goes on/],
    ["engine[Symbol.dispose](); a", "engine[Symbol.dispose]", /^the server goes on/],
    ["const { dispose } = engine; dispose.call(engine); a", "dispose", /^the server goes on/],
    ["using e = engine; a", "e = engine", /^the server goes on/],
  ])("%j", (text, place, message) => {
    const found = problems(text);
    expect(found.map(([where]) => where)).toContain(place);
    expect(found.find(([where]) => where === place)![1]).toMatch(message);
  });

  test("an encrypted value may be compared with nothing", () => {
    expect(problems("const x: UintHandle<32> | undefined = [a].at(0); x === undefined ? a : b")).toEqual([]);
  });

  test("all but the engine may be disposed of", () => {
    expect(problems("const x = a.add(1); x.dispose(); engine.array([a]).dispose(); b")).toEqual([]);
    expect(problems("using x = a.add(1); b")).toEqual([]);
  });

  test("goes with the inputs", () => {
    expect(problems("a.add(x)")).toHaveLength(1);
    expect(problems("a.add(x)", [...inputs, { name: "x", type: "FheUint32" }])).toEqual([]);
    expect(problems("a.add(x)", [...inputs, { name: "x", type: "FheInt8" }])).toHaveLength(1);
    expect(problems("a", [])).toEqual([["a", "Cannot find name 'a'"]]);
  });

  test("hostile texts are answered", () => {
    for (const text of [
      "(".repeat(500),
      "a".repeat(50_000),
      "\u0000",
      "}}}}",
      "`${",
      "<a/>",
      "/*",
      "\ud800",
      "a.\r\nadd(x)",
    ]) {
      expect(problems(text).length, text.slice(0, 20)).toBeGreaterThan(0);
    }
  });

  test.each([
    ["a +", 3, 1, 4],
    ["a\n  .foo()", 5, 2, 4],
    ["a\r\n  .foo()", 6, 2, 4],
    ["", 0, 1, 1],
  ])("places are lines and columns: %j", (text, start, line, column) => {
    expect(problemOf(text, { start, end: start, message: "" })).toEqual({ line, column, message: "" });
  });
});

describe("what the editor shows", () => {
  test("methods after a dot, with their documentation", () => {
    const source = { inputs, text: "a." };
    const found = service.suggestions(source, 2);
    expect(found.find(({ name }) => name === "gt")).toMatchObject({ kind: "method", near: true });
    expect(found.find(({ name }) => name === "serialize")).toMatchObject({ near: false });
    const { signature, documentation } = service.describe(source, 2, "shl")!;
    expect(signature).toBe("shl(amount: Amount): UintHandle<32>");
    expect(documentation).toContain("Shifts left by a number of bits");
  });

  test("methods of texts, and what compiles patterns", () => {
    const source = { inputs, text: "s." };
    const found = service.suggestions(source, 2);
    expect(found.find(({ name }) => name === "matches")).toMatchObject({ kind: "method", near: true });
    expect(service.describe(source, 2, "concat")!.documentation).toContain("another one behind it");
    const { signature, documentation } = service.hover({ inputs, text: "compile(/a/)" }, 1)!;
    expect(signature).toMatch(/^const compile: \(expression: RegExp \| string/);
    expect(documentation).toContain("regular expression");
    expect(service.hover({ inputs, text: "u" }, 0)).toMatchObject({
      signature: "const u: StringHandle<FheUtf8String>",
    });
  });

  test("names in scope first", () => {
    const found = service.suggestions({ inputs, text: "const mine = a; " }, 16);
    const near = found.filter((one) => one.near).map(({ name }) => name);
    expect(near).toEqual(
      expect.arrayContaining(["a", "b", "c", "t", "mine", "engine", "compile", "FheInt64"]),
    );
    expect(near).not.toContain("Array");
    expect(found.map(({ name }) => name)).toContain("Array");
  });

  test("types of what is under the pointer", () => {
    const source = { inputs, text: "a.gt(b)" };
    expect(service.hover(source, 0)).toEqual({
      start: 0,
      end: 1,
      signature: "const a: UintHandle<32>",
      documentation: "An input of the program, encrypted as FheUint32.",
    });
    expect(service.hover(source, 3)).toMatchObject({
      start: 2,
      end: 4,
      signature: expect.stringMatching(/^gt\(/),
    });
    expect(service.hover(source, 1)?.start).not.toBe(1);
  });
});
