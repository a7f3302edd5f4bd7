import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ComputationPart, computePart, cut, type Exchange } from "../../src/cut.ts";
import { type ClientKey, Engine, GraphError, MismatchError, ServerKey } from "../../src/index.ts";
import { toyClientKey } from "../toy.ts";
import { CASES, type Case, load, type Own, open } from "./cases.ts";

/* Parts that give each other results while they are computed. */

let clientKey: ClientKey;
let engines: Engine[];
/** What a case is built on: handles between its inputs and its results go when garbage is collected. */
let cutter: Engine;

beforeAll(async () => {
  clientKey = await toyClientKey();
  const bytes = (await ServerKey.from(clientKey)).serialize();
  engines = [];
  for (let i = 0; i < 5; i++) {
    const serverKey = ServerKey.deserialize(bytes, { allowInsecureParameters: true });
    engines.push(await Engine.create(serverKey, { threads: 1, verifyPlans: true }));
  }
  cutter = engines.pop()!;
});
afterAll(() => {
  for (const engine of [...engines, cutter]) engine.dispose();
});

/** What a team is told of, as bytes that were given to it. */
class Board {
  readonly given: Uint8Array<ArrayBuffer>[] = [];
  readonly #members = new Set<(bytes: Uint8Array<ArrayBuffer>) => void>();
  /** What becomes of bytes on their way: when they arrive, and how often. */
  readonly #way: () => readonly number[];

  constructor(way: () => readonly number[] = () => [0]) {
    this.#way = way;
  }

  readonly exchange: Exchange = {
    join: async (heard) => {
      for (const bytes of this.given) heard(bytes);
      this.#members.add(heard);
      return () => this.#members.delete(heard);
    },
    give: async (bytes) => {
      this.given.push(bytes);
      for (const delay of this.#way())
        setTimeout(() => {
          for (const heard of this.#members) heard(bytes);
        }, delay);
    },
  };
}

interface Cutting {
  readonly own: Own;
  readonly parts: readonly ComputationPart[];
}

/** Cuts a case for some engines that work together. */
async function cutFor(one: Case, workers: number, bootstraps: number): Promise<Cutting> {
  const { own, inputs, results } = open(cutter, one, clientKey);
  const parts = await cut(cutter, results, { inputs, workers, bootstraps, overhead: 0, hop: 0.5 });
  for (const handle of [...inputs, ...results]) handle.dispose();
  return { own, parts: JSON.parse(JSON.stringify(parts)) as ComputationPart[] };
}

/** Computes one part on an engine, and leaves nothing in it. */
async function compute(
  one: Case,
  { own }: Cutting,
  part: ComputationPart,
  bytes: readonly Uint8Array[],
  options: { exchange?: Exchange; patience?: number; signal?: AbortSignal; engine?: Engine } = {},
): Promise<{ bytes: Uint8Array; results: readonly Uint8Array[] }> {
  const { engine = engines[part.index % engines.length], ...others } = options;
  const all = load(engine, one, own);
  try {
    const inputs = part.values.map((value) => all[value]);
    return await computePart(engine, part, { inputs, bytesOf: (need) => bytes[need], ...others });
  } finally {
    for (const handle of all) handle.dispose();
  }
}

/** The parts that are computed together: teams, and others by themselves. */
function teamsOf(parts: readonly ComputationPart[]): ComputationPart[][] {
  const teams: ComputationPart[][] = [];
  for (const part of parts) {
    if (part.team !== undefined && part.team.first < part.index) teams.at(-1)!.push(part);
    else teams.push([part]);
  }
  return teams;
}

function decrypted(one: Case, results: readonly Uint8Array[]): unknown[] {
  return results.map((bytes, i) => one.types[i].deserialize(bytes).decrypt(clientKey));
}

describe.each(Object.entries(CASES))("%s", (_, one) => {
  test.each([
    ["bytes arrive at once", () => new Board(), 10_000],
    ["bytes arrive late, twice, or never", () => new Board(ways([[30], [1, 20], []])), 20],
    ["nothing ever arrives", () => new Board(() => []), 1],
  ])("comes out of teams when %s", async (_, board, patience) => {
    const cutting = await cutFor(one, 3, 20);
    const bytes: Uint8Array[] = [];
    let results: readonly Uint8Array[] = [];
    for (const team of teamsOf(cutting.parts)) {
      const { exchange } = board();
      const outcomes = await Promise.all(
        team.map((part) => compute(one, cutting, part, bytes, { exchange, patience })),
      );
      for (const [i, part] of team.entries()) bytes[part.index] = outcomes[i].bytes;
      results = outcomes.at(-1)!.results;
    }
    expect(decrypted(one, results)).toEqual(one.results);
    for (const engine of engines) await expect.poll(() => engine.info.ciphertexts).toBe(0);
  });
});

/** Each of some ways in turn. */
function ways(all: readonly (readonly number[])[]): () => readonly number[] {
  let next = 0;
  return () => all[next++ % all.length];
}

describe("a team", () => {
  const one = CASES["a quotient and a remainder"];
  let cutting: Cutting;
  let team: ComputationPart[];
  let before: Uint8Array[];
  beforeAll(async () => {
    cutting = await cutFor(one, 2, 60);
    const teams = teamsOf(cutting.parts);
    team = teams.find(({ length }) => length > 1)!;
    before = [];
    for (const part of cutting.parts.slice(0, team[0].index))
      before.push((await compute(one, cutting, part, before)).bytes);
  });

  test("has the bootstraps of the computation, and each of them in one part", async () => {
    const first = open(engines[0], one, clientKey);
    const { bootstraps } = engines[0].explain(...first.results);
    for (const handle of [...first.inputs, ...first.results]) handle.dispose();
    expect(cutting.parts.reduce((sum, part) => sum + part.bootstraps, 0)).toBe(bootstraps);
    expect(team).toHaveLength(2);
    expect(team[0].rotations).toEqual(team[1].rotations);
    expect(team.reduce((sum, part) => sum + part.bootstraps, 0)).toBe(team[0].rotations.length);
  });

  test("is not made unless the time of a hop is given", async () => {
    const { inputs, results } = open(engines[0], one, clientKey);
    const parts = await cut(engines[0], results, { inputs, workers: 2, bootstraps: 60, overhead: 0 });
    expect(parts.filter((part) => part.team !== undefined)).toEqual([]);
    for (const handle of [...inputs, ...results]) handle.dispose();
  });

  test("shares the work while all are there", async () => {
    const board = new Board();
    const bootstraps = await Promise.all(
      team.map(async (part) => {
        let done = 0;
        const serverKey = await engineOf(() => done++);
        await compute(one, cutting, part, before, {
          exchange: board.exchange,
          patience: 60_000,
          engine: serverKey,
        });
        serverKey.dispose();
        return done;
      }),
    );
    expect(bootstraps).toEqual(team.map((part) => part.bootstraps));
  });

  test("goes on where one of them is late, who finds done what others have done", async () => {
    const board = new Board();
    const [early, late] = team;
    await compute(one, cutting, early, before, { exchange: board.exchange, patience: 1 });
    let done = 0;
    const engine = await engineOf(() => done++);
    await compute(one, cutting, late, before, { exchange: board.exchange, engine });
    engine.dispose();
    expect(done).toBeLessThan(late.bootstraps);
  });

  test("takes up what an attempt has left that was broken off", async () => {
    const board = new Board();
    const [first] = team;
    const controller = new AbortController();
    const broken = compute(one, cutting, first, before, {
      exchange: {
        ...board.exchange,
        give: async (bytes) => {
          await board.exchange.give(bytes);
          if (board.given.length === 3) controller.abort(new Error("enough"));
        },
      },
      patience: 1,
      signal: controller.signal,
    });
    await expect(broken).rejects.toThrow("enough");
    const left = board.given.length;
    let done = 0;
    const engine = await engineOf(() => done++);
    await compute(one, cutting, first, before, { exchange: board.exchange, patience: 1, engine });
    engine.dispose();
    expect(left).toBeGreaterThanOrEqual(3);
    expect(done).toBeLessThanOrEqual(first.rotations.length - left);
  });

  test("is cancelled while it waits for others, and leaves nothing", async () => {
    const board = new Board();
    const controller = new AbortController();
    const waiting = compute(one, cutting, team[1], before, {
      exchange: board.exchange,
      patience: 1e9,
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(new Error("enough")), 100);
    await expect(waiting).rejects.toThrow("enough");
    await expect.poll(() => engines[team[1].index % engines.length].info.ciphertexts).toBe(0);
  });

  test("is cancelled while its exchange does not answer, and takes nothing in that comes after", async () => {
    const engine = await engineOf(() => undefined);
    const never = new Promise<never>(() => undefined);
    const board = new Board();
    await compute(one, cutting, team[0], before, { exchange: board.exchange, patience: 1 });
    const heard: ((bytes: Uint8Array<ArrayBuffer>) => void)[] = [];
    const unresponsive: Partial<Exchange>[] = [
      { join: () => never },
      { give: () => never },
      {
        join: async (hears) => {
          heard.push(hears);
          return () => undefined;
        },
        give: () => never,
      },
    ];
    for (const part of unresponsive) {
      const controller = new AbortController();
      const options = { patience: 1, signal: controller.signal, engine };
      const exchange: Exchange = { ...new Board().exchange, ...part };
      const computed = compute(one, cutting, team[0], before, { ...options, exchange });
      setTimeout(() => controller.abort(new Error("enough")), 50);
      await expect(computed).rejects.toThrow("enough");
    }
    for (const bytes of board.given) heard[0](bytes);
    await expect.poll(() => engine.info.ciphertexts).toBe(0);
    engine.dispose();
  });

  test("refuses bytes of others, and damaged ones", async () => {
    const board = new Board();
    await compute(one, cutting, team[0], before, { exchange: board.exchange, patience: 1 });
    const [bytes] = board.given;
    const otherCut = bytes.slice();
    otherCut[16] ^= 1;
    const otherSource = bytes.slice();
    new DataView(otherSource.buffer).setBigUint64(bytes.length - 8, 100_000n, true);
    for (const damaged of [
      otherCut,
      otherSource,
      bytes.slice(0, -1),
      before[0] ?? new Uint8Array(8),
      new Uint8Array(0),
    ]) {
      const other = new Board();
      other.given.push(damaged as Uint8Array<ArrayBuffer>);
      const computed = compute(one, cutting, team[1], before, { exchange: other.exchange, patience: 1 });
      await expect(computed).rejects.toThrow(MismatchError);
    }
  });

  test("fails with what its exchange throws", async () => {
    const failing = (part: Partial<Exchange>): Exchange => ({ ...new Board().exchange, ...part });
    const reject = async (): Promise<never> => {
      throw new Error("no way");
    };
    for (const exchange of [failing({ join: reject }), failing({ give: reject })])
      await expect(compute(one, cutting, team[0], before, { exchange, patience: 1 })).rejects.toThrow(
        "no way",
      );
  });

  test("that is none is refused", async () => {
    const [part] = team;
    const { team: right } = part;
    const damaged: unknown[] = [
      7,
      { ...right, first: part.index + 1 },
      { ...right, batches: right!.batches.slice(1) },
      { ...right, batches: [...right!.batches, right!.batches[0]] },
      { ...right, batches: right!.batches.with(0, { lane: -1, rotations: [0] }) },
      { ...right, shared: [{ ...right!.shared[0], source: 0 }] },
      { ...right, shared: [{ ...right!.shared[0], kin: "x" }] },
    ];
    for (const some of damaged)
      await expect(compute(one, cutting, { ...part, team: some } as ComputationPart, before)).rejects.toThrow(
        MismatchError,
      );
    const noisy = right!.shared.map((one) => ({ ...one, max: 1_000 }));
    const board = new Board();
    await compute(one, cutting, part, before, { exchange: board.exchange, patience: 1 });
    await expect(
      compute(one, cutting, { ...team[1], team: { ...right!, shared: noisy } }, before, {
        exchange: board.exchange,
      }),
    ).rejects.toThrow(GraphError);
  });

  async function engineOf(onFinished: () => void): Promise<Engine> {
    const serverKey = await ServerKey.from(clientKey);
    const observer = { onFinished: ({ ids }: { ids: readonly number[] }) => ids.forEach(onFinished) };
    return await Engine.create(serverKey, { threads: 1, observer });
  }
});
