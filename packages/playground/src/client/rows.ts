import { checkName } from "../program/check-name.ts";
import { parseValue } from "../program/parse-value.ts";
import { type ClearValue, type Input, type InputType, inputTypes, shapeOf } from "../program/types.ts";
import type { Bytes } from "../wire/protocol.ts";

/** A ciphertext from a file. Its value is unknown until the client decrypts it. */
export interface LoadedCiphertext {
  readonly file: string;
  readonly bytes: Bytes;
  readonly value: ClearValue | undefined;
}

/** An input as the visitor edits it. */
export interface Row {
  readonly id: number;
  readonly name: string;
  readonly type: InputType;
  /** What was typed as its value. */
  readonly text: string;
  /** The ciphertext that stands in for the value. */
  readonly loaded: LoadedCiphertext | undefined;
}

/** What is wrong with a row. */
export interface RowProblems {
  readonly name: string | undefined;
  readonly value: string | undefined;
}

/** A row for a value that somebody has written down. */
export function rowOf(id: number, { name, type, value }: Input): Row {
  return { id, name, type, text: String(value), loaded: undefined };
}

/** What is wrong with the rows, in their order. */
export function problemsOf(rows: readonly Row[]): RowProblems[] {
  return rows.map((row) => {
    const others = rows.filter(({ id }) => id !== row.id).map(({ name }) => name);
    return {
      name: problemOf(() => checkName(row.name, others)),
      value: row.loaded === undefined ? problemOf(() => parseValue(row.type, row.text)) : undefined,
    };
  });
}

/** What the editor knows of the rows: those with a good name. Values that are missing or wrong do not matter to it. */
export function declarations(rows: readonly Row[]): Input[] {
  const problems = problemsOf(rows);
  return rows
    .filter((_, i) => problems[i]!.name === undefined)
    .map((row) => ({ name: row.name, type: row.type, value: clearValueOf(row) ?? placeholder(row.type) }));
}

/** A row's value in the clear; undefined if it is unknown or wrong. */
export function clearValueOf({ type, text, loaded }: Row): ClearValue | undefined {
  if (loaded !== undefined) return loaded.value;
  try {
    return parseValue(type, text);
  } catch {
    return undefined;
  }
}

/** The first of a, b, c … z, a1, b1 … that no row is called. */
export function freeName(rows: readonly Row[]): string {
  const taken = new Set(rows.map(({ name }) => name));
  for (let i = 0; ; i++) {
    const letter = String.fromCharCode("a".charCodeAt(0) + (i % 26));
    const name = i < 26 ? letter : `${letter}${Math.floor(i / 26)}`;
    if (!taken.has(name)) return name;
  }
}

/** Whether a text names a type of inputs. */
export function isInputType(text: string): text is InputType {
  return inputTypes.some(({ type }) => type === text);
}

function placeholder(type: InputType): ClearValue {
  const { kind } = shapeOf(type);
  if (kind === "text") return "";
  return kind === "boolean" ? false : 0;
}

function problemOf(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
