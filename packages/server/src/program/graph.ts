import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { CiphertextType } from "tacet";
import type { Form } from "./forms.ts";

/*
 * A program as data: what a client sends, and what workers run. Everything is JSON.
 *
 * Values are numbered: first those of the inputs, in their order, each element of a list for itself; then those that the
 * nodes give, in the order of nodes. In the arguments of a node, **every number is the number of a value**, and all that is
 * clear is something else:
 *
 *   3                             the value number 3
 *   "12", "-5"                    a clear integer or number, in decimal
 *   true                          a clear truth value, or an option
 *   { "text": "abc" }             a clear text
 *   "FheUint32"                   a type
 *   { "source": "a|b", "flags": "i" }   a regular expression
 *   { "bytes": "00ff" }           bytes, in hexadecimal: those of a seed
 *   [ … ]                         a list, or a table of pairs
 *   { "descending": true }        options
 */

/** The arguments of nodes. */
export type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json };

/** A value, or a list of values, that a program starts from. */
export interface GraphInput {
  readonly name: string;
  readonly type: CiphertextType;
  /** Of a list: its length. A single value has none. */
  readonly length?: number;
  /** Of texts: how many characters, or bytes, each of them has, with the zeros behind it. */
  readonly size?: number;
  /** Of texts: whether zeros may follow them; left out if not. */
  readonly padded?: true;
  /** Whether its values may hold anything, as those of strangers do: see `LoadOptions.checked` of the library. */
  readonly checked?: true;
}

/** An operation of the catalogue. */
export interface GraphNode {
  readonly op: string;
  readonly of: readonly Json[];
}

/** A value, or a list of values, that a program gives. */
export interface GraphOutput {
  readonly name: string;
  readonly type: CiphertextType;
  /** The number of the value, or those of a list. */
  readonly of: number | readonly number[];
}

export interface Graph {
  readonly version: 1;
  readonly name: string;
  readonly inputs: readonly GraphInput[];
  readonly nodes: readonly GraphNode[];
  readonly outputs: readonly GraphOutput[];
}

/** The name of the output of a program that gives a single value, or a single list. */
export const RESULT = "result";

/** The text of a graph: the same for the same graph, as `checkGraph` and tracing give it. */
export function textOf(graph: Graph): string {
  return JSON.stringify(graph);
}

/** The SHA-256 of a graph's text, in hexadecimal. */
export function hashOf(graph: Graph): string {
  return bytesToHex(sha256(new TextEncoder().encode(textOf(graph))));
}

/** The form of an input's values. */
export function formOfInput({ type, size, padded }: GraphInput): Form {
  return size === undefined ? { type } : { type, size, padded: padded ?? false };
}

/** The values that an argument names, in order: all numbers in it. */
export function valuesIn(json: Json): number[] {
  const found: number[] = [];
  collect(json, found);
  return found;
}

function collect(json: Json, found: number[]): void {
  if (typeof json === "number") found.push(json);
  else if (Array.isArray(json)) for (const part of json as readonly Json[]) collect(part, found);
  else if (typeof json === "object") for (const part of Object.values(json)) collect(part, found);
}

/** An argument with other numbers for the values that it names. */
export function renumbered(json: Json, numberOf: (value: number) => number): Json {
  if (typeof json === "number") return numberOf(json);
  if (Array.isArray(json)) return (json as readonly Json[]).map((part) => renumbered(part, numberOf));
  if (typeof json !== "object") return json;
  return Object.fromEntries(Object.entries(json).map(([name, part]) => [name, renumbered(part, numberOf)]));
}

/** Some JSON, which cannot be changed any more: all of it. */
export function frozen<T>(json: T): T {
  if (typeof json !== "object" || json === null || Object.isFrozen(json)) return json;
  for (const part of Object.values(json)) frozen(part);
  return Object.freeze(json);
}
