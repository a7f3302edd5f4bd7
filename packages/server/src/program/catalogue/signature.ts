import type { Engine, Pattern } from "tacet";
import type { Place } from "../error.ts";
import type { Form } from "../forms.ts";
import type { Json } from "../graph.ts";
import type { GraphLimits } from "../limits.ts";

/** A node whose arguments are being checked. */
export interface Call {
  /** The arguments as they were given. */
  readonly given: readonly unknown[];
  readonly place: Place;
  readonly limits: GraphLimits;
  /** The form of a value by its number. @throws ProgramError if there is none. */
  form(value: unknown, place: Place): Form;
  /** Checks a regular expression. @throws ProgramError for what is none, or if there are too many. */
  pattern(source: string, flags: string, place: Place): void;
}

/** A node whose arguments are what they should be. */
export interface CheckedCall {
  readonly of: readonly Json[];
  /** The form of a value by its number. */
  form(value: Json): Form;
}

/** Gives the library what JSON stands for. */
export interface Reader {
  /** The handle of a value by its number. */
  handle(value: number): unknown;
  pattern(source: string, flags: string): Pattern;
}

/** A kind of arguments. */
export interface Kind {
  /** The same argument, in its one form. @throws ProgramError if it is none of this kind. */
  check(json: unknown, place: Place, call: Call): Json;
  /** What a method of the library takes in its place. */
  read(json: Json, reader: Reader): unknown;
  /** Whether it may be left out. */
  readonly optional?: true;
}

/** How results come: a value, several values that differ, a list of values, or a list of pairs. */
export type ResultShape = "one" | "several" | "list" | "pairs";

/** An operation: what it takes, what it gives, and how it is carried out. */
export interface Signature {
  /** The kinds of its arguments; the first one is what a method is called on. */
  readonly takes: readonly Kind[];
  /** The forms of its results. */
  readonly gives: (call: CheckedCall) => readonly Form[];
  readonly shape: ResultShape;
  /** About how many table lookups it takes, where they are not as many as there are digits. */
  readonly work?: (call: CheckedCall) => number;
  /** Carries it out: gives a handle, or handles in arrays. */
  readonly run: (engine: Engine, args: readonly unknown[]) => unknown;
}

/** Operations by their names. */
export type Operations = Readonly<Record<string, Signature>>;
