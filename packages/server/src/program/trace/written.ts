import { bytesToHex } from "@noble/hashes/utils.js";
import { Pattern } from "tacet";
import { describe } from "../describe.ts";
import type { Place } from "../error.ts";
import { nameOfType } from "../forms.ts";
import type { Json } from "../graph.ts";
import { RecordedHandle } from "./handles.ts";
import { Recorded } from "./recorded.ts";

/**
 * An argument of a program's call as JSON: see `Graph`. Whether it is one that the operation takes is for the catalogue to
 * say. What is left out is `undefined`.
 *
 * @param numberOf the number of a recorded value. It throws for one of another program.
 * @throws ProgramError for what has no place in a graph.
 */
export function written(
  argument: unknown,
  place: Place,
  numberOf: (value: RecordedHandle, place: Place) => number,
): Json | undefined {
  const write = (part: unknown, at: Place): Json => {
    const json = written(part, at, numberOf);
    if (json !== undefined) return json;
    throw at.error("expected a value, not undefined");
  };
  if (argument instanceof RecordedHandle) return numberOf(argument, place);
  if (argument instanceof Recorded) throw place.error("expected a value, or an array of values with [...x]");
  switch (typeof argument) {
    case "undefined":
    case "boolean":
      return argument;
    case "bigint":
      return String(argument);
    case "number":
      return writtenNumber(argument, place);
    case "string":
      return { text: argument };
  }
  const type = nameOfType(argument);
  if (type !== undefined) return type;
  if (argument instanceof Pattern) return { source: argument.source, flags: argument.flags };
  if (argument instanceof Uint8Array) return { bytes: bytesToHex(argument) };
  if (typeof argument === "object" && argument !== null) {
    if (Symbol.iterator in argument) {
      return Array.from(argument as Iterable<unknown>, (part, i) => write(part, place.at(i)));
    }
    const prototype: unknown = Object.getPrototypeOf(argument);
    if (prototype === Object.prototype || prototype === null) return writtenOptions(argument, place, write);
  }
  throw place.error(`${describe(argument)} has no place in a program`);
}

function writtenNumber(number: number, place: Place): string {
  if (Number.isFinite(number) && !(Number.isInteger(number) && !Number.isSafeInteger(number))) {
    return Object.is(number, -0) ? "0" : String(number);
  }
  throw place.error("the number is not finite or beyond 2^53; use a bigint for large integers");
}

/** Options without those that are `undefined`; words in them are words, and no texts. None at all are left out. */
function writtenOptions(
  options: object,
  place: Place,
  write: (part: unknown, at: Place) => Json,
): Json | undefined {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  if (given.length === 0) return undefined;
  return Object.fromEntries(
    given.map(([name, value]) => [name, typeof value === "string" ? value : write(value, place.at(name))]),
  );
}
