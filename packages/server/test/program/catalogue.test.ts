import * as tacet from "tacet";
import { describe, expect, test } from "vitest";
import { CATALOGUE } from "../../src/program/catalogue/index.ts";
import { BY_HAND, REFUSED } from "../../src/program/trace/exceptions.ts";
import * as named from "../../src/program/types.ts";

/** What TypeScript keeps from users, but reflection finds; and what only says that there is no value. */
const INTERNAL = new Set(
  (
    "constructor build compressed context digits wrap derive view zip spread reduce fold verdict place radixes digitsOf " +
    "text operand valueOf toString toJSON over"
  ).split(" "),
);

/** The classes whose objects programs deal with, and the operations that the catalogue has for them. */
const CLASSES: readonly [name: string, prototype: object, operations: readonly string[]][] = [
  ["Handle", tacet.Handle.prototype, []],
  ["IntegerHandle", tacet.IntegerHandle.prototype, Object.keys(CATALOGUE.integer)],
  ["UintHandle", tacet.UintHandle.prototype, Object.keys(CATALOGUE.integer)],
  ["IntHandle", tacet.IntHandle.prototype, Object.keys(CATALOGUE.integer)],
  ["BoolHandle", tacet.BoolHandle.prototype, Object.keys(CATALOGUE.boolean)],
  ["TextHandle", Object.getPrototypeOf(tacet.StringHandle.prototype), Object.keys(CATALOGUE.text)],
  ["StringHandle", tacet.StringHandle.prototype, Object.keys(CATALOGUE.text)],
  ["Engine", tacet.Engine.prototype, Object.keys(CATALOGUE.engine)],
  ["EncryptedArray", tacet.EncryptedArray.prototype, ofPrefix("array")],
  ["IntegerArray", tacet.IntegerArray.prototype, ofPrefix("array")],
  ["BoolArray", tacet.BoolArray.prototype, ofPrefix("array")],
  ["KeyValueStore", tacet.KeyValueStore.prototype, ofPrefix("store")],
];

function ofPrefix(prefix: "array" | "store"): string[] {
  return Object.keys(CATALOGUE[prefix]).map((op) => op.slice(prefix.length + 1));
}

function membersOf(prototype: object): string[] {
  return Object.getOwnPropertyNames(prototype).filter((name) => !INTERNAL.has(name));
}

describe("every public member of the library's classes is an operation, or an exception with a reason", () => {
  test.each(CLASSES)("%s", (_, prototype, operations) => {
    const known = new Set([
      ...operations,
      ...[...chain(prototype)].flatMap((owner) => [
        ...Object.keys(BY_HAND[owner] ?? {}),
        ...Object.keys((REFUSED as Record<string, object>)[owner] ?? {}),
      ]),
    ]);
    expect(membersOf(prototype).filter((member) => !known.has(member))).toEqual([]);
  });
});

/** The names of a class and of those above it. */
function* chain(prototype: object): Generator<string> {
  for (let one: object | null = prototype; one !== null; one = Object.getPrototypeOf(one)) {
    const found = CLASSES.find(([, own]) => own === one);
    if (found !== undefined) yield found[0];
  }
}

test("every exception is a member that there is, and has a reason", () => {
  const all = [...Object.entries(BY_HAND), ...Object.entries(REFUSED)];
  for (const [name, reasons] of all) {
    // Some have it in all classes below them.
    const below = CLASSES.filter(([, prototype]) => [...chain(prototype)].includes(name));
    for (const [member, reason] of Object.entries(reasons)) {
      const there =
        below.some(([, prototype]) => member in prototype) ||
        ["width", "signed", "type", "size", "padded", "shape", "create"].includes(member);
      expect([name, member, there, reason.length > 10]).toEqual([name, member, true, true]);
    }
  }
});

test("every operation of the catalogue is a member that there is, or one of those that the library has otherwise", () => {
  const otherwise = new Set(["constant", "firstTrue"]);
  for (const [kind, prototypes] of [
    ["integer", [tacet.IntHandle.prototype]],
    ["boolean", [tacet.BoolHandle.prototype]],
    ["text", [tacet.StringHandle.prototype]],
    ["engine", [tacet.Engine.prototype]],
    ["array", [tacet.IntegerArray.prototype, tacet.BoolArray.prototype]],
    ["store", [tacet.KeyValueStore.prototype]],
  ] as const) {
    for (const op of Object.keys(CATALOGUE[kind])) {
      const member = op.slice(op.indexOf(".") + 1);
      if (otherwise.has(member)) continue;
      expect([op, prototypes.some((prototype) => member in prototype)]).toEqual([op, true]);
    }
  }
});

test("all types of the library are known by their names", () => {
  const types = Object.entries(tacet).filter(([name]) =>
    /^Fhe(?:Bool|AsciiString|Utf8String|U?[Ii]nt\d+)$/.test(name),
  );
  expect({ ...named }).toEqual(Object.fromEntries(types));
});
