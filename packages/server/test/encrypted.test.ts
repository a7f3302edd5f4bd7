import { ClientKey, FheBool, FheUint8, ServerKey } from "tacet";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, list, program } from "../src/client/index.ts";
import { DEFAULT_FHE, FheComputation } from "../src/computation/computation.ts";
import type { WorkerDetails } from "../src/worker/fleet.ts";
import { startTestService, type TestService } from "./harness.ts";

const payroll = program(
  "payroll",
  { in: { salary: list(FheUint8), cap: FheUint8 }, out: { sum: FheUint8, capped: list(FheBool) } },
  ({ salary, cap }, engine) => ({
    sum: engine.sum(salary.map((one) => one.min(cap))),
    capped: salary.map((one) => one.gt(cap)),
  }),
);

let service: TestService;
let clientKey: ClientKey;
const fills: number[] = [];

beforeAll(async () => {
  const onBatch = (fill: number) => fills.push(fill);
  service = await startTestService(
    {},
    undefined,
    () => new FheComputation({ ...DEFAULT_FHE, threads: 2, onBatch }),
  );
  clientKey = await ClientKey.generate();
});

afterAll(async () => {
  await service.stop();
  expect(service.errors).toEqual([]);
});

test("a program on encrypted values, by HTTP", async () => {
  const serverKey = await ServerKey.from(clientKey);
  const server = connect(service.url, { clientKey, serverKey });
  const values = { salary: [10, 50, 30], cap: 40 };
  const estimate = await server.estimate(payroll, values);
  expect(estimate.bootstraps).toBeGreaterThan(10);
  const fractions: number[] = [];
  const result = await server.run(payroll, values, { onProgress: (fraction) => fractions.push(fraction) });
  expect(result).toEqual({ sum: 80, capped: [false, true, false] });
  expect(result).toEqual(await payroll.clear(values));
  expect(fractions.at(-1)).toBe(1);
  expect(fills.length).toBeGreaterThan(0);
  const again = await server.run(payroll, { salary: [1, 2, 3], cap: 2 });
  expect(again).toEqual({ sum: 5, capped: [false, false, true] });
  // Now that it has been measured, the estimate is in seconds of this machine.
  const speedOf = async () => {
    const response = await fetch(`${service.url}/v1/admin/overview`);
    const { workers } = (await response.json()) as { workers: { details: WorkerDetails }[] };
    return workers[0]!.details.speed;
  };
  await expect.poll(speedOf).toMatchObject({ threads: 2 });
  const measured = async () => {
    const { inBatchMs, aloneMs } = (await speedOf())!;
    const { bootstraps, depth, seconds } = await server.estimate(payroll, values);
    return (1000 * seconds) / Math.max((bootstraps / 2) * inBatchMs, depth * aloneMs);
  };
  await expect.poll(measured).toBeCloseTo(1, 5);
});

test("graphs that are none are refused with the place", async () => {
  const post = (graph: unknown) =>
    fetch(`${service.url}/v1/programs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(graph),
    });
  const graph = payroll.trace({ salary: [{ type: "FheUint8" }], cap: { type: "FheUint8" } });
  expect((await post(graph)).status).toBe(201);
  const wrong = await post({ ...graph, nodes: [{ op: "steal", of: [0] }] });
  expect(wrong.status).toBe(422);
  expect(await wrong.json()).toMatchObject({
    type: "urn:tacet:problem:invalid-program",
    path: expect.stringMatching(/nodes\[0\]/),
  });
  const large = await post({ ...graph, nodes: new Array(200_000).fill(graph.nodes[0]) });
  expect(large.status).toBe(422);
});
