import type {
  ComparisonOptions,
  DigitForm,
  LeveledEngineOptions,
  PackedVectorOptions,
  ReadOptions,
  Selector,
  SelectorOptions,
  SumOptions,
  TableOptions,
} from "../../src/leveled.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 as toy } from "../../src/parameters/sets.ts";
import {
  atRest,
  bytes,
  bytesOf,
  clientKey,
  flag,
  type Given,
  given,
  list,
  number,
  onProgress,
  optional,
  options,
  ours,
  PLAIN,
  progress,
  signal,
} from "./given.ts";
import { stepOf } from "./leveled-world.ts";

/* What users of `tacet/leveled` can call: see entry-points.ts. */

export const LEVELED_OBJECTS: Readonly<Record<string, string>> = {
  ClearTable: "table",
  EngineFlags: "engineFlags",
  FlagResult: "flagResult",
  LeveledEngine: "leveled",
  LoadedSelectors: "selectors",
  LoadedVector: "vector",
  PackedVector: "packed",
  RowResult: "rowResult",
  SelectorList: "selectorList",
  SumResult: "sumResult",
};

const numbers = (name: string): Given =>
  given(() => [1, 0], {
    words: new RegExp(name),
    accepts: ["array", "Buffer", "a Proxy of the right thing"],
  });
const integer = (name: string, value = 2): Given =>
  given(() => value, { words: new RegExp(name), accepts: ["number"] });
const parameters: Given = given(() => toy, { words: /parameter|lweDimension/, accepts: PLAIN });
const reading: Given = options<ReadOptions>({ sizeLimit: integer("sizeLimit", 2 ** 30) });
/** An object that has to have certain members, each of which is tried. */
const members = (of: Readonly<Record<string, Given>>, words: RegExp): Given => ({
  ...given(
    (world) => Object.fromEntries(Object.entries(of).map(([name, { right }]) => [name, right(world)])),
    {
      words,
      accepts: PLAIN,
      closed: true,
      parts: Object.entries(of).map(([name, inner]) => ({
        name,
        given: inner,
        replaced: (whole, part) => ({ ...(whole as object), [name]: part }),
      })),
    },
  ),
});
const program: Given = members(
  {
    count: integer("count"),
    vector: ours("vector", /LoadedVector|go together/),
    positions: {
      ...numbers("positions|go together"),
      accepts: ["array", "Buffer", "a Proxy of the right thing"],
    },
    steps: given((world) => [stepOf(world.selector as Selector)], {
      words: /steps/,
      accepts: ["array", "a Proxy of the right thing"],
    }),
  },
  /options|count/,
);
const sums = options<Omit<SumOptions, "moduli" | "groups">>({
  weights: numbers("weight"),
  vectors: given(() => [], { words: /vectors/, accepts: ["array", "a Proxy of the right thing"] }),
  onProgress,
  signal,
});
const form = { width: integer("width", 1), digitBits: optional(integer("digitBits", 1)) };
const comparison: Given = members(
  {
    width: form.width,
    digitBits: form.digitBits,
    constant: given((world) => [world.selector], {
      words: /constant/,
      accepts: ["array", "a Proxy of the right thing"],
    }),
    before: optional(integer("before", 0)),
  } satisfies Partial<Record<keyof ComparisonOptions, Given>>,
  /options|width/,
);
const shape = (also: Record<string, Given>): Given =>
  members({ rows: integer("rows|row"), rowBytes: integer("rowBytes|data", 1), ...also }, /options|rows/);
const one: Given = given(() => 1, { words: /number|integer|constant/, accepts: ["number", "bigint"] });
const gadget: Given = given(() => "coarse", { words: /gadget/ });
const disposed = { dispose: [], "Symbol(Symbol.dispose)": [] };
const result = (name: string): Record<string, Given[]> => ({
  [`${name}.deserialize`]: [bytesOf(LEVELED_OBJECTS[name] as string), reading],
  [`${name}#serialize`]: [],
  [`${name}#decrypt`]: [clientKey],
});
const of = (path: string, entries: Record<string, Given[]>): Record<string, Given[]> =>
  Object.fromEntries(Object.entries(entries).map(([name, args]) => [`${path}${name}`, args]));

export const LEVELED_ENTRY_POINTS: Readonly<Record<string, Given[]>> = {
  "PackedVector.encrypt": [
    numbers("values"),
    clientKey,
    options<PackedVectorOptions>({ modulus: integer("modulus"), onProgress, signal }),
  ],
  "PackedVector.deserialize": [bytesOf("packed"), reading],
  "PackedVector#serialize": [],
  "SelectorList.encrypt": [
    numbers("values"),
    clientKey,
    options<SelectorOptions>({ gadget, onProgress, signal }),
  ],
  "SelectorList.deserialize": [bytesOf("selectorList"), reading],
  "SelectorList#serialize": [],
  ...result("FlagResult"),
  ...result("SumResult"),
  ...result("RowResult"),
  ...of("LoadedVector#", disposed),
  ...of("LoadedSelectors#", { ...disposed, at: [{ ...number, right: () => 0 }] }),
  ...of("ClearTable#", disposed),
  "EngineFlags#at": [number],
  "LeveledEngine.create": [
    options<LeveledEngineOptions>({
      parameters,
      allowInsecureParameters: flag,
      threads: integer("threads", 0),
      memoryLimitBytes: integer("memoryLimitBytes", 2 ** 30),
      onProgress,
      signal,
    }),
  ],
  ...of("LeveledEngine#", {
    load: [atRest("packed", /PackedVector/), progress],
    evaluate: [program, progress],
    sum: [program, sums],
    explain: [program],
    explainSum: [program, sums],
    table: [shape({ gadget: optional(gadget) }), bytes(() => Uint8Array.of(1, 2)), progress],
    fetch: [ours("table", /ClearTable/), ours("selectors", /LoadedSelectors/), progress],
    ...disposed,
  }),
  tableShape: [
    shape({ gadget: optional(gadget), parameters: optional(parameters) } satisfies Partial<
      Record<keyof TableOptions, Given>
    >),
  ],
  constantBits: [one, members(form satisfies Record<keyof DigitForm, Given>, /options|width/)],
  lessThan: [numbers("values"), comparison],
  equals: [numbers("values"), comparison],
  flagModulus: [optional(parameters)],
  loadFlags: [ours("engine", /Engine/, ["one of another engine"]), atRest("flags", /PackedVector/)],
  sumAtLeast: [
    ours("engine", /Engine|another engine/),
    list([ours("b", /handle/), ours("b", /handle/)], /array/, ["array"]),
    integer("threshold"),
    optional(given(() => [1, 2], { words: /weights?/, accepts: ["array", "a Proxy of the right thing"] })),
  ],
};
