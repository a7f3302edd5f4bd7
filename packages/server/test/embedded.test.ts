import { afterAll, beforeAll, expect, test } from "vitest";
import { Caller, keyOf, startTestService, type TestService } from "./harness.ts";
import { sumOf } from "./stand-in.ts";

let service: TestService;
let caller: Caller;

beforeAll(async () => {
  service = await startTestService();
  caller = new Caller(service.url);
});

afterAll(async () => {
  await service.stop();
  expect(service.errors).toEqual([]);
  expect(service.computation.openKeys).toBe(0);
});

test("a job from upload to result", async () => {
  const serverKey = await caller.upload(keyOf("a"));
  const [first, second] = [new Uint8Array([1, 2, 3]), new Uint8Array([10, 20, 30])];
  const program = await caller.storeProgram({ op: "add", inputs: ["x", "list"] });
  const inputs = { x: await caller.upload(first), list: [await caller.upload(second)] };
  const job = await caller.submit({ program, serverKey, inputs });
  expect(job.state).toBe("queued");
  const done = await caller.finished(job.id);
  expect(done).toMatchObject({ state: "succeeded", progress: 1, problem: null, attempts: 1 });
  expect(await caller.download(done.outputs!.sum as string)).toEqual(
    new Uint8Array(sumOf("key:a", [first, second])),
  );
  expect(Buffer.from(await caller.download((done.outputs!.count as string[])[0]!)).toString()).toBe("2");
});
