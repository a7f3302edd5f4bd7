import {
  type Ciphertext,
  ClientKey,
  Engine,
  FheUint32,
  FheUint64,
  type Handle,
  ServerKey,
  type UintHandle,
} from "tacet";
import { type ComputationPart, computePart, cut } from "tacet/cut";
import { list, program } from "../src/client/index.ts";
import type { JobJson } from "../src/http/schemas.ts";
import { Caller } from "../test/harness.ts";
import { type Note, quantile } from "./figures.ts";
import { startMachines } from "./places.ts";
import { TrivialJobs } from "./trivial.ts";

/* What becomes of a job that is cut into parts, beside one engine with as many threads as all workers together. */

const WORKERS = 2;
const ROUNDS = 3;
const WARM_UP = 20;
/** Jobs of so many bootstraps and more are cut. */
const CUT_FROM = 500;
const SALARIES = 200;
/** What a simulated job of many workers has. */
const [MANY_SALARIES, MANY_WORKERS] = [2_000, 64];
/** About as many bootstraps as a part. */
const FEW_SALARIES = 5;
/** Percent of the engine's speed. */
const LEAST = 85;
const LEAST_OF_MANY = 80;

const product = program("product", { in: { a: FheUint64, b: FheUint64 }, out: FheUint64 }, ({ a, b }) =>
  a.mul(b),
);
const quotient = program("quotient", { in: { a: FheUint64, b: FheUint64 }, out: FheUint64 }, ({ a, b }) =>
  a.div(b),
);
const payroll = program(
  "payroll",
  { in: { salary: list(FheUint32), cap: FheUint32 }, out: FheUint32 },
  ({ salary, cap }, engine) => engine.sum(salary.map((one) => one.min(cap))),
);

/** Something to compute: in the service, and on an engine by itself. */
interface Work {
  readonly name: string;
  readonly graph: object;
  readonly inputs: Readonly<Record<string, Uint8Array | readonly Uint8Array[]>>;
  build(engine: Engine): { inputs: Handle<Ciphertext>[]; result: Handle<Ciphertext> };
}

export async function cutJobs(note: Note): Promise<void> {
  const service = await startMachines(WORKERS, 1, CUT_FROM);
  if (service === undefined) return;
  const { place } = service;
  const clientKey = await ClientKey.generate();
  const serverKey = await ServerKey.from(clientKey);
  const engine = await Engine.create(serverKey, { threads: WORKERS });
  try {
    const caller = new Caller(service.url);
    const key = await caller.upload(serverKey.serialize());
    for (const work of await worksOf(clientKey)) {
      const submit = await submitter(caller, key, work);
      await submit(); // the keys are there now, and the code is compiled
      const shares: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const alone = await timeOf(engine, work);
        shares.push((100 * alone) / (await submit()));
      }
      const { parts } = await partsOf(engine, work, WORKERS);
      const name = `${work.name}, ${parts.length} parts`;
      note({ name, place, value: quantile(shares, 0.5), unit: "%", aim: { least: LEAST } });
    }
    const trivial = await TrivialJobs.at(service.url);
    await trivial.many(WARM_UP, 1);
    const { times } = await trivial.many(WARM_UP, 1);
    const handing = quantile(
      times.map((time) => time.service),
      0.5,
    );
    await simulate(note, serverKey, clientKey, handing);
  } finally {
    engine.dispose();
    await service.stop();
  }
}

async function worksOf(clientKey: ClientKey): Promise<Work[]> {
  const wide = (value: bigint) => FheUint64.encrypt(value, clientKey);
  const [a, b] = [wide(0x123456789abcdef0n), wide(0xfedcba98765n)];
  const two = { a: a.serialize(), b: b.serialize() };
  const types = { a: { type: "FheUint64" }, b: { type: "FheUint64" } } as const;
  const binary = (name: string, of: typeof product, build: Work["build"]): Work => ({
    name,
    graph: of.trace(types) as object,
    inputs: two,
    build,
  });
  const loaded = (engine: Engine): UintHandle<64>[] => [engine.load(a), engine.load(b)];
  return [
    binary("a product of 64 bits", product, (engine) => {
      const [x, y] = loaded(engine);
      return { inputs: [x!, y!], result: x!.mul(y!) };
    }),
    binary("a quotient of 64 bits", quotient, (engine) => {
      const [x, y] = loaded(engine);
      return { inputs: [x!, y!], result: x!.div(y!) };
    }),
    payrollOf(clientKey, SALARIES),
  ];
}

function payrollOf(clientKey: ClientKey, count: number): Work {
  const cap = FheUint32.encrypt(5_000, clientKey);
  const salary = Array.from({ length: count }, (_, i) => FheUint32.encrypt(37 * i, clientKey));
  const type = { type: "FheUint32" } as const;
  return {
    name: `${count} minima of 32 bits and their sum`,
    graph: payroll.trace({ salary: salary.map(() => type), cap: type }) as object,
    inputs: { salary: salary.map((one) => one.serialize()), cap: cap.serialize() },
    build(engine) {
      const most = engine.load(cap);
      const all = salary.map((one) => engine.load(one));
      return { inputs: [most, ...all], result: engine.sum(all.map((one) => one.min(most))) };
    },
  };
}

/** What asks the service for some work, and gives the milliseconds that it took. */
async function submitter(caller: Caller, serverKey: string, work: Work): Promise<() => Promise<number>> {
  const id = await caller.storeProgram(work.graph);
  const inputs: Record<string, string | string[]> = {};
  for (const [name, given] of Object.entries(work.inputs)) {
    if (given instanceof Uint8Array) inputs[name] = await caller.upload(given);
    else {
      const hashes: string[] = [];
      for (const one of given) hashes.push(await caller.upload(one));
      inputs[name] = hashes;
    }
  }
  return async () => {
    const submitted = await caller.submit({ program: id, serverKey, inputs });
    const events = await (await caller.ask("GET", `/v1/jobs/${submitted.id}/events`)).text();
    const job = JSON.parse([...events.matchAll(/^data: (.*)$/gm)].at(-1)![1]!) as JobJson;
    if (job.state !== "succeeded") throw new Error(`a job has ${job.state}: ${JSON.stringify(job.problem)}`);
    return Date.parse(job.finishedAt!) - Date.parse(job.createdAt);
  };
}

/** Milliseconds that an engine by itself takes, from loading to results. */
async function timeOf(engine: Engine, work: Work): Promise<number> {
  const before = performance.now();
  const { inputs, result } = work.build(engine);
  await result.serialize();
  const milliseconds = performance.now() - before;
  for (const handle of [...inputs, result]) handle.dispose();
  return milliseconds;
}

async function partsOf(
  engine: Engine,
  work: Work,
  workers: number,
): Promise<{ parts: ComputationPart[]; inputs: Handle<Ciphertext>[] }> {
  const { inputs, result } = work.build(engine);
  const parts = await cut(engine, [result], { inputs, workers, threads: 1, hop: 1 });
  result.dispose();
  return { parts, inputs };
}

/**
 * Many workers, which there are not: parts as `cut` makes them. How long one takes was measured on an engine of one thread,
 * with its ciphertexts read and written; how long it takes besides to hand it out, by what a trivial job takes. Whoever is
 * free takes the first that is ready.
 */
async function simulate(
  note: Note,
  serverKey: ServerKey,
  clientKey: ClientKey,
  handing: number,
): Promise<void> {
  const engine = await Engine.create(serverKey, { threads: 1 });
  const work = payrollOf(clientKey, MANY_SALARIES);
  const { parts, inputs } = await partsOf(engine, work, MANY_WORKERS);
  const { perBootstrap, alone } = await partTimes(engine, parts, inputs, payrollOf(clientKey, FEW_SALARIES));
  engine.dispose();
  const ends: number[] = [];
  const free = new Array<number>(MANY_WORKERS).fill(0);
  const left = new Set(parts);
  const startOf = ({ needs }: ComputationPart): number => Math.max(0, ...needs.map((need) => ends[need]!));
  while (left.size > 0) {
    const ready = [...left].filter(({ needs }) => needs.every((need) => ends[need] !== undefined));
    const [next] = ready.sort((a, b) => startOf(a) - startOf(b) || a.index - b.index);
    const worker = free.indexOf(Math.min(...free));
    const start = Math.max(free[worker]!, startOf(next!));
    ends[next!.index] = free[worker] = start + next!.bootstraps * perBootstrap + handing;
    left.delete(next!);
  }
  const bootstraps = parts.reduce((sum, part) => sum + part.bootstraps, 0);
  note({
    name: `simulated: ${MANY_SALARIES} minima and their sum, ${MANY_WORKERS} workers, ${parts.length} parts`,
    place: "PostgreSQL",
    value: (100 * bootstraps * alone) / MANY_WORKERS / Math.max(...ends),
    unit: "%",
    aim: { least: LEAST_OF_MANY },
  });
}

/** Milliseconds of a bootstrap in parts, with all that is read and written, and in one go. */
async function partTimes(
  engine: Engine,
  parts: readonly ComputationPart[],
  inputs: readonly Handle<Ciphertext>[],
  few: Work,
): Promise<{ perBootstrap: number; alone: number }> {
  const some = parts.filter(({ needs, bootstraps }) => needs.length === 0 && bootstraps > 0).slice(0, ROUNDS);
  const values = new Set(some.flatMap((part) => part.values));
  for (const [value, handle] of inputs.entries()) if (!values.has(value)) handle.dispose();
  let milliseconds = 0;
  let bootstraps = 0;
  for (const part of some) {
    const given = part.values.map((value) => inputs[value]!);
    const bytes = await Promise.all(given.map((handle) => handle.serialize()));
    const before = performance.now();
    for (const one of bytes) engine.load(FheUint32.deserialize(one)).dispose(); // as a worker has to
    await computePart(engine, JSON.parse(JSON.stringify(part)), { inputs: given });
    milliseconds += performance.now() - before;
    bootstraps += part.bootstraps;
  }
  const { inputs: own, result } = few.build(engine);
  const counted = engine.explain(result).bootstraps;
  for (const handle of [...own, result]) handle.dispose();
  return { perBootstrap: milliseconds / bootstraps, alone: (await timeOf(engine, few)) / counted };
}
