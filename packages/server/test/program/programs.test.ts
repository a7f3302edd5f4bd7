import {
  FheAsciiString,
  FheBool,
  FheInt16,
  FheUint8,
  FheUint16,
  FheUint32,
  FheUint64,
  FheUtf8String,
  type UintHandle,
} from "tacet";
import { compile } from "tacet/regex";
import { describe, expect, expectTypeOf, test } from "vitest";
import { clear, hashOf, list, type Program, program, text, textOf } from "../../src/program/index.ts";

const form = <Type extends string>(type: Type): { readonly type: Type } => ({ type });

const payroll = program(
  "payroll",
  { in: { salary: list(FheUint32), cap: FheUint32 }, out: FheUint32 },
  ({ salary, cap }, engine) => engine.sum(salary.map((one) => one.min(cap))),
);

describe("programs on plain values", () => {
  test("a sum of a list, of any length", async () => {
    expect(await payroll.clear({ salary: [1, 2], cap: 3 })).toBe(3);
    expect(await payroll.clear({ salary: [10, 20, 30n], cap: 15 })).toBe(40);
  });

  test("an auction: the highest bid, and who made it", async () => {
    const auction = program(
      "auction",
      { in: { bids: list(FheUint16) }, out: { winner: FheUint8, price: FheUint16 } },
      ({ bids }) => {
        let [price, winner] = [bids[0], bids[0].sub(bids[0]).cast(FheUint8)];
        for (const [i, bid] of bids.entries()) {
          const higher = bid.gt(price);
          price = higher.select(bid, price);
          winner = higher.select(i, winner);
        }
        return { winner, price };
      },
    );
    expect(await auction.clear({ bids: [300, 950, 20, 940] })).toEqual({ winner: 1, price: 950 });
  });

  test("a vote with clear parameters, which the function may count and loop with", async () => {
    const vote = program(
      "vote",
      {
        in: { votes: list(FheUint8), options: clear.number, quorum: clear.bigint },
        out: { counts: list(FheUint16), valid: FheBool },
      },
      ({ votes, options, quorum }, engine) => {
        const counts = Array.from({ length: options }, (_, option) =>
          engine.sum(votes.map((one) => one.eq(option).cast(FheUint16))),
        );
        return { counts, valid: engine.sum(counts).ge(quorum) };
      },
    );
    expect(await vote.clear({ votes: [0, 1, 1, 9, 2], options: 3, quorum: 4n })).toEqual({
      counts: [1, 2, 1],
      valid: true,
    });
    expect(await vote.clear({ votes: [0, 1, 1, 9], options: 2, quorum: 4n })).toEqual({
      counts: [1, 2],
      valid: false,
    });
  });

  test("texts: of a size that hides their length, in lists, with patterns from clear parameters", async () => {
    const search = program(
      "search",
      {
        in: {
          names: list(text(FheAsciiString, 12)),
          word: FheAsciiString,
          plate: clear.string,
          note: FheUtf8String,
        },
        out: { hits: FheUint8, plates: list(FheBool), title: FheUtf8String },
      },
      ({ names, word, plate, note }, engine) => ({
        hits: engine.sum(names.map((name) => name.toLowerCase().contains(word).cast(FheUint8))),
        plates: names.map((name) => name.matches(compile(plate))),
        title: note.concat("!").toUpperCase(),
      }),
    );
    expect(
      await search.clear({
        names: ["B-52 Ada", "ada", ""],
        word: "ada",
        plate: "^[A-Z]-\\d+",
        note: "schön",
      }),
    ).toEqual({ hits: 2, plates: [true, false, false], title: "SCHöN!" });
  });

  test("a binary search in a clear list, written as a loop over handles", async () => {
    const tax = program(
      "tax",
      { in: { income: FheUint32, bounds: list(clear.number) }, out: FheUint8 },
      ({ income, bounds }, engine) => engine.sum(bounds.map((bound) => income.ge(bound).cast(FheUint8))),
    );
    expect(await tax.clear({ income: 55_000, bounds: [10_000, 30_000, 50_000, 90_000] })).toBe(3);
  });

  test("a ledger: a key-value store that encrypted keys change", async () => {
    const ledger = program(
      "ledger",
      {
        in: { balances: list(FheInt16, 3), from: FheUint8, to: FheUint8, amount: FheInt16 },
        out: list(FheInt16, 3),
      },
      ({ balances, from, to, amount }, engine) => {
        const store = engine.keyValueStore(FheUint8, FheInt16);
        for (const [i, balance] of balances.entries()) store.insert(i, balance);
        store.map(from, (balance) => balance.sub(amount));
        store.map(to, (balance) => balance.add(amount));
        return balances.map((_, i) => store.get(i)!);
      },
    );
    expect(await ledger.clear({ balances: [100, 50, 0], from: 0, to: 2, amount: 30 })).toEqual([70, 50, 30]);
  });

  test("arrays of several dimensions as results", async () => {
    const convolve = program(
      "convolve",
      { in: { image: list(FheUint16, 9), kernel: list(clear.number) }, out: list(FheUint16) },
      ({ image, kernel }, engine) => {
        const pixels = engine.array(image, [3, 3]);
        return engine.array(
          [0, 1].map((row) =>
            [0, 1].map((column) => {
              const window = pixels.slice([row, row + 2], [column, column + 2]);
              return engine.dotProduct([...window], kernel);
            }),
          ),
        );
      },
    );
    expect(await convolve.clear({ image: [1, 2, 3, 4, 5, 6, 7, 8, 9], kernel: [1, 0, 0, 1] })).toEqual([
      6, 8, 12, 14,
    ]);
  });

  test("wide integers are bigints", async () => {
    const square = program("square", { in: { x: FheUint64 }, out: FheUint64 }, ({ x }) => x.mul(x));
    expect(await square.clear({ x: 2n ** 31n })).toBe(2n ** 62n);
  });

  test("random values without a seed are others each time", async () => {
    const dice = program("dice", { in: {}, out: FheUint64 }, (_, engine) => engine.random(FheUint64));
    expect(await dice.clear({})).not.toBe(await dice.clear({}));
  });

  test("values out of range are refused as they are encrypted", async () => {
    await expect(payroll.clear({ salary: [-1], cap: 3 })).rejects.toThrow(RangeError);
    await expect(payroll.clear({ salary: ["1" as never], cap: 3 })).rejects.toThrow(TypeError);
  });
});

describe("graphs", () => {
  const known = { salary: [form("FheUint32"), form("FheUint32")], cap: form("FheUint32") };

  test("are small and readable", () => {
    expect(payroll.trace(known)).toEqual({
      version: 1,
      name: "payroll",
      inputs: [
        { name: "salary", type: "FheUint32", length: 2 },
        { name: "cap", type: "FheUint32" },
      ],
      nodes: [
        { op: "min", of: [0, 2] },
        { op: "min", of: [1, 2] },
        { op: "sum", of: [[3, 4]] },
      ],
      outputs: [{ name: "result", type: "FheUint32", of: 5 }],
    });
  });

  test("are the same, with the same hash, for inputs of the same forms", () => {
    const graph = payroll.trace(known);
    expect(payroll.trace({ salary: [form("FheUint32"), form("FheUint32")], cap: form("FheUint32") })).toBe(
      graph,
    );
    const again = program("payroll", { in: payroll.in, out: payroll.out }, (inputs, engine) =>
      payroll.compute(inputs, engine),
    );
    expect(again.trace(known)).not.toBe(graph);
    expect(textOf(again.trace(known))).toBe(textOf(graph));
    expect(hashOf(again.trace(known))).toBe(hashOf(graph));
    expect(hashOf(graph)).toMatch(/^[\da-f]{64}$/);
    const longer = payroll.trace({ ...known, salary: [...known.salary, form("FheUint32")] });
    expect(hashOf(longer)).not.toBe(hashOf(graph));
  });

  test("have nothing that no result depends on", () => {
    const wasteful = program("wasteful", { in: { x: FheUint8 }, out: FheUint8 }, ({ x }) => {
      x.mul(x).add(1);
      const [quotient] = x.divRem(3);
      x.not();
      return quotient.add(x);
    });
    expect(wasteful.trace({ x: form("FheUint8") }).nodes).toEqual([
      { op: "divRem", of: [0, "3"] },
      { op: "add", of: [1, 0] },
    ]);
  });

  test("take clear parameters up: other values make another graph", () => {
    const scaled = program("scaled", { in: { x: FheUint8, by: clear.number }, out: FheUint8 }, ({ x, by }) =>
      by === 1 ? x.add(0) : x.mul(by),
    );
    expect(scaled.trace({ x: form("FheUint8"), by: 3 }).nodes).toEqual([{ op: "mul", of: [0, "3"] }]);
    expect(scaled.trace({ x: form("FheUint8"), by: 1 }).nodes).toEqual([{ op: "add", of: [0, "0"] }]);
    expect(scaled.trace({ x: form("FheUint8"), by: 3 }).inputs).toEqual([{ name: "x", type: "FheUint8" }]);
  });
});

test("types follow from what a program says of itself", () => {
  program(
    "typed",
    { in: { n: FheUint32, l: list(FheInt16), p: clear.string, t: text(FheUtf8String, 3) }, out: FheBool },
    (inputs) => {
      expectTypeOf(inputs.n).toEqualTypeOf<UintHandle<32>>();
      expectTypeOf(inputs.l).toBeArray();
      expectTypeOf(inputs.p).toBeString();
      expectTypeOf(inputs.t.type).toEqualTypeOf<"FheUtf8String">();
      // @ts-expect-error: there is no such input.
      inputs.m;
      // @ts-expect-error: handles of different types have no sum.
      expect(() => inputs.n.add(inputs.l[0])).toThrow();
      return inputs.n.gt(3);
    },
  );
  // @ts-expect-error: a program gives what it says that it gives.
  program("wrong", { in: { n: FheUint32 }, out: FheBool }, ({ n }) => n.add(1));
  // @ts-expect-error: nothing less.
  program("less", { in: { n: FheUint32 }, out: { a: FheUint32, b: FheUint32 } }, ({ n }) => ({ a: n }));
  const programs: readonly Program[] = [payroll];
  expect(programs[0].name).toBe("payroll");
  expectTypeOf(payroll.clear).parameter(0).toEqualTypeOf<{
    readonly salary: readonly (number | bigint)[];
    readonly cap: number | bigint;
  }>();
  expectTypeOf(payroll.clear).returns.resolves.toBeNumber();
});
