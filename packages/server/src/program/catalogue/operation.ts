import type { CiphertextType } from "tacet";
import { digitsOf, type Form, formOf } from "../forms.ts";
import { type Json, valuesIn } from "../graph.ts";
import type { CheckedCall, Kind, Signature } from "./signature.ts";

/* What the signatures of operations are put together from. */

type Gives = Signature["gives"];
type Work = NonNullable<Signature["work"]>;
type Method = (...args: readonly unknown[]) => unknown;

/** Signatures of methods of something, by how they are run. */
const methodsOf =
  (runOf: (name: string) => Signature["run"]) =>
  (name: string, takes: readonly Kind[], gives: Gives, more: Partial<Signature> = {}): Signature => {
    return { takes, gives, shape: "one", run: runOf(name), ...more };
  };

type Maker = ReturnType<typeof methodsOf>;

/** A method of a handle: its first argument is what it is called on. */
export const method: Maker = methodsOf(
  (name) =>
    (_, [self, ...args]) =>
      (self as Record<string, Method>)[name](...args),
);

/** A method of an engine. */
export const ofEngine: Maker = methodsOf(
  (name) => (engine, args) => (engine as unknown as Record<string, Method>)[name](...args),
);

/** The same signature for several methods. */
export function each(
  names: string,
  signature: (name: string) => Signature,
): Readonly<Record<string, Signature>> {
  return Object.fromEntries(names.split(" ").map((name) => [name, signature(name)]));
}

/** What an operation is called on. */
export const selfOf = (call: CheckedCall): Form => call.form(call.of[0]);
/** The values that an operation takes as a list. */
export const listIn = (call: CheckedCall): readonly Form[] =>
  (call.of[0] as readonly Json[]).map((value) => call.form(value));

/** One result of the type of what it is called on. */
export const same: Gives = (call) => [selfOf(call)];
/** One result of a type. */
export const gives =
  (...types: readonly CiphertextType[]): Gives =>
  () =>
    types.map(formOf);
export const truth: Gives = gives("FheBool");
/** A result of the type of what it is called on, and a truth value. */
export const sameAndTruth: Gives = (call) => [selfOf(call), formOf("FheBool")];
/** One result of the type that an argument names. */
export const named =
  (index: number): Gives =>
  (call) => [formOf(call.of[index] as CiphertextType)];

/** The digits of all values that an operation takes. */
export function digitsTaken(call: CheckedCall): number {
  let digits = 0;
  for (const argument of call.of)
    for (const value of valuesIn(argument)) digits += digitsOf(call.form(value));
  return digits;
}

/** For what takes a lookup for each pair of digits, so many times. */
export const squared =
  (times: number = 1): Work =>
  (call) =>
    times * digitsOf(selfOf(call)) ** 2;

/** For what takes some lookups for each digit. */
export const linear =
  (times: number): Work =>
  (call) =>
    times * digitsTaken(call);

/** For what sorts: comparisons of pairs, stage by stage. */
export const sorting: Work = (call) => 2 * digitsTaken(call) * logarithm(listIn(call).length) ** 2;

/** The number of steps in which a number is halved down to 1. */
export const logarithm = (count: number): number => Math.ceil(Math.log2(count + 1));
