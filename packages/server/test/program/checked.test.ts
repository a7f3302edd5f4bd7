import { Engine, FheBool, FheUint8, ServerKey } from "tacet";
import { clearEngine } from "tacet/clear";
import { expect, test, vi } from "vitest";
import {
  checkGraph,
  clear,
  estimateGraph,
  list,
  ProgramError,
  program,
  runGraph,
} from "../../src/program/index.ts";
import { toyClientKey } from "./toy.ts";

const types = {
  in: { ballots: list(FheBool), weight: FheUint8, most: clear.number },
  out: FheUint8,
} as const;

/** Ballots are strangers', the weight is whose result it is. */
const votes = program("votes", { ...types, checked: ["ballots"] }, ({ ballots, weight, most }, engine) =>
  engine.dotProduct(ballots, new Array(ballots.length).fill(1), FheUint8).min(most).add(weight),
);
const known = {
  ballots: new Array(5).fill({ type: "FheBool" }),
  weight: { type: "FheUint8" },
  most: 4,
} as const;

test("what strangers send is loaded checked, what is the tenant's own is not", async () => {
  const key = await toyClientKey();
  const engine = await Engine.create(await ServerKey.from(key), { deterministic: true });
  const load = vi.spyOn(engine, "load");
  const graph = votes.trace(known);
  expect(graph.inputs.map(({ name, checked }) => [name, checked])).toEqual([
    ["ballots", true],
    ["weight", undefined],
  ]);
  const ballots = [true, false, true, true, false].map((one) => FheBool.encrypt(one, key).serialize());
  const inputs = { ballots, weight: FheUint8.encrypt(10, key) };
  const { result } = await runGraph(graph, engine, inputs);
  expect(FheUint8.deserialize(result as Uint8Array).decrypt(key)).toBe(13);
  expect(load.mock.calls.map(([, options]) => options?.checked)).toEqual([
    true,
    true,
    true,
    true,
    true,
    false,
  ]);
  engine.dispose();
});

test("what it takes is in the estimate, and the graph is another one", async () => {
  const engine = await clearEngine();
  const trusting = program("votes", types, votes.compute.bind(votes));
  const [checked, unchecked] = await Promise.all(
    [votes, trusting].map((one) => estimateGraph(one.trace(known), engine)),
  );
  expect(checked!.bootstraps).toBe(unchecked!.bootstraps + 5);
  const graph = votes.trace(known);
  expect(checkGraph(JSON.parse(JSON.stringify(graph)))).toEqual(graph);
  expect(() => checkGraph({ ...graph, inputs: [{ ...graph.inputs[0], checked: false }] })).toThrow(
    "inputs[0].checked",
  );
  engine.dispose();
});

test("only encrypted inputs can be checked", () => {
  for (const name of ["most", "nothing", "toString"]) {
    expect(() => program("votes", { ...types, checked: [name as "weight"] }, ({ weight }) => weight)).toThrow(
      ProgramError,
    );
  }
});
