import { expect } from "vitest";
import { checkGraph, type GraphLimits, ProgramError, parseGraph } from "../../src/program/index.ts";

export const INPUTS: unknown[] = [
  { name: "x", type: "FheUint8" },
  { name: "l", type: "FheInt16", length: 3 },
  { name: "t", type: "FheAsciiString", size: 10, padded: true },
  { name: "u", type: "FheUtf8String", size: 4 },
  { name: "b", type: "FheBool" },
];
/** The numbers of the inputs, and of the first result. */
export const [X, L, T, U, B, FIRST] = [0, 1, 4, 5, 6, 7];

export interface Outer {
  readonly [key: string]: unknown;
}

export function graph(nodes: unknown, more: Outer = {}): Outer {
  const outputs = [{ name: "result", type: "FheUint8", of: X }];
  return { version: 1, name: "sent", inputs: INPUTS, nodes, outputs, ...more };
}

export const node = (op: unknown, ...of: unknown[]): unknown => ({ op, of });
export const not = (of: unknown): unknown => node("not", of);

export function errorOf(json: unknown, limits?: Partial<GraphLimits>): { path: string; message: string } {
  try {
    if (typeof json === "string" || json instanceof Uint8Array) parseGraph(json, limits);
    else checkGraph(json, limits);
  } catch (error) {
    expect(error).toBeInstanceOf(ProgramError);
    return error as ProgramError;
  }
  throw new Error("nothing was thrown");
}

/** The time that this thread computed, in milliseconds, however busy the machine is. */
export function threadTime(work: () => void): number {
  const start = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1000;
}
