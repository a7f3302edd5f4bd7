import {
  ClientKey,
  FheUint8,
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128 as OTHER_PARAMETERS,
  ServerKey,
} from "tacet";
import { afterAll, beforeAll, expect, test } from "vitest";
import { program } from "../src/client/index.ts";
import { DEFAULT_FHE, FheComputation, type FheOptions } from "../src/computation/computation.ts";
import { Caller, startTestService, type TestService } from "./harness.ts";
import { toyClientKey } from "./program/toy.ts";

const square = program("square", { in: { x: FheUint8 }, out: FheUint8 }, ({ x }) => x.mul(x));
const TOY: FheOptions = { ...DEFAULT_FHE, threads: 2, allowInsecureParameters: true };

let key: ClientKey;
let serverKey: Uint8Array;
let service: TestService;
let caller: Caller;
let id: string;

async function startFhe(options: FheOptions): Promise<TestService> {
  return await startTestService({}, undefined, () => new FheComputation(options));
}

beforeAll(async () => {
  key = await toyClientKey();
  serverKey = (await ServerKey.from(key)).serialize();
  service = await startFhe(TOY);
  caller = new Caller(service.url);
  id = await caller.storeProgram(square.trace({ x: { type: "FheUint8" } }));
});

afterAll(() => service.stop());

async function outcome(of: Caller, keyBytes: Uint8Array, value: Uint8Array) {
  const inputs = { x: await of.upload(value) };
  const job = await of.submit({ program: id, serverKey: await of.upload(keyBytes), inputs });
  return await of.finished(job.id);
}

/** That others are not affected. */
async function goesOn(of: Caller): Promise<void> {
  const job = await outcome(of, serverKey, FheUint8.encrypt(7, key).serialize());
  expect(job.problem).toBeNull();
  const result = FheUint8.deserialize(await of.download(job.outputs!.result as string));
  expect(result.decrypt(key)).toBe(49);
}

const failed = (kind: string) => ({
  state: "failed",
  attempts: 1,
  problem: { type: `urn:tacet:problem:${kind}`, detail: expect.stringMatching(/\w/) },
});

test("keys that are none, damaged, or of the client are refused, and others go on", async () => {
  const value = FheUint8.encrypt(3, key).serialize();
  const damaged = serverKey.slice();
  damaged.fill(255, 60, 200);
  const poisoned = {
    text: Buffer.from("no key at all"),
    nothing: new Uint8Array(0),
    short: serverKey.subarray(0, serverKey.length / 2),
    long: Buffer.concat([serverKey, new Uint8Array(8)]),
    damaged,
    "the client's": key.serialize(),
    "a value": value,
  };
  for (const [name, bytes] of Object.entries(poisoned)) {
    expect(await outcome(caller, bytes, value), name).toMatchObject(failed("invalid-key"));
  }
  await goesOn(caller);
  expect(service.errors).toEqual([]);
});

test("keys and values that are good, but not for each other", async () => {
  const other = await ClientKey.generate({ parameters: OTHER_PARAMETERS });
  const otherKey = (await ServerKey.from(other)).serialize();
  const [mine, theirs] = [key, other].map((one) => FheUint8.encrypt(3, one).serialize());
  expect(await outcome(caller, otherKey, mine!)).toMatchObject(failed("invalid-value"));
  expect(await outcome(caller, serverKey, theirs!)).toMatchObject(failed("invalid-value"));
  expect(await outcome(caller, serverKey, serverKey)).toMatchObject(failed("invalid-value"));
  // The key's own value under a key that has the same form: nobody can tell, and nobody can read what comes of it.
  const twin = (await ServerKey.from(await toyClientKey())).serialize();
  expect(await outcome(caller, twin, mine!)).toMatchObject({ state: "succeeded" });
  await goesOn(caller);
  expect(service.errors).toEqual([]);
});

test("keys of insecure parameters are refused where nobody has allowed them", async () => {
  const strict = new FheComputation({ ...TOY, allowInsecureParameters: false });
  await expect(strict.open(serverKey)).rejects.toMatchObject({
    kind: "invalid-key",
    message: expect.stringMatching(/insecure/i),
  });
  await strict.close();
});

test("a worker that has no memory for a key says so, after other attempts, and goes on", async () => {
  const small = await startFhe({ ...TOY, engineBytes: 2 ** 20 });
  const of = new Caller(small.url);
  await of.storeProgram(square.trace({ x: { type: "FheUint8" } }));
  const job = await outcome(of, serverKey, FheUint8.encrypt(3, key).serialize());
  expect(job).toMatchObject({ state: "failed", problem: { type: "urn:tacet:problem:worker-lost" } });
  expect(job.attempts).toBeGreaterThan(1);
  expect((await of.ask("GET", "/readyz")).status).toBe(200);
  await small.stop();
});
