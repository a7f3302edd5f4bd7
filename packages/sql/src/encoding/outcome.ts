import { ConstantError } from "../errors.ts";
import type { Condition, Test } from "../plan/plan.ts";
import { type Folding, fold } from "../schema/folding.ts";
import type { Position } from "../schema/ordinal.ts";
import type { ColumnType } from "../schema/types.ts";
import { type Constants, nameOf } from "./constants.ts";
import { type Pattern, parsePattern } from "./shape.ts";

/** What a test says of a value: `undefined` is unknown. */
type Outcome = boolean | undefined;
/** Tells of a code, or of NULL (`null`). */
type Teller = (code: bigint | null) => Outcome;

/** Makes a condition on a column with a code for each value into what tells whether it holds for one. */
export function holder(
  condition: Condition,
  type: ColumnType,
  constants: Constants,
  folding: Folding,
): (code: bigint | null) => boolean {
  if (condition.kind !== "test") {
    const parts = condition.of.map((part) => holder(part, type, constants, folding));
    return condition.kind === "all"
      ? (code) => parts.every((part) => part(code))
      : (code) => parts.some((part) => part(code));
  }
  const tell = teller(condition.test, type, constants, folding);
  const { positive, unknown } = condition.wanted;
  return (code) => {
    const outcome = tell(code);
    return outcome === undefined ? unknown : outcome === positive;
  };
}

function teller(test: Test, type: ColumnType, constants: Constants, folding: Folding): Teller {
  switch (test.kind) {
    case "equal":
      return ofValues(constants.positionOf(test.constant, type), equals);
    case "less":
    case "atMost": {
      const position = constants.positionOf(test.constant, type);
      if (position?.unordered === true) {
        throw new ConstantError(`${nameOf(test.constant)} is not in the dictionary that it is ordered by`);
      }
      return ofValues(position, test.kind === "less" ? isLess : isAtMost);
    }
    case "null":
      return (code) => code === null;
    case "same": {
      const position = constants.positionOf(test.constant, type);
      return (code) => (code === null || position === null ? code === position : equals(code, position));
    }
    case "in":
      return among(test.constants.map((constant) => constants.positionOf(constant, type)));
    case "anyOf": {
      const elements = constants.arrayOf(test.array);
      if (elements === null) return () => undefined;
      return among(
        elements.map((element) => constants.position(element, type, test.array)),
        elements.length === 0,
      );
    }
    case "like": {
      const pattern = constants.textOf(test.pattern);
      if (pattern === null || type.type !== "dictionary") return () => undefined;
      return likeTeller(pattern, test, type.values as readonly string[], folding);
    }
  }
}

function ofValues(position: Position | null, compare: (code: bigint, position: Position) => boolean): Teller {
  return (code) => (code === null || position === null ? undefined : compare(code, position));
}

function equals(code: bigint, { floor, exact }: Position): boolean {
  return exact && code === floor;
}

function isLess(code: bigint, { floor, exact }: Position): boolean {
  return exact ? code < floor : code <= floor;
}

function isAtMost(code: bigint, { floor }: Position): boolean {
  return code <= floor;
}

/** Whether a value is one of several: of an array of nothing, none is, not even NULL. */
function among(positions: readonly (Position | null)[], empty = false): Teller {
  const hasNull = positions.includes(null);
  return (code) => {
    if (empty) return false;
    if (code === null) return undefined;
    if (positions.some((position) => position !== null && equals(code, position))) return true;
    return hasNull ? undefined : false;
  };
}

function likeTeller(
  text: string,
  { escaping, insensitive }: Extract<Test, { kind: "like" }>,
  values: readonly string[],
  folding: Folding,
): Teller {
  const folded = (value: string) => (insensitive ? fold(value, folding) : value);
  const pattern = parsePattern(folded(text), escaping);
  return (code) => (code === null ? undefined : matches([...folded(values[Number(code)]!)], pattern));
}

/** Whether a text, as characters, is like a pattern: each part is taken where it first fits. */
export function matches(characters: readonly string[], { parts }: Pattern): boolean {
  const fits = (part: Pattern["parts"][number], at: number) =>
    at >= 0 &&
    at + part.length <= characters.length &&
    part.every((expected, index) => expected === undefined || expected === characters[at + index]);
  const [first, ...others] = parts as [Pattern["parts"][number], ...Pattern["parts"]];
  const last = others.pop();
  if (last === undefined) return first.length === characters.length && fits(first, 0);
  if (!fits(first, 0)) return false;
  let at = first.length;
  for (const part of others) {
    while (at + part.length <= characters.length && !fits(part, at)) at++;
    if (!fits(part, at)) return false;
    at += part.length;
  }
  return characters.length - last.length >= at && fits(last, characters.length - last.length);
}
