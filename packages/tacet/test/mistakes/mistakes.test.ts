import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import * as clear from "../../src/clear.ts";
import * as cut from "../../src/cut.ts";
import * as main from "../../src/index.ts";
import * as leveled from "../../src/leveled.ts";
import * as regex from "../../src/regex.ts";
import { ENTRY_POINTS, OBJECTS } from "./entry-points.ts";
import type { Given } from "./given.ts";
import { FOREIGN_WORDS, MISTAKES, type Mistake } from "./mistakes.ts";
import { type Library, makeWorld, type World } from "./world.ts";

/** Something that users can call: a function or method by its path, or what a class has on its objects. */
interface EntryPoint {
  readonly path: string;
  /** The path of what it belongs to. */
  readonly within: string;
  readonly owner: object;
  readonly kind: "function" | "method" | "getter";
  readonly value: (...args: unknown[]) => unknown;
}

const library: Library = { ...main, ...regex, ...clear, ...cut, ...leveled };

let world: World;
/** The same objects of another client and engine, and of another copy of the library. */
let elsewhere: World;
let copied: World;

beforeAll(async () => {
  world = await makeWorld(library);
  elsewhere = await makeWorld(library);
  vi.resetModules();
  const copy: Library = {
    ...(await import("../../src/index.ts")),
    ...(await import("../../src/regex.ts")),
    ...(await import("../../src/clear.ts")),
    ...(await import("../../src/cut.ts")),
    ...(await import("../../src/leveled.ts")),
  };
  expect(copy.Engine).not.toBe(library.Engine);
  copied = await makeWorld(copy);
});
afterAll(() => {
  for (const { engine, switchingEngine, leveled: other } of [world, elsewhere, copied]) {
    engine.dispose();
    (switchingEngine as main.Engine).dispose();
    (other as leveled.LeveledEngine).dispose();
  }
});

/** One type of each kind: all others are made by the same function. */
const TYPES = new Set(["FheUint8", "FheInt8"]);
const isType = (value: object): boolean => value.constructor === library.FheUint8.constructor;
const isModule = (value: object): boolean => Object.prototype.toString.call(value) === "[object Module]";
const isClass = (value: unknown): value is { prototype: object } =>
  typeof value === "function" && Object.getOwnPropertyDescriptor(value, "prototype")?.writable === false;
const isError = (value: { prototype: object }): boolean => value.prototype instanceof Error;

/** For the library alone, and marked so. */
const INTERNAL = new Set(
  "build compressed context digits derive wrap view zip spread reduce fold verdict place radixes digitsOf decryptBlocks trivialBlocks text operand compiled automatonOf over opened inside".split(
    " ",
  ),
);

function* classesOf(module: object, path = ""): Generator<[string, { prototype: object }]> {
  for (const [name, value] of Object.entries(module)) {
    if (isClass(value) && !isError(value)) yield [`${path}${name}`, value];
    else if (typeof value === "object" && isModule(value)) yield* classesOf(value, `${path}${name}.`);
  }
}
const CLASSES = [...classesOf(library)];

function membersOf(path: string, owner: object): EntryPoint[] {
  return Reflect.ownKeys(owner).flatMap((key): EntryPoint[] => {
    const { value, get } = Object.getOwnPropertyDescriptor(owner, key) as PropertyDescriptor;
    if (key === "constructor" || INTERNAL.has(String(key))) return [];
    const rest = { path: `${path}${String(key)}`, within: path.slice(0, -1), owner };
    if (get !== undefined) return [{ ...rest, kind: "getter", value: get }];
    if (typeof value !== "function") return [];
    return [{ ...rest, kind: path.endsWith("#") ? "method" : "function", value }];
  });
}

const ALL: EntryPoint[] = [
  ...CLASSES.flatMap(([path, value]) => [
    ...membersOf(`${path}.`, value),
    ...membersOf(`${path}#`, value.prototype),
  ]),
  ...Object.entries(library).flatMap(([name, value]) => {
    if (typeof value === "function" && !isClass(value)) return membersOf("", { [name]: value });
    return typeof value === "object" && isType(value) && TYPES.has(name) ? membersOf(`${name}.`, value) : [];
  }),
];

/** What takes so long, even at toy parameters, that only mistakes are tried there. */
const SLOW = new Set([
  ..."PublicKey.from PublicKey.deserialize PublicKey#encrypt".split(" "),
  ..."CompressedPublicKey.from CompressedPublicKey#encrypt CompressedPublicKey#decompress".split(" "),
  "shortint.PublicKey.deserialize",
]);

/** What an entry point answers: a problem, or nothing if it did what it was asked. */
async function problemOf(action: () => unknown): Promise<unknown> {
  try {
    await action();
  } catch (error) {
    return error ?? "threw nothing";
  }
  return undefined;
}

/** What is wrong with an answer, in a word; nothing if it is right. */
function faultOf(problem: unknown, words: RegExp | null): string | undefined {
  if (problem === undefined) return "passes silently";
  if (!(problem instanceof Error)) return "throws no error";
  const { message } = problem;
  const typed =
    problem instanceof library.TacetError || [TypeError, RangeError].includes(problem.constructor as never);
  if (!typed) return `throws ${problem.name}: ${message}`;
  if (FOREIGN_WORDS.test(message)) return `JavaScript's words: ${message}`;
  if (words !== null && !words.test(message)) return `does not say ${words}: ${message}`;
  return undefined;
}

/** What is said of some mistakes wherever they are made. */
const WORDS: { readonly [M in Mistake]?: RegExp } = {
  "one of another engine": /another engine/,
  "one of another copy": /another copy of Tacet/,
  "a Promise of the right thing": /Promise, which is to be awaited/,
};

/** All mistakes that can be made in a place, by their names, with what is then there. */
function* mistakesIn(
  given: Given,
  right: unknown,
): Generator<[name: string, mistake: Mistake, value: unknown, Given]> {
  for (const [name, make] of Object.entries(MISTAKES)) {
    const value = make(right);
    if ((value === undefined && name !== "undefined") || given.skips.includes(name as Mistake)) continue;
    yield [name, name as Mistake, value, given];
  }
  const others = { "one of another engine": elsewhere, "one of another copy": copied };
  for (const [name, other] of Object.entries(others)) {
    const value = given.right(other);
    if (typeof value === "object" && value !== null && Object.values(other).includes(value)) {
      yield [name, name as Mistake, value, given];
    }
  }
  if (given.closed) {
    const words = /there is no option misspelt; there are [a-z]+/;
    yield ["misspelt", "misspelt", { ...(right as object), misspelt: 3 }, { ...given, words }];
  }
  for (const { name, given: inner, replaced } of given.parts) {
    for (const [what, mistake, value, place] of mistakesIn(inner, inner.right(world))) {
      yield [`${name}: ${what}`, mistake, replaced(right, value), place];
    }
  }
}

test("all that is exported is in the table, and the table has nothing else", () => {
  const missing = ALL.filter(({ kind, path }) => kind !== "getter" && ENTRY_POINTS[path] === undefined);
  expect(missing.map(({ path }) => path)).toEqual([]);
});

describe.each([...new Set(ALL.map(({ within }) => within))])("%s", (name) => {
  const members = ALL.filter(({ within }) => within === name);
  const self = (path: string): unknown => world[OBJECTS[path] ?? OBJECTS[name]];

  test("does what it is asked", async () => {
    for (const entry of members.filter(({ path }) => !/dispose/.test(path))) {
      const args = (ENTRY_POINTS[entry.path] ?? []).map(({ right }) => right(world));
      const owner = entry.kind === "function" ? entry.owner : self(entry.path);
      expect(await problemOf(() => Reflect.apply(entry.value, owner, args)), entry.path).toBe(undefined);
    }
  });

  test("says what it expects", async () => {
    const faults: string[] = [];
    for (const entry of members) {
      const places = ENTRY_POINTS[entry.path] ?? [];
      const owner = entry.kind === "function" ? entry.owner : self(entry.path);
      const args = places.map(({ right }) => right(world));
      const check = async (
        what: string,
        given: Given,
        mistake: Mistake,
        actual: unknown[],
      ): Promise<void> => {
        const accepted = given.accepts.includes(mistake);
        if (accepted && SLOW.has(entry.path)) return;
        const problem = await problemOf(() => Reflect.apply(entry.value, owner, actual));
        if (accepted && problem === undefined) return;
        const fault = faultOf(problem, accepted ? null : (WORDS[mistake] ?? given.words));
        if (fault !== undefined) faults.push(`${entry.path}(${what}) ${fault}`);
      };
      for (const [i, given] of places.entries()) {
        for (const [what, mistake, value, place] of mistakesIn(given, args[i])) {
          await check(`${i}: ${what}`, place, mistake, args.with(i, value));
        }
        // Which of the missing ones is asked for first does not matter.
        const words = new RegExp(
          places
            .slice(i)
            .map((place) => place.words.source)
            .join("|"),
        );
        await check(`${i}: nothing`, { ...given, words }, "nothing", args.slice(0, i));
      }
    }
    expect(faults).toEqual([]);
  });

  test("is nothing without its object", async () => {
    const faults: string[] = [];
    for (const entry of members.filter(({ kind }) => kind !== "function")) {
      const args = (ENTRY_POINTS[entry.path] ?? []).map(({ right }) => right(world));
      const found = self(entry.path) as object;
      const strangers = {
        undefined: undefined,
        null: null,
        number: 3,
        "plain object": {},
        "another class's object": found === world.clientKey ? world.engine : world.clientKey,
        prototype: Object.getPrototypeOf(found),
        Proxy: new Proxy(found, {}),
        heir: Object.create(found),
        "that of another copy": copied[OBJECTS[name] as string],
      };
      for (const [what, stranger] of Object.entries(strangers)) {
        const problem = await problemOf(() => Reflect.apply(entry.value, stranger, args));
        const fault = faultOf(problem, /^(\S+)\.\S+ is to be (called|read) on a value of type \1, not on /);
        if (fault !== undefined) faults.push(`${entry.path} on ${what}: ${fault}`);
      }
    }
    expect(faults).toEqual([]);
  });
});

test("functions need no object", async () => {
  for (const { kind, path, value } of ALL.filter(({ kind }) => kind === "function")) {
    expect(kind).toBe("function");
    const args = (ENTRY_POINTS[path] ?? []).map(({ right }) => right(world));
    expect(await problemOf(() => Reflect.apply(value, undefined, args)), path).toBe(undefined);
  }
});

test("classes are constructed by the library alone, and say what to call", async () => {
  const faults: string[] = [];
  for (const [path, Class] of CLASSES) {
    for (const args of [[], [world.clientKey], [world.engine, world.x], [{}, {}, {}], [new Uint8Array(8)]]) {
      const problem = await problemOf(() => Reflect.construct(Class as never, args));
      const fault = faultOf(problem, /is not constructed with new: .*[a-z]+(\(| of a type)/);
      if (fault !== undefined) faults.push(`new ${path} ${fault}`);
    }
    const problem = await problemOf(() => (Class as never as () => void)());
    expect(problem, path).toBeInstanceOf(TypeError);
  }
  expect(faults).toEqual([]);
});
