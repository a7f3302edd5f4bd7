import fc from "fast-check";
import { StringHandle } from "tacet";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sampleCount } from "../../../tacet/test/samples.ts";
import { computeClear } from "../../src/program/clear/compute.ts";
import { NoClearCounterpart } from "../../src/program/clear/no-clear-counterpart.ts";
import { ClearText, TEXT_EXCEPTIONS } from "../../src/program/clear/text.ts";
import type { Input, TextInputType } from "../../src/program/types.ts";
import { membersOf } from "./members.ts";
import { Toy } from "./toy.ts";

/** Two texts of a type, of which the second is there in clear as well, a truth value, and an encrypted number. */
interface Values {
  readonly type: TextInputType;
  readonly a: string;
  readonly b: string;
  readonly t: boolean;
  readonly by: number;
}

const binary = ["eq", "ne", "eqIgnoreCase", "lt", "le", "gt", "ge"];
const searches = [
  "contains",
  "startsWith",
  "endsWith",
  "indexOf",
  "lastIndexOf",
  "stripPrefix",
  "stripSuffix",
];
const splits = ["splitOnce", "splitOnceFromEnd"];
const unary = ["length", "isEmpty", "toLowerCase", "toUpperCase", "trim", "trimStart", "trimEnd"];
const ways = ["{ fromEnd: true }", '{ separators: "behind" }', '{ separators: "behind", fromEnd: true }'];
const limits = ["{ pieces: 2 }", "{ pieces: 2, fromEnd: true }", '{ separators: "inside" }'];
const expressions = ["/^[a-c]|b$/i", "/(?<!a)b+/u", "/^$|\\s/", "/^(?=.*a)(?=.*b).{3,}$/s"];

/** A program of all operations, on encrypted and on clear operands. */
function everything({ type, a, b, by }: Values): string {
  const k = JSON.stringify(b);
  const both = (name: string): string[] => [`a.${name}(b)`, `a.${name}(${k})`];
  // Between all bytes of UTF-8 there may be none of a character's.
  const whole = type === "FheAsciiString" || (b !== "" && /^[ -~]*$/.test(a));
  const calls = [
    ...[...binary, ...searches, "concat"].flatMap(both),
    ...unary.map((name) => `a.${name}()`),
    ...(whole ? splits.flatMap(both) : []),
    ...(whole ? ["a.split(b, 3)", ...ways.map((way) => `a.split(${k}, 3, ${way})`)] : []),
    ...(whole ? limits.map((way) => `a.split(${k}, 3, ${way})`) : []),
    ...(whole ? [`a.split(b, 3, { pieces: by.add(1) })`, `a.replaceUpTo(b, "-", by)`] : []),
    ...(whole ? [`a.replaceAll(b, "xy")`, `a.replaceAll(${k}, "-")`, `a.replace(${k}, "")`] : []),
    ...(whole ? [`a.replaceUpTo(${k}, b, ${by})`] : []),
    `a.splitWhiteSpace(2)`,
    `a.cast(FheUtf8String)`,
    `a.repeat(2)`,
    `a.repeat(by, 2)`,
    `a.like(${JSON.stringify(b.replaceAll("\\", "_"))})`,
    `a.like("%b_", { ignoreCase: true })`,
    `a.like("a!__%", { escape: "!" })`,
    `a.like(b)`,
    `a.like(b.concat("%"), { escape: "", ignoreCase: true })`,
    `a.isPatternOf(b)`,
    `a.isPatternOf(${k}, { escape: "b", ignoreCase: true })`,
    ...expressions
      .filter((one) => type === "FheAsciiString" || one.endsWith("u"))
      .map((one) => `a.matches(compile(${one}))`),
    `a.matches(compile("b.", { flags: "u" }))`,
    `t.select(a, b)`,
    `t.select(${k}, a)`,
    `t.select(a, ${k})`,
    `t.select("one", "other")`,
    `a.matchValue([[${k}, 7]], FheUint8)`,
    `a.matchValue(new Map([[${JSON.stringify(a)}, -7]]), FheInt16)`,
    `a.matchValue([[${JSON.stringify(a)}, "one"], [${k}, "other"]].slice(${Number(a === b)}), FheAsciiString)`,
    `a.matchValueOr([[${k}, 7]], 9, FheUint8)`,
    `a.matchValueOr([[${k}, ""]], "é", FheUtf8String)`,
    `by.matchValueOr([[0, ${k}]], "none", ${type})`,
    `engine.sort([a, b, a.toLowerCase()])`,
    `engine.unique([b, a, b], { descending: true })`,
    ...storeCalls(type, a, k),
  ];
  return `return { ${calls.map((call) => `${JSON.stringify(call)}: ${call}`).join(",\n")} };`;
}

/** A store under texts, after each of the things that can be done with it. */
function storeCalls(type: TextInputType, a: string, k: string): string[] {
  const after = (steps: string): string =>
    `(() => { const s = engine.keyValueStore(${type}, FheUint8); s.insert(${JSON.stringify(a)}, by); s.insert("ab", 9); ${steps} })()`;
  return [
    `return [s.get(a), s.get(b), s.contains(b)];`,
    `return [s.update(b, 5), s.get("ab")];`,
    `return [s.map(a, (value) => value.add(1)), s.get(${JSON.stringify(a)})];`,
    `return [s.insert("ab", by), s.remove("ab"), s.contains(b), s.containsValue(by)];`,
    `return [...s.keys()].map((key) => a.eq(key));`,
    `return s.contains(${k}) ? t : t.not();`,
  ].map(after);
}

function inputsOf({ type, a, b, t, by }: Values): Input[] {
  return [
    { name: "a", type, value: a },
    { name: "b", type, value: b },
    { name: "t", type: "FheBool", value: t },
    { name: "by", type: "FheUint8", value: by },
  ];
}

let toy: Toy;
beforeAll(async () => void (toy = await Toy.create()));
afterAll(() => toy.engine.dispose());

function values(type: TextInputType): fc.Arbitrary<Values> {
  const units = type === "FheAsciiString" ? [..."abAB %_\\\n"] : [..."abB _", "é", "É", "\uffee", "💡"];
  const text = (maxLength: number): fc.Arbitrary<string> =>
    fc.string({ unit: fc.constantFrom(...units), maxLength });
  return fc.record({
    type: fc.constant(type),
    a: text(type === "FheAsciiString" ? 5 : 3),
    b: text(type === "FheAsciiString" ? 2 : 1),
    t: fc.boolean(),
    by: fc.nat({ max: 2 }),
  });
}

/** What a program gives in clear and encrypted, or the names of the errors. */
async function outcomes(
  program: string,
  inputs: readonly Input[],
): Promise<[clear: unknown, other: unknown]> {
  const clear = (): unknown => computeClear(program, inputs);
  return [attempt(clear), await toy.compute(program, inputs).catch((error: Error) => error.name)];
}

function attempt(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return (error as Error).name;
  }
}

describe("the clear mirror gives what the library gives", () => {
  test.each([
    ["FheAsciiString", sampleCount(4, 60)],
    ["FheUtf8String", sampleCount(3, 30)],
  ] as const)("for all operations on %s", async (type, numRuns) => {
    const example = { type, t: true, by: 1 };
    await fc.assert(
      fc.asyncProperty(values(type), async (given) => {
        const program = everything(given);
        const inputs = inputsOf(given);
        expect(computeClear(program, inputs)).toEqual(await toy.compute(program, inputs));
      }),
      { numRuns, examples: [[{ ...example, a: "abab ", b: "ab" }], [{ ...example, a: "", b: "" }]] },
    );
  });

  test.each([
    ["order", "a.lt(b)", "\uffee", "💡"],
    ["order of many", "engine.sort([b, a])", "\uffee", "💡"],
    ["bytes", "[a.length(), a.indexOf(b)]", "é💡e", "e"],
    ["parts of characters", 'a.split("", 1)[0]', "é", ""],
  ])("%s of texts beyond ASCII", async (_, expression, a, b) => {
    const inputs = inputsOf({ type: "FheUtf8String", a, b, t: true, by: 1 });
    const [clear, other] = await outcomes(`return ${expression};`, inputs);
    expect(clear).toEqual(other);
  });

  test.each([
    "a.eq('é')",
    "a.eq('\\0')",
    "a.eq(5)",
    "a.eq(t)",
    "a.eq(a.cast(FheUtf8String))",
    "a.cast(FheAsciiString)",
    "a.repeat(-1)",
    "a.repeat('2')",
    "a.repeat(by)",
    "a.repeat(by.cast(FheInt8), 2)",
    "a.replaceUpTo('a', 'b', 0.5)",
    "a.split('a', -1)",
    "a.split('a', 2, { separators: 'none' })",
    "a.split('a', 2, { separators: 'inside', fromEnd: true })",
    "a.split('a', 2, { separators: 'behind', pieces: 2 })",
    "a.matches(/a/)",
    "a.matches(compile('('))",
    "a.cast(FheUtf8String).matches(compile('a'))",
    "a.like('a\\\\')",
    "a.like('a', { escape: 'ab' })",
    "a.like('a', { escape: 5 })",
    "a.like(b, { escape: 'é' })",
    "a.like('a', { ignoreCase: 1 })",
    "a.matchValue([['a', 1], ['a', 2]], FheUint8)",
    "a.matchValue([['é', 1]], FheUint8)",
    "a.matchValue([['a', 'é']], FheAsciiString)",
    "a.matchValue([['a', 256]], FheUint8)",
    "a.matchValue([['a', true]], FheBool)",
    "by.matchValueOr([[1, 'a']], 5, FheAsciiString)",
    "t.select(a, 5)",
    "t.select(a, by)",
    "t.select(a, a.cast(FheUtf8String))",
    "t.select('é', 'a')",
    "t.select('a', 5, FheUint8)",
    "t.ifThenZero(a)",
    "t.flip(a, b)",
    "engine.sum([a, b])",
    "engine.sort([a, by])",
    "engine.sort([a, a.cast(FheUtf8String)])",
    "engine.keyValueStore(FheUint8, FheAsciiString)",
    "engine.keyValueStore(FheAsciiString, FheUint8).insert(5, 1)",
    "engine.keyValueStore(FheAsciiString, FheUint8).get(by)",
  ])("also in what it refuses: %s", async (expression) => {
    const inputs = inputsOf({ type: "FheAsciiString", a: "ab", b: "b", t: true, by: 1 });
    const [clear, other] = await outcomes(`return ${expression};`, inputs);
    expect(clear).toMatch(/^(TypeError|RangeError|PatternError)$/);
    expect(clear).toBe(other);
  });
});

test("the clear mirror of texts is complete", () => {
  const program = everything({ type: "FheAsciiString", a: "a", b: "b", t: true, by: 1 });
  const members = membersOf(StringHandle.prototype);
  expect(members.length).toBeGreaterThan(30);
  const mirrored = membersOf(ClearText.prototype);
  for (const name of members) {
    expect(mirrored, name).toContain(name);
    if ((TEXT_EXCEPTIONS as readonly string[]).includes(name)) {
      expect(() => Reflect.get(ClearText.prototype, name), name).toThrow(NoClearCounterpart);
    } else if (!["type", "dispose"].includes(name)) {
      expect(program, `${name} is not compared`).toContain(`.${name}(`);
    }
  }
  for (const name of TEXT_EXCEPTIONS) expect(members, `${name} is no longer there`).toContain(name);
});

test.each(["a.size", "a.padded"])(
  "the clear mirror does not know %s, which is a matter of padding",
  (what) => {
    const inputs = inputsOf({ type: "FheAsciiString", a: "ab", b: "b", t: true, by: 1 });
    expect(() => computeClear(`return ${what} ? a : b;`, inputs)).toThrow(NoClearCounterpart);
  },
);
