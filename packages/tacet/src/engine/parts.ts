import { Builder } from "../graph/builder.ts";
import { makespanOf } from "../graph/makespan.ts";
import { plan } from "../graph/plan.ts";
import { checkFlag, checkOptions, checkParameterObject } from "../options.ts";
import { validateParameters } from "../parameters/parameter-set.ts";
import { Pace } from "../progress.ts";
import { checkEngineOptions } from "./options.ts";

/** What engines on plain values have in common with all others. */
export interface Parts {
  readonly Builder: typeof Builder;
  readonly Pace: typeof Pace;
  readonly plan: typeof plan;
  readonly makespanOf: typeof makespanOf;
  readonly checkOptions: typeof checkOptions;
  readonly checkFlag: typeof checkFlag;
  readonly checkParameterObject: typeof checkParameterObject;
  readonly checkEngineOptions: typeof checkEngineOptions;
  readonly validateParameters: typeof validateParameters;
}

/** `tacet/clear` is a module of its own, which gets them from this one and has no copy of them. */
export const PARTS: Parts = {
  Builder,
  Pace,
  plan,
  makespanOf,
  checkOptions,
  checkFlag,
  checkParameterObject,
  checkEngineOptions,
  validateParameters,
};
