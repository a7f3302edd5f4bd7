import { WORLDS } from "./check-plan.ts";
import type { Graph } from "./graph.ts";
import type { Program, Step } from "./program.ts";

/*
 * What went wrong once: it is run on every crew ever after.
 */

const inWorlds = <T>(value: (world: number) => T): T[] =>
  Array.from({ length: WORLDS }, (_, world) => value(world));

/** Some digits of a product, asked for in an order. */
function digitsOfProduct(digits: readonly number[]): Program {
  const parts = digits.flatMap((digit, at): Step[] => [
    {
      do: "step",
      target: { ref: 2 },
      method: "shr",
      args: [BigInt(2 * digit)],
      results: [{ id: 10 + at, type: "FheUint16" }],
    },
    {
      do: "step",
      target: { ref: 10 + at },
      method: "cast",
      args: ["FheUint2"],
      results: [{ id: 20 + at, type: "FheUint2" }],
    },
  ]);
  return {
    parameters: "2_2",
    inputs: [{ id: 0, type: "FheBool", values: inWorlds((world) => world % 2 === 0) }],
    items: [
      {
        do: "step",
        target: { ref: 0 },
        method: "select",
        args: [41780n, 41781n, "FheUint16"],
        results: [{ id: 1, type: "FheUint16" }],
      },
      {
        do: "step",
        target: { ref: 1 },
        method: "mul",
        args: [63932n],
        results: [{ id: 2, type: "FheUint16" }],
      },
      ...parts,
      { do: "request", refs: digits.length > 0 ? digits.map((_, at) => 20 + at) : [2] },
      { do: "finish" },
    ],
  };
}

const step = (
  id: number,
  type: string,
  target: Step["target"],
  method: string,
  ...args: Step["args"]
): Step => ({
  do: "step",
  target,
  method,
  args,
  results: [{ id, type }],
});

/** Sums of truth values, and what is made of them. */
const SUMS_OF_FLAGS: Program = {
  parameters: "2_2",
  inputs: [
    { id: 0, type: "FheUint4", values: inWorlds((world) => BigInt((5 + 3 * world) % 16)) },
    { id: 1, type: "FheBool", values: inWorlds((world) => world % 3 === 0) },
  ],
  items: [
    step(2, "FheUint4", { ref: 0 }, "add", { ref: 0 }),
    step(3, "FheBool", { ref: 0 }, "ne", { ref: 2 }),
    step(4, "FheUint4", { ref: 1 }, "cast", "FheUint4"),
    step(5, "FheUint4", { ref: 3 }, "cast", "FheUint4"),
    step(6, "FheUint4", "engine", "sum", [{ ref: 4 }, { ref: 5 }, { ref: 5 }]),
    step(7, "FheUint4", { ref: 6 }, "mul", 4n),
    step(8, "FheBool", { ref: 3 }, "not"),
    step(9, "FheBool", { ref: 7 }, "eq", 4n),
    step(10, "FheBool", { ref: 1 }, "not"),
    step(11, "FheUint4", { ref: 8 }, "cast", "FheUint4"),
    step(12, "FheUint4", { ref: 10 }, "cast", "FheUint4"),
    step(13, "FheUint4", { ref: 9 }, "cast", "FheUint4"),
    step(
      14,
      "FheUint4",
      "engine",
      "sum",
      [4, 5, 5, 11, 12, 13].map((ref) => ({ ref })),
    ),
    step(15, "FheUint4", { ref: 6 }, "min", { ref: 0 }),
    step(16, "FheUint4", { ref: 15 }, "max", 14n),
    step(17, "FheUint4", { ref: 0 }, "mul", 8n),
    step(18, "FheUint4", { ref: 17 }, "neg"),
    { do: "request", refs: [14, 16, 17, 18, 3, 8, 10, 9] },
    { do: "finish" },
  ],
};

/** A flag, and the same computed again, of both of which a shortened chain looks something up and adds it up. */
const FLAG_AND_THE_SAME_AGAIN: Program = {
  parameters: "2_2",
  inputs: [
    { id: 0, type: "FheUint8", values: inWorlds((world) => BigInt((world * 37) % 256)) },
    { id: 1, type: "FheBool", values: inWorlds((world) => world % 2 === 0) },
  ],
  items: [
    step(2, "FheBool", { ref: 0 }, "ne", { ref: 0 }),
    step(3, "FheUint4", { ref: 2 }, "select", 0n, 8n, "FheUint4"),
    ...[4, 6].flatMap((id): Program["items"] => [
      {
        do: "step",
        target: { ref: 0 },
        method: "overflowingMul",
        args: [64n],
        results: [
          { id, type: "FheUint8" },
          { id: id + 1, type: "FheBool" },
        ],
      },
      { do: "request", refs: [id + 1] },
      { do: "finish" },
    ]),
    step(
      8,
      "FheUint4",
      "engine",
      "dotProduct",
      [{ ref: 1 }, { ref: 5 }, { ref: 7 }],
      [1n, 1n, 1n],
      "FheUint4",
    ),
    step(9, "FheUint4", { ref: 7 }, "select", { ref: 8 }, { ref: 3 }),
    step(10, "FheUint4", { ref: 5 }, "ifThenZero", { ref: 9 }),
    { do: "request", refs: [10] },
    { do: "finish" },
  ],
};

/**
 * Flags of a difference, and of its negative, as that comes in another order when it is computed again: a shortened chain
 * computes both from the same.
 */
const FLAG_OF_A_DIFFERENCE_AND_ITS_NEGATIVE: Program = {
  parameters: "2_2",
  inputs: [{ id: 0, type: "FheInt12", values: inWorlds(() => 0n) }],
  items: [
    logarithm(4),
    { do: "request", refs: [5] },
    { do: "dispose", ref: 4 },
    logarithm(6),
    { do: "finish" },
    { do: "dispose", ref: 6 },
    logarithm(8),
    logarithm(10),
    { do: "request", refs: [11] },
    { do: "finish" },
    step(
      12,
      "FheInt12",
      "engine",
      "dotProduct",
      [{ ref: 5 }, { ref: 7 }, { ref: 9 }],
      [0n, 0n, 1n],
      "FheInt12",
    ),
    { do: "request", refs: [12] },
    { do: "finish" },
  ],
};

function logarithm(id: number): Program["items"][number] {
  const results = [
    { id, type: "FheUint32" },
    { id: id + 1, type: "FheBool" },
  ] as const;
  return { do: "step", target: { ref: 0 }, method: "checkedIlog2", args: [], results };
}

const table = (...entries: number[]): number[] => [
  ...entries,
  ...new Array<number>(16 - entries.length).fill(0),
];

/** A lookup of a state and an earlier one, in two tables, of which one does not tell the earlier one. */
const STATE_AND_EARLIER_STATE: Graph = {
  parameters: "2_2",
  inputs: [
    { id: 0, max: 1, noiseLevel: 1, values: inWorlds((world) => world >> 2) },
    { id: 1, max: 3, noiseLevel: 1, values: inWorlds((world) => world % 4) },
  ],
  items: [
    { do: "lookup", id: 2, ref: 1, table: table(0, 0, 0, 1) },
    {
      do: "linear",
      id: 3,
      terms: [
        [1, 2],
        [1, 0],
      ],
      constant: 0,
    },
    { do: "lookup", id: 4, ref: 3, table: table(0, 1, 1) },
    {
      do: "linear",
      id: 5,
      terms: [
        [1, 4],
        [-1, 2],
      ],
      constant: 1,
    },
    { do: "lookup", id: 6, ref: 5, table: table(0, 1, 2) },
    { do: "lookup", id: 7, ref: 6, table: table(0, 1, 1) },
    { do: "request", refs: [6, 7] },
    { do: "finish" },
  ],
};

const lookup = (id: number, ref: number, ...entries: number[]): Graph["items"][number] => ({
  do: "lookup",
  id,
  ref,
  table: table(...entries),
});

const linear = (
  id: number,
  constant: number,
  ...terms: (readonly [coefficient: number, ref: number])[]
): Graph["items"][number] => ({ do: "linear", id, terms, constant });

/** A chain that a shortened one goes through once more from a state whose lookup exists by then. */
const LOOKUP_THAT_IS_THERE: Graph = {
  parameters: "2_2",
  inputs: [
    { id: 0, max: 1, noiseLevel: 1, values: inWorlds((world) => world % 2) },
    { id: 1, max: 2, noiseLevel: 1, values: inWorlds((world) => world % 3) },
    { id: 2, max: 1, noiseLevel: 1, values: inWorlds((world) => world >> 2) },
    { id: 3, max: 3, noiseLevel: 1, values: inWorlds((world) => world % 4) },
  ],
  items: [
    lookup(4, 0, 2, 1),
    linear(5, 0, [1, 4], [1, 1]),
    lookup(6, 5, 0, 0, 0, 0, 1),
    { do: "request", refs: [6] },
    { do: "finish" },
    lookup(18, 6, 2),
    lookup(7, 18, 0, 0, 1),
    { do: "request", refs: [7] },
    { do: "finish" },
    linear(8, 2, [-1, 7], [-1, 6]),
    lookup(9, 8, 0, 0, 1),
    linear(10, 6, [-1, 2], [1, 9]),
    lookup(11, 10, 0, 0, 0, 0, 0, 1, 1, 3),
    linear(12, -3, [4, 11], [1, 6]),
    lookup(13, 12, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1),
    linear(14, 0, [1, 13], [1, 6]),
    lookup(15, 14, 1),
    linear(16, 0, [1, 3], [1, 15]),
    lookup(17, 16, 0, 0, 0, 0, 1),
    { do: "request", refs: [17] },
    { do: "finish" },
  ],
};

/** A lookup that a shortened chain computes from what another one reads, which is asked for later, beside it. */
const LOOKUP_OF_THE_SAME_LATER: Graph = {
  parameters: "2_2",
  inputs: [
    { id: 0, max: 1, noiseLevel: 1, values: inWorlds((world) => world % 2) },
    { id: 1, max: 2, noiseLevel: 1, values: inWorlds((world) => world % 3) },
  ],
  items: [
    linear(2, 3, [1, 1], [-1, 0]),
    linear(3, 3, [-1, 1], [1, 0]),
    lookup(4, 3, 0, 1, 2, 3),
    linear(5, 0, [1, 3], [1, 4]),
    lookup(6, 5, 0, 1, 2, 3, 0, 1, 2, 3),
    linear(7, 9, [1, 6], [-1, 4], [-1, 2]),
    lookup(8, 7, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2),
    { do: "request", refs: [8] },
    { do: "finish" },
    linear(9, 0, [1, 8], [1, 6]),
    { do: "request", refs: [9] },
    { do: "finish" },
  ],
};

/** Tables of what may stand anywhere that differ in a constant, so that the ciphertexts do as well. */
const TABLES_AROUND_THEIR_CENTRE: Graph = {
  parameters: "2_2",
  inputs: [{ id: 0, max: 15, noiseLevel: 1, values: inWorlds((world) => 2 * world), unchecked: true }],
  items: [
    { do: "lookup", id: 1, ref: 0, table: Array.from({ length: 16 }, (_, value) => value & 1) },
    { do: "lookup", id: 2, ref: 0, table: Array.from({ length: 16 }, (_, value) => (value & 1) + 1) },
    { do: "lookup", id: 3, ref: 0, table: Array.from({ length: 16 }, (_, value) => Number(value === 15)) },
    linear(4, 0, [3, 3], [1, 1], [2, 2]),
    lookup(5, 4, 0, 0, 0, 0, 0, 0, 0, 0, 1),
    { do: "request", refs: [5] },
    { do: "finish" },
  ],
};

/** The graphs. */
export const KNOWN_GRAPHS: readonly Graph[] = [
  STATE_AND_EARLIER_STATE,
  LOOKUP_THAT_IS_THERE,
  LOOKUP_OF_THE_SAME_LATER,
  TABLES_AROUND_THEIR_CENTRE,
];

/** The programs; one of them asks for some digits. */
export function knownPrograms(digits: readonly number[]): readonly Program[] {
  return [
    digitsOfProduct(digits),
    SUMS_OF_FLAGS,
    FLAG_AND_THE_SAME_AGAIN,
    FLAG_OF_A_DIFFERENCE_AND_ITS_NEGATIVE,
  ];
}
