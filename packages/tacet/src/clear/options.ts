import type { EngineOptions } from "../engine/options.ts";
import type { Parts } from "../engine/parts.ts";
import { ParameterError } from "../errors.ts";
import type { OptionNames } from "../options.ts";
import {
  COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  type CompressionParameters,
} from "../parameters/compression.ts";
import type { ParameterSet } from "../parameters/parameter-set.ts";
import { DEFAULT_PARAMETERS } from "../parameters/sets.ts";

/** What a clear engine stands for: the keys that an engine would have, and the options that it would be given. */
export interface ClearOptions extends Pick<EngineOptions, "threads" | "planLimitBootstraps"> {
  /** The parameter set; that of `ClientKey.generate` unless given. Any well-formed one will do: nothing is to be secure. */
  readonly parameters?: ParameterSet | undefined;
  /** Whether there are keys for lists of results, as with `compression` in `ClientKey.generate`; `false` unless given. */
  readonly compression?: boolean | undefined;
  /** Of the former key whose ciphertexts `keySwitch` takes; none unless given, as of an engine that has no such key. */
  readonly formerParameters?: ParameterSet | undefined;
}

const NAMES: OptionNames<ClearOptions> = {
  parameters: true,
  compression: true,
  formerParameters: true,
  threads: true,
  planLimitBootstraps: true,
};

/** The options, all filled in. */
export interface ClearSettings {
  readonly parameters: ParameterSet;
  readonly compression: CompressionParameters | null;
  readonly formerParameters: ParameterSet | null;
  /** Whom plans are made for. */
  readonly threads: number;
  readonly planLimitBootstraps: number;
}

/**
 * Checks the options of a clear engine.
 *
 * @throws TypeError for options that are none, RangeError for a thread count or limit that is none, ParameterError for a
 *   malformed set, or lists at parameters that they are not for.
 */
export function checkClearOptions(options: ClearOptions, parts: Parts): ClearSettings {
  const {
    parameters: given = DEFAULT_PARAMETERS,
    compression = false,
    formerParameters,
    ...rest
  } = parts.checkOptions<ClearOptions>(options, NAMES);
  const checked = (name: string, set: ParameterSet): ParameterSet => {
    const copy = Object.freeze({ ...parts.checkParameterObject(name, set) });
    parts.validateParameters(copy);
    return Object.isFrozen(set) ? set : copy;
  };
  const parameters = checked("parameters", given);
  const lists = parts.checkFlag("compression", compression)
    ? COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128
    : null;
  if (lists !== null && (parameters.messageModulus !== 4 || parameters.carryModulus !== 4)) {
    throw new ParameterError(
      `${lists.name} is for other message and carry moduli than ${parameters.name} has`,
    );
  }
  const { threads, planLimits } = parts.checkEngineOptions(rest);
  return {
    parameters,
    compression: lists,
    formerParameters: formerParameters === undefined ? null : checked("formerParameters", formerParameters),
    threads: Math.max(1, threads),
    planLimitBootstraps: planLimits.bootstraps,
  };
}
