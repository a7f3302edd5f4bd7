import { ParameterError } from "../errors.ts";
import type { CastingParameters, CompactParameterSet } from "./compact-sets.ts";

/**
 * Whose encryptions of zero re-randomise ciphertexts: `"derived"` for those of a compact public key of the big key
 * itself, or the key switch that brings those of the dedicated compact key to the big one.
 * (TFHE-rs: `ReRandomizationParameters::DerivedCPKWithoutKeySwitch` and `LegacyDedicatedCPKWithKeySwitch`.)
 */
export type ReRandomizationParameters = "derived" | CastingParameters;

/** @throws ParameterError for those of a dedicated compact key that there is not, or to the small key. */
export function checkReRandomization(
  parameters: ReRandomizationParameters,
  compactKey: CompactParameterSet | null,
): void {
  if (parameters === "derived") return;
  if (compactKey === null) {
    throw new ParameterError("re-randomisation with a dedicated compact key, of which there is none");
  }
  if (parameters.destination !== "big") throw new ParameterError("re-randomisation under the small key");
}
