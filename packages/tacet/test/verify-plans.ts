import { vi } from "vitest";
import type { ParameterSet } from "../src/parameters/parameter-set.ts";

/** Has every plan that a test makes verified against its graph. */
vi.mock("../src/graph/plan.ts", async (importOriginal) => {
  const { planSteps } = await importOriginal<typeof import("../src/graph/plan.ts")>();
  const { PlanVerifier } = await import("../src/graph/verify/verifier.ts");
  const { finish } = await import("../src/graph/steps.ts");
  const verifiers = new Map<number, InstanceType<typeof PlanVerifier>>();
  const verifierFor = (parameters: ParameterSet): InstanceType<typeof PlanVerifier> => {
    const kind = parameters.messageModulus * parameters.carryModulus * 1e6 + parameters.maxNoiseLevel;
    let verifier = verifiers.get(kind);
    if (verifier === undefined) verifiers.set(kind, (verifier = new PlanVerifier(parameters)));
    return verifier;
  };
  const verified: typeof planSteps = function* (requested, parameters, options) {
    const made = yield* planSteps(requested, parameters, options);
    verifierFor(parameters).verify(made, requested, options?.isUnderWay);
    return made;
  };
  const plan = (...args: Parameters<typeof planSteps>) => finish(verified(...args));
  return { plan, planSteps: verified };
});
