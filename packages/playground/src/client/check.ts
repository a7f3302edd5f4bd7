import { runClear } from "../program/clear/index.ts";
import type { ClearValue, Input } from "../program/types.ts";

/** What the same program gives without encryption, or why that is not known. */
export type ClearCheck =
  | { readonly kind: "pending" }
  | { readonly kind: "known"; readonly values: ReadonlyMap<string, ClearValue> }
  | { readonly kind: "unknown"; readonly reason: string };

/** Where results differ from those in the clear. */
export interface Disagreement {
  /** The names of results that are others, or that the clear computation does not have. */
  readonly different: readonly string[];
  /** The names of those that only the clear computation has. */
  readonly missing: readonly string[];
}

/** Compares what was decrypted with what a check gave; undefined if they agree, or if that is not known. */
export function disagreement(
  results: readonly { readonly name: string; readonly value: ClearValue }[],
  check: ClearCheck,
): Disagreement | undefined {
  if (check.kind !== "known") return undefined;
  const { values } = check;
  const names = new Set(results.map(({ name }) => name));
  const different = results.filter(({ name, value }) => !agrees(value, values.get(name)));
  const missing = [...values.keys()].filter((name) => !names.has(name));
  if (different.length + missing.length === 0) return undefined;
  return { different: different.map(({ name }) => name), missing };
}

/** Whether a result is what the clear computation gave. One may be a number where the other is a bigint. */
export function agrees(value: ClearValue, expected: ClearValue | undefined): boolean {
  return String(value) === String(expected);
}

/** Computes a program in the clear, where all its inputs are known. */
export async function checkInTheClear(
  javascript: string,
  { inputs, unknown }: { readonly inputs: readonly Input[]; readonly unknown: readonly string[] },
  signal: AbortSignal,
): Promise<ClearCheck> {
  if (unknown.length > 0) {
    return { kind: "unknown", reason: `nobody has decrypted ${unknown.join(", ")}` };
  }
  try {
    return { kind: "known", values: await runClear(javascript, inputs, { signal }) };
  } catch (error) {
    return { kind: "unknown", reason: error instanceof Error ? error.message : String(error) };
  }
}
