import { FheAsciiString, FheBool, FheInt8, FheUint8, TacetError } from "tacet";
import { expect } from "vitest";
import { list, ProgramError, program } from "../../src/program/index.ts";

/* For what programs must not do: they are traced, and throw. */

export const INPUTS = { x: FheUint8, s: FheInt8, b: FheBool, t: FheAsciiString, l: list(FheUint8) } as const;
export const KNOWN = {
  x: { type: "FheUint8" },
  s: { type: "FheInt8" },
  b: { type: "FheBool" },
  t: { type: "FheAsciiString", size: 3, padded: true },
  l: [{ type: "FheUint8" }, { type: "FheUint8" }],
} as const;

/** Any handle, which has methods of whatever name, as in JavaScript. */
export type Loose = Record<string, (...args: unknown[]) => Loose> & { readonly [index: number]: Loose };
export type Given = Record<keyof typeof INPUTS, Loose>;

export function traced(
  compute: (given: Given, engine: Loose) => unknown,
  out: unknown = FheUint8,
): () => unknown {
  return () => program("mine", { in: INPUTS, out: out as typeof FheUint8 }, compute as never).trace(KNOWN);
}

/** The path and the words of the error that comes. */
export function errorOf(run: () => unknown): { path: string; message: string } {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(ProgramError);
    expect(error).toBeInstanceOf(TacetError);
    return error as ProgramError;
  }
  throw new Error("nothing was thrown");
}
