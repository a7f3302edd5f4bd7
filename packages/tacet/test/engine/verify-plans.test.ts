import { expect, test, vi } from "vitest";
import { FheUint8, PlanningError } from "../../src/index.ts";
import { toyPair } from "../toy.ts";

/** Whether the planner gives the first table of each plan another entry. */
const planner = vi.hoisted(() => ({ broken: false }));

vi.mock("../../src/graph/plan.ts", async (importOriginal) => {
  const original = await importOriginal<typeof import("../../src/graph/plan.ts")>();
  const planSteps: typeof original.planSteps = function* (...args) {
    const plan = yield* original.planSteps(...args);
    const [first, ...rotations] = plan.rotations;
    if (!planner.broken || first === undefined) return plan;
    const [{ table, output }, ...tables] = first.tables;
    const damaged = { table: table.map((entry) => entry ^ 1), output };
    return { ...plan, rotations: [{ ...first, tables: [damaged, ...tables] }, ...rotations] };
  };
  return { ...original, planSteps };
});

test("an engine that verifies plans has no result rather than a wrong one, and goes on", async () => {
  const { clientKey, engine } = await toyPair({ threads: 1, verifyPlans: true });
  const x = engine.load(FheUint8.encrypt(200, clientKey));
  expect((await x.mul(3).ciphertext()).decrypt(clientKey)).toBe(88);
  planner.broken = true;
  await expect(x.mul(5).ciphertext()).rejects.toThrow(PlanningError);
  planner.broken = false;
  expect((await x.mul(5).ciphertext()).decrypt(clientKey)).toBe(232);
  engine.dispose();
});

test("one that does not would give it", async () => {
  const { clientKey, engine } = await toyPair({ threads: 1 });
  const x = engine.load(FheUint8.encrypt(200, clientKey));
  planner.broken = true;
  expect((await x.mul(5).ciphertext()).decrypt(clientKey)).not.toBe(232);
  planner.broken = false;
  engine.dispose();
});
