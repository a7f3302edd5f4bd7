import { Builder } from "../graph/builder.ts";
import { plan, planSteps } from "../graph/plan.ts";
import { makespanOf } from "../graph/workforce/makespan.ts";
import {
  checkFlag,
  checkFunction,
  checkNumber,
  checkObject,
  checkOptions,
  checkParameterObject,
} from "../options.ts";
import { validateParameters } from "../parameters/parameter-set.ts";
import { Pace } from "../progress.ts";
import { checkEngineOptions } from "./options.ts";

/** What engines on plain values, and parts of computations, have in common with all else. */
export interface Parts {
  readonly Builder: typeof Builder;
  readonly Pace: typeof Pace;
  readonly plan: typeof plan;
  readonly planSteps: typeof planSteps;
  readonly makespanOf: typeof makespanOf;
  readonly checkOptions: typeof checkOptions;
  readonly checkFlag: typeof checkFlag;
  readonly checkFunction: typeof checkFunction;
  readonly checkNumber: typeof checkNumber;
  readonly checkObject: typeof checkObject;
  readonly checkParameterObject: typeof checkParameterObject;
  readonly checkEngineOptions: typeof checkEngineOptions;
  readonly validateParameters: typeof validateParameters;
}

/** `tacet/clear` and `tacet/cut` are modules of their own, which get them from this one and have no copy of them. */
export const PARTS: Parts = {
  Builder,
  Pace,
  plan,
  planSteps,
  makespanOf,
  checkOptions,
  checkFlag,
  checkFunction,
  checkNumber,
  checkObject,
  checkParameterObject,
  checkEngineOptions,
  validateParameters,
};
