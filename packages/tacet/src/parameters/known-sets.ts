import { FORMER_SETS } from "./former-sets.ts";
import type { ParameterSet } from "./parameter-set.ts";
import { SETS } from "./sets.ts";

/** What is known of a set besides its values. */
export interface Known {
  readonly name: string;
  readonly insecure: boolean;
}

/** What makes a set what it is: neither its name nor what it says of its security, which anybody can write beside it. */
export type ValuesOf<T extends Known> = Omit<T, keyof Known>;

/** All sets that keys may be of. */
export const KNOWN_SETS: readonly ParameterSet[] = [...SETS, ...FORMER_SETS];

/**
 * The known set that has the given values, or a new one of these values, which counts as insecure. What the values do
 * not tell, it has of the known set that is nearest.
 */
export function identify<T extends Known>(values: Partial<ValuesOf<T>>, known: readonly T[]): T {
  const fields = Object.keys(values) as (keyof typeof values)[];
  const candidates = known
    .map((set) => ({ set, differing: fields.filter((field) => !same(values[field], set[field])) }))
    .sort((a, b) => a.differing.length - b.differing.length);
  const { set, differing } = candidates[0];
  if (differing.length === 0) return set;
  const field = differing[0];
  const [found, expected] = [values, set].map((of) => JSON.stringify(of[field]));
  const name = `unknown parameter set (${String(field)} is ${found}, where ${set.name} has ${expected})`;
  return Object.freeze({ ...set, ...values, name, insecure: true });
}

/**
 * The set that a user means: the known one of the same values, however it came here, or a copy that counts as insecure
 * and has its name only if that is no known set's.
 *
 * @param validate throws ParameterError for values that make no set.
 */
export function identifyGiven<T extends Known>(given: T, known: readonly T[], validate: (set: T) => void): T {
  // Read once, so that nothing changes after it has been looked at.
  const { name } = given;
  const fields = (Object.keys(known[0]) as (keyof T)[]).filter(
    (field) => field !== "name" && field !== "insecure",
  );
  const values = Object.fromEntries(fields.map((field) => [field, copy(given[field])])) as ValuesOf<T>;
  validate({ ...values, name, insecure: true } as T);
  const set = identify<T>(values, known);
  if (known.includes(set) || typeof name !== "string" || known.some((other) => other.name === name))
    return set;
  return Object.freeze({ ...set, name });
}

const copy = <V>(value: V): V =>
  typeof value === "object" && value !== null ? Object.freeze({ ...value }) : value;

/** Whether values are equal, whatever the order of their fields. */
function same(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return (
    left.size === right.size &&
    [...left].every(([key, value]) => right.has(key) && same(value, right.get(key)))
  );
}
