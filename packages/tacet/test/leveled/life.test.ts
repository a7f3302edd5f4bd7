import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ClientKey, DisposedError, OutOfMemoryError, ParameterError } from "../../src/index.ts";
import { LeveledEngine, PackedVector, type Program, type Selector, SelectorList } from "../../src/leveled.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 as parameters } from "../../src/parameters/sets.ts";
import { toyClientKey } from "../toy.ts";
import { selectors, toyEngine, vector } from "./setting.ts";

let key: ClientKey;
beforeAll(async () => {
  key = await toyClientKey();
});

/** A program of so many products. */
function longProgram(chosen: readonly Selector[], items: number): Program {
  const steps = Array.from({ length: 10 }, (_, step) => ({
    digits: Uint32Array.from({ length: items }, (_, item) => (item >> step) & 1),
    moves: chosen.map((selector) => ({
      selector,
      low: "zero" as const,
      high: step === 0 ? ("one" as const) : step - 1,
    })),
  }));
  return { count: items, steps };
}

describe.each([0, 2])("with %i workers", (threads) => {
  let engine: LeveledEngine;
  let chosen: Selector[];
  beforeAll(async () => {
    engine = await toyEngine(threads);
    chosen = await selectors(engine, key, [1, 0]);
  });
  afterAll(() => engine.dispose());

  test("tells about itself", () => {
    const { threads: count, whyNoWorkers } = engine.info;
    expect(count).toBe(Math.max(1, threads));
    expect(whyNoWorkers).toBe(threads === 0 ? "threads: 0 was asked for" : undefined);
  });

  test("computes what is asked for at the same time", async () => {
    const program = longProgram(chosen, 500);
    const [once] = [(await engine.evaluate(program)).decrypt(key)];
    const results = await Promise.all(Array.from({ length: 5 }, () => engine.evaluate(program)));
    for (const result of results) expect(result.decrypt(key)).toEqual(once);
  });

  test("tells of its progress, and leaves turns to others meanwhile", async () => {
    const fractions: number[] = [];
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await engine.evaluate(longProgram(chosen, 20_000), {
      onProgress: (fraction) => fractions.push(fraction),
    });
    clearInterval(timer);
    expect(fractions.length).toBeGreaterThan(2);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
    expect(turns).toBeGreaterThan(0);
  });

  test("stops when it is cancelled, gives the memory back, and goes on with others", async () => {
    const program = longProgram(chosen, 20_000);
    const packed: Program = {
      ...program,
      vector: await vector(engine, key, [0, 1, 1], 2),
      positions: Array.from({ length: 20_000 }, (_, i) => i % 3),
    };
    const before = engine.info.memoryBytes;
    for (const one of [program, packed]) {
      const controller = new AbortController();
      const running = engine.evaluate(one, {
        signal: controller.signal,
        onProgress: () => controller.abort(new Error("enough")),
      });
      const other = engine.evaluate(longProgram(chosen, 10));
      await expect(running).rejects.toThrow("enough");
      expect((await other).length).toBe(10);
    }
    const observed = (): void => {
      throw new Error("an observer's error");
    };
    const summing = engine.sum(program, { moduli: [3], onProgress: observed });
    await expect(summing).rejects.toThrow("an observer's error");
    await expect(engine.evaluate(program, { signal: AbortSignal.abort(new Error("late")) })).rejects.toThrow(
      "late",
    );
    expect(engine.info.memoryBytes).toBe(before);
  });

  test("refuses what is larger than its memory, and goes on", async () => {
    const small = await LeveledEngine.create({
      ...{ parameters, threads, allowInsecureParameters: true },
      memoryLimitBytes: 3 * 2 ** 20,
    });
    const some = await selectors(small, key, [1, 0]);
    const many = await SelectorList.encrypt(
      Array.from({ length: 2000 }, () => 1),
      key,
    );
    await expect(small.load(many)).rejects.toThrow(OutOfMemoryError);
    await expect(small.load(await PackedVector.encrypt(new Uint8Array(2 ** 18), key))).rejects.toThrow(
      OutOfMemoryError,
    );
    await expect(small.table({ rows: 2 ** 16, rowBytes: 64 }, new Uint8Array(2 ** 22))).rejects.toThrow(
      OutOfMemoryError,
    );
    await expect(small.evaluate(longProgram(some, 2 ** 18))).rejects.toThrow(OutOfMemoryError);
    expect((await small.evaluate(longProgram(some, 100))).length).toBe(100);
    small.dispose();
  });

  test("gives the memory of what is disposed of back, once nothing needs it any more", async () => {
    const before = engine.info.memoryBytes;
    const some = await selectors(engine, key, [1, 0]);
    const packed = await vector(engine, key, [0, 1, 1], 2);
    const { of } = some[0] as Selector;
    const program: Program = {
      ...longProgram(some, 5000),
      vector: packed,
      positions: Array.from({ length: 5000 }, (_, i) => i % 3),
    };
    const expected = (await engine.evaluate(program)).decrypt(key);
    const running = engine.evaluate(program);
    of.dispose();
    packed.dispose();
    // Meanwhile, others want memory.
    const other = await vector(engine, key, [1], 2);
    expect((await running).decrypt(key)).toEqual(expected);
    await expect(engine.evaluate(program)).rejects.toThrow(DisposedError);
    other.dispose();
    expect(engine.info.memoryBytes).toBe(before);
  });

  test("rejects what is open when it is disposed of", async () => {
    const gone = await toyEngine(threads);
    const some = await selectors(gone, key, [1, 0]);
    const program = longProgram(some, 20_000);
    const open = [gone.evaluate(program), gone.sum(program, { moduli: [7] })];
    const settled = Promise.allSettled(open);
    await new Promise((resolve) => setTimeout(resolve, 5));
    gone.dispose();
    gone.dispose();
    for (const result of await settled)
      expect(result).toMatchObject({ status: "rejected", reason: expect.any(DisposedError) });
    await expect(gone.evaluate(program)).rejects.toThrow(DisposedError);
    expect(() => gone.info).toThrow(DisposedError);
  });
});

test("insecure parameters have to be allowed", async () => {
  await expect(LeveledEngine.create({ parameters, threads: 0 })).rejects.toThrow(ParameterError);
});

test("what belongs to another engine is refused", async () => {
  const [one, other] = await Promise.all([toyEngine(), toyEngine()]);
  const chosen = await selectors(one, key, [1, 0]);
  await expect(other.evaluate(longProgram(chosen, 2))).rejects.toThrow("another engine");
  const loaded = await vector(one, key, [1], 2);
  await expect(other.evaluate({ count: 1, vector: loaded, positions: [0], steps: [] })).rejects.toThrow(
    "another engine",
  );
  one.dispose();
  other.dispose();
});

test("programs that are none are refused", async () => {
  const engine = await toyEngine();
  const [selector] = (await selectors(engine, key, [1])) as [Selector];
  const step = { digits: [0], moves: [{ selector, low: "zero", high: "one" }] };
  const wrong: [unknown, RegExp][] = [
    [{ count: 0, steps: [step] }, /count is 0/],
    [{ count: 2, steps: [step] }, /expected 2/],
    [{ count: 1, steps: [] }, /without a vector/],
    [{ count: 1, steps: [{ ...step, digits: [1] }] }, /expected an integer from 0 to 0/],
    [{ count: 1, steps: [{ ...step, moves: [{ selector, low: 0, high: "one" }] }] }, /earlier step/],
    [{ count: 1, steps: [{ ...step, moves: [{ selector, low: "vector", high: "one" }] }] }, /earlier step/],
    [{ count: 1, steps: [{ ...step, moves: [] }] }, /0 moves/],
    [
      {
        count: 1,
        steps: [{ ...step, moves: [{ selector: { ...selector, index: 1 }, low: "zero", high: "one" }] }],
      },
      /selector 1 of 1/,
    ],
    [{ count: 1, steps: [step], positions: [0] }, /go together/],
    [{ count: 1, step: [step] }, /no option step/],
  ];
  for (const [program, message] of wrong)
    await expect(engine.evaluate(program as Program)).rejects.toThrow(message);
  engine.dispose();
});
