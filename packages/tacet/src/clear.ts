import { Engine } from "./api/engine/engine.ts";
import { ClearEvaluator } from "./clear/evaluator.ts";
import { type ClearOptions, checkClearOptions } from "./clear/options.ts";
import { bigLweDimension } from "./parameters/parameter-set.ts";

export type { ClearOptions };

/**
 * An engine on plain values, for tests of programs: what computes on encrypted values computes on it without keys, and a
 * hundred times as fast or more. Nothing that it takes in or gives out is encrypted.
 *
 * It loads what `encryptTrivial` gives, counts it as encrypted, and gives results that `decryptTrivial` reads. Ranges and
 * noise are checked as an engine checks them; `explain` says what the same would take encrypted. What is encrypted is
 * refused with a MismatchError.
 *
 * @throws TypeError for options that are none, RangeError for options out of range, ParameterError for parameters that are
 *   malformed or do not go together; all as rejections.
 */
export async function clearEngine(options: ClearOptions = {}): Promise<Engine> {
  return Engine.over((parts) => {
    const settings = checkClearOptions(options, parts);
    const evaluator = new ClearEvaluator(settings, parts);
    const { formerParameters } = settings;
    const tag = new Uint8Array(0);
    if (formerParameters === null) return { evaluator, tag };
    return { evaluator, tag, formerDimension: bigLweDimension(formerParameters) };
  });
}
