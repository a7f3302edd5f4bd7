import {
  type ClientKey,
  CompactCiphertextList,
  CompactPublicKey,
  CompressedCiphertextList,
  DisposedError,
  Engine,
  FheAsciiString,
  FheBool,
  FheUint8,
  FheUint32,
  ServerKey,
} from "tacet";
import { clearEngine } from "tacet/clear";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Cipher,
  checkGraph,
  estimateGraph,
  type GivenInputs,
  type Graph,
  keyCipher,
  list,
  ProgramError,
  program,
  type RunProgress,
  runGraph,
  runPlain,
  trivialCipher,
} from "../../src/program/index.ts";
import { bothWays } from "./both-ways.ts";
import { EXAMPLES } from "./examples.ts";
import { toyClientKey } from "./toy.ts";

let clientKey: ClientKey;
let engine: Engine;
let cipher: Cipher;

beforeAll(async () => {
  clientKey = await toyClientKey();
  engine = await Engine.create(await ServerKey.from(clientKey), { deterministic: true });
  cipher = keyCipher(clientKey);
});
afterAll(() => engine.dispose());

const payroll = program(
  "payroll",
  { in: { salary: list(FheUint32), cap: FheUint32 }, out: { total: FheUint32, over: list(FheBool) } },
  ({ salary, cap }, own) => ({
    total: own.sum(salary.map((one) => one.min(cap))),
    over: salary.map((one) => one.gt(cap)),
  }),
);
const values = { salary: [1000, 70_000, 2500], cap: 2000 };
const expected = { total: 5000, over: [false, true, true] };

/** The graph for these values, and their ciphertexts. */
function payrollRun(): { graph: Graph; inputs: { salary: FheUint32[]; cap: FheUint32 } } {
  const inputs = {
    salary: values.salary.map((value) => FheUint32.encrypt(value, clientKey)),
    cap: FheUint32.encrypt(values.cap, clientKey),
  };
  return { graph: payroll.trace(inputs), inputs };
}

function read(results: Readonly<Record<string, unknown>>): { total: number; over: boolean[] } {
  return {
    total: FheUint32.deserialize(results.total as Uint8Array).decrypt(clientKey),
    over: (results.over as Uint8Array[]).map((bytes) => FheBool.deserialize(bytes).decrypt(clientKey)),
  };
}

/** The bytes of an encrypted `true`, with a 3 in its place: 2 more in the body, which follows the mask. */
function withThree(bytes: Uint8Array): Uint8Array {
  const { glweDimension, polynomialSize, messageModulus, carryModulus } = engine.info.parameters;
  const dimension = glweDimension * polynomialSize;
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  let start = 0;
  while (view.getBigUint64(start, true) !== BigInt(dimension + 1)) start++;
  const body = start + 8 + 8 * dimension;
  const step = 2n ** 63n / BigInt(messageModulus * carryModulus);
  view.setBigUint64(body, BigInt.asUintN(64, view.getBigUint64(body, true) + 2n * step), true);
  return copy;
}

async function rejection(promise: Promise<unknown>): Promise<ProgramError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ProgramError);
  return error as ProgramError;
}

describe("on encrypted values", () => {
  test("a program gives what it gives on plain ones", async () => {
    expect(await runPlain(payroll, values, engine, cipher)).toEqual(expected);
    expect(await payroll.clear(values)).toEqual(expected);
  });

  test.each([
    "comparison",
    "choice",
    "changes of texts",
    "many values",
    "stores",
    "arrays of truth values",
    "constants",
  ])("the operations of %s give what the library gives", async (name) => {
    const { direct, traced } = await bothWays(EXAMPLES[name], engine, cipher);
    expect(traced).toEqual(direct);
  });

  test("inputs may be bytes, compressed or not", async () => {
    const { graph } = payrollRun();
    const inputs = {
      salary: await Promise.all(
        values.salary.map(async (value) => (await FheUint32.encryptCompressed(value, clientKey)).serialize()),
      ),
      cap: FheUint32.encrypt(values.cap, clientKey).serialize(),
    };
    expect(read(await runGraph(graph, engine, inputs))).toEqual(expected);
    expect(read(await runGraph(graph, engine, inputs, { checked: true }))).toEqual(expected);
  });

  test("inputs may be lists: one of them, or all of them", async () => {
    const { graph, inputs } = payrollRun();
    const key = await CompactPublicKey.from(clientKey);
    const build = async (all: readonly number[]): Promise<CompactCiphertextList> => {
      const builder = CompactCiphertextList.builder(key);
      for (const value of all) builder.push(FheUint32, value);
      return CompactCiphertextList.deserialize((await builder.buildPacked()).serialize());
    };
    const some = await build(values.salary);
    expect(read(await runGraph(graph, engine, { salary: some, cap: inputs.cap }))).toEqual(expected);
    const all = await build([...values.salary, values.cap]);
    expect(read(await runGraph(graph, engine, all))).toEqual(expected);
    const handles = all.types.map((_, i) =>
      engine.load(FheUint32.encrypt([...values.salary, values.cap][i], clientKey)),
    );
    const compressed = CompressedCiphertextList.deserialize((await engine.compress(handles)).serialize());
    expect(read(await runGraph(graph, engine, compressed))).toEqual(expected);
    for (const handle of handles) handle.dispose();
    const fewer = await rejection(runGraph(graph, engine, some));
    expect(fewer.message).toMatch(/inputs: expected a list of 4 values, not 3/);
  });

  test("with checked, an input that holds anything has a value of its type", async () => {
    const count = program("count", { in: { b: FheBool }, out: FheUint8 }, ({ b }) => b.cast(FheUint8));
    const graph = count.trace({ b: { type: "FheBool" } });
    const bytes = withThree(FheBool.encrypt(true, clientKey).serialize());
    const value = async (checked: boolean): Promise<number> => {
      const { result } = await runGraph(graph, engine, { b: bytes }, { checked });
      return FheUint8.deserialize(result as Uint8Array).decrypt(clientKey);
    };
    expect(await value(false)).toBe(3);
    expect(await value(true)).toBeLessThan(2);
  });

  test("the same value may be given out twice, and inputs as they are", async () => {
    const echo = program(
      "echo",
      { in: { x: FheUint8 }, out: { a: FheUint8, b: list(FheUint8) } },
      ({ x }) => ({ a: x, b: [x, x.add(1), x] }),
    );
    expect(await runPlain(echo, { x: 7 }, engine, cipher)).toEqual({ a: 7, b: [7, 8, 7] });
  });
});

describe("what does not go together is refused before anything is taken in", () => {
  test.each<
    [string, (inputs: ReturnType<typeof payrollRun>["inputs"]) => unknown, path: string, words: RegExp]
  >([
    ["an input that lacks", ({ cap }) => ({ cap }), "inputs.salary", /lacks/],
    ["an input that there is not", (inputs) => ({ ...inputs, more: inputs.cap }), "inputs", /no input more/],
    ["nothing", () => null, "inputs", /expected an object/],
    [
      "a shorter list",
      (inputs) => ({ ...inputs, salary: inputs.salary.slice(1) }),
      "inputs.salary",
      /3 values, not 2/,
    ],
    [
      "a value for a list",
      (inputs) => ({ ...inputs, salary: inputs.cap }),
      "inputs.salary",
      /expected a list of 3/,
    ],
    [
      "a list for a value",
      (inputs) => ({ ...inputs, cap: inputs.salary }),
      "inputs.cap",
      /expected a ciphertext/,
    ],
    [
      "another type",
      (inputs) => ({ ...inputs, cap: FheUint8.encrypt(1, clientKey) }),
      "inputs.cap",
      /not FheUint8/,
    ],
    [
      "bytes of another type",
      (inputs) => ({ ...inputs, cap: FheUint8.encrypt(1, clientKey).serialize() }),
      "inputs.cap",
      /no value of type FheUint32/,
    ],
    [
      "bytes that are none",
      (inputs) => ({ ...inputs, salary: [Uint8Array.of(1, 2), ...inputs.salary.slice(1)] }),
      "inputs.salary[0]",
      /no value/,
    ],
    [
      "a handle",
      (inputs) => ({ ...inputs, cap: engine.load(inputs.cap) }),
      "inputs.cap",
      /expected a ciphertext/,
    ],
  ])("%s", async (_, change, path, words) => {
    const { graph, inputs } = payrollRun();
    const given = change(inputs) as GivenInputs;
    const before = engine.info.ciphertexts;
    const error = await rejection(runGraph(graph, engine, given));
    expect(error.path).toBe(path);
    expect(error.message).toMatch(words);
    expect(engine.info.ciphertexts).toBe(before);
  });

  test("a text of another size", async () => {
    const own = program("own", { in: { t: FheAsciiString }, out: FheBool }, ({ t }) => t.contains("a"));
    const graph = own.trace({ t: { type: "FheAsciiString", size: 3, padded: false } });
    const longer = FheAsciiString.encrypt("ab", clientKey, { size: 3 });
    expect((await rejection(runGraph(graph, engine, { t: longer }))).message).toMatch(
      /expected a text of 3 characters, not of 3 characters with zeros/,
    );
  });

  test("a graph that is none, in the clothes of one", async () => {
    const graph = { version: 1, name: "p", inputs: [], nodes: [{ op: "not", of: [0] }], outputs: [] };
    expect((await rejection(runGraph(graph as never, engine, {}))).path).toBe("outputs");
  });
});

describe("nothing is left behind", () => {
  const held = (): number => engine.info.ciphertexts;

  test("after a run, whatever comes of it", async () => {
    const { graph, inputs } = payrollRun();
    const before = held();
    await runGraph(graph, engine, inputs);
    expect(held()).toBe(before);
  });

  test("after what the library refuses while it builds", async () => {
    const before = held();
    const graph = checkGraph({
      version: 1,
      name: "states",
      inputs: [{ name: "t", type: "FheAsciiString", size: 4 }],
      nodes: [
        { op: "toLowerCase", of: [0] },
        {
          op: "matches",
          of: [1, { source: "(?=.*a)(?=.*b)(?=.*c)(?=.*d)(?=.*e)(?=.*f)(?=.*g)(?=.*h)(?=.*i)", flags: "" }],
        },
      ],
      outputs: [{ name: "result", type: "FheBool", of: 2 }],
    });
    const error = await rejection(runGraph(graph, engine, { t: FheAsciiString.encrypt("abcd", clientKey) }));
    expect(error.path).toBe("nodes[1]");
    expect(error.message).toMatch(/states/);
    expect(error.cause).toBeInstanceOf(Error);
    expect(held()).toBe(before);
  });

  test("after a run that is cancelled, before it begins or while it computes", async () => {
    const { graph, inputs } = payrollRun();
    const before = held();
    const reason = new Error("no longer wanted");
    await expect(runGraph(graph, engine, inputs, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(held()).toBe(before);
    const controller = new AbortController();
    const run = runGraph(graph, engine, inputs, {
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    });
    await expect(run).rejects.toBe(reason);
    await expect.poll(held).toBe(before);
    expect(read(await runGraph(graph, engine, inputs))).toEqual(expected);
  });

  test("after a program that hears of progress throws", async () => {
    const { graph, inputs } = payrollRun();
    const before = held();
    const error = new Error("mine");
    const onProgress = (): never => {
      throw error;
    };
    await expect(runGraph(graph, engine, inputs, { onProgress })).rejects.toBe(error);
    await expect.poll(held).toBe(before);
  });

  test("of the other results, if one fails: they are given up", async () => {
    let finished = 0;
    const onFinished = ({ ids }: { readonly ids: readonly number[] }): void => void (finished += ids.length);
    using other = await Engine.create(await ServerKey.from(clientKey), {
      threads: 0,
      observer: { onFinished },
    });
    const { graph, inputs } = payrollRun();
    await runGraph(graph, other, inputs);
    const all = finished;
    finished = 0;
    const error = new Error("mine");
    const onProgress = (): never => {
      throw error;
    };
    await expect(runGraph(graph, other, inputs, { onProgress })).rejects.toBe(error);
    expect(finished).toBeLessThan(all / 2);
  });

  test("by an engine that has been disposed of", async () => {
    const { graph, inputs } = payrollRun();
    const other = await Engine.create(await ServerKey.from(clientKey), { threads: 0 });
    other.dispose();
    await expect(runGraph(graph, other, inputs)).rejects.toBeInstanceOf(DisposedError);
  });
});

describe("what a graph takes", () => {
  test("is told without a key, as the engine tells it", async () => {
    const { graph } = payrollRun();
    using clear = await clearEngine();
    const estimate = await estimateGraph(graph, clear);
    expect(estimate.bootstraps).toBeGreaterThan(50);
    expect(estimate.depth).toBeGreaterThan(3);
    expect(estimate).toEqual({ bootstraps: estimate.bootstraps, depth: estimate.depth });
    // An engine at other parameters, with as much room in its blocks, plans the same.
    const encrypted = await estimateGraph(graph, engine, {
      placeholder: ({ type }) => cipher.encrypt(type === "FheBool" ? FheBool : FheUint32, 0, undefined),
    });
    expect(encrypted.bootstraps).toBeGreaterThan(estimate.bootstraps / 2);
    expect(encrypted.bootstraps).toBeLessThan(estimate.bootstraps * 2);
  });

  test("is nothing for what is clear, and what is never asked for", async () => {
    using clear = await clearEngine();
    const graph = checkGraph({
      version: 1,
      name: "clear",
      inputs: [{ name: "t", type: "FheUtf8String", size: 3, padded: true }],
      nodes: [
        { op: "constant", of: ["FheUint8", "5"] },
        { op: "mul", of: [1, 1] },
        { op: "toUpperCase", of: [0] },
        { op: "constant", of: ["FheAsciiString", { text: "abc" }] },
        { op: "toUpperCase", of: [4] },
      ],
      outputs: [
        { name: "a", type: "FheUint8", of: 2 },
        { name: "b", type: "FheAsciiString", of: 5 },
      ],
    });
    expect(await estimateGraph(graph, clear)).toEqual({ bootstraps: 0, depth: 0 });
    expect(clear.info.ciphertexts).toBe(0);
  });

  test("is counted down while it is computed", async () => {
    const { graph, inputs } = payrollRun();
    const heard: RunProgress[] = [];
    await runGraph(graph, engine, inputs, {
      bootstraps: 100,
      onProgress: (progress) => void heard.push(progress),
    });
    expect(heard.length).toBeGreaterThan(1);
    const fractions = heard.map(({ fraction }) => fraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(heard.at(-1)).toEqual({ fraction: 1, done: 100, total: 100 });
    expect(heard[0]).toEqual({ fraction: fractions[0], done: Math.floor(100 * fractions[0]), total: 100 });
  });

  test("is refused by an engine with a limit", async () => {
    const { graph } = payrollRun();
    using clear = await clearEngine({ planLimitBootstraps: 10 });
    await expect(estimateGraph(graph, clear)).resolves.toBeDefined();
    await expect(runPlain(payroll, values, clear, trivialCipher(clear.info.parameters))).rejects.toThrow(
      /planLimitBootstraps allows 10/,
    );
  });

  test("may be given up", async () => {
    const { graph } = payrollRun();
    using clear = await clearEngine();
    await expect(estimateGraph(graph, clear, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
  });
});
