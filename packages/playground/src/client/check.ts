import { runClear } from "../program/clear/index.ts";
import type { ClearValue, Input } from "../program/types.ts";

/** What the same program gives without encryption, or why that is not known. */
export type ClearCheck =
  | { readonly kind: "pending" }
  | { readonly kind: "known"; readonly values: ReadonlyMap<string, ClearValue> }
  | { readonly kind: "unknown"; readonly reason: string };

/** Computes a program in the clear, where all its inputs are known. */
export async function checkInTheClear(
  javascript: string,
  { inputs, unknown }: { readonly inputs: readonly Input[]; readonly unknown: readonly string[] },
): Promise<ClearCheck> {
  if (unknown.length > 0) {
    return { kind: "unknown", reason: `nobody has decrypted ${unknown.join(", ")}` };
  }
  try {
    return { kind: "known", values: await runClear(javascript, inputs) };
  } catch (error) {
    return { kind: "unknown", reason: error instanceof Error ? error.message : String(error) };
  }
}
