import { type Graph, type GraphItem, isNode, operandsOf, withOperands } from "../graph.ts";
import type { Setting } from "../run-program.ts";
import { renumbered, simplerCrews } from "./program.ts";
import { withoutSome } from "./shrink.ts";

/** A graph and how it is run. */
export interface GraphCase {
  readonly graph: Graph;
  readonly setting: Setting;
}

/** What can be left out of a case, or made simpler in it; what names what is not there has been left out. */
export function* simplerGraphCases({ graph, setting }: GraphCase): Generator<GraphCase> {
  for (const simpler of simplerGraphs(graph)) yield { graph: simpler, setting };
  for (const crew of simplerCrews(setting.crew)) yield { graph, setting: { ...setting, crew } };
  for (const [at, item] of graph.items.entries()) {
    if (item.do !== "explain") continue;
    const items = graph.items.with(at, { do: "request", refs: item.refs });
    yield { graph: { ...graph, items }, setting: { ...setting, crew: item.crew ?? setting.crew } };
  }
}

/** Whether nothing names what is not there. */
export function isSound({ inputs, items }: Graph): boolean {
  const known = new Set(inputs.map(({ id }) => id));
  const loaded = new Set(known);
  let requests = 0;
  return items.every((item) => {
    switch (item.do) {
      case "linear":
      case "wide":
      case "lookup": {
        const operands = operandsOf(item);
        if (operands.length === 0 || !operands.every((ref) => known.has(ref))) return false;
        known.add(item.id);
        return true;
      }
      case "load":
        known.add(item.id);
        return loaded.has(item.of);
      case "request":
        requests++;
        return item.refs.length > 0 && item.refs.every((ref) => known.has(ref));
      case "explain":
        return item.refs.length > 0 && item.refs.every((ref) => known.has(ref));
      case "dispose":
        return known.delete(item.ref);
      case "abort":
        return item.request < requests;
      default:
        return true;
    }
  });
}

function* simplerGraphs(graph: Graph): Generator<Graph> {
  const { inputs, items } = graph;
  const withItems = (changed: readonly GraphItem[]): Graph => ({ ...graph, items: changed });
  for (const fewer of withoutSome(items)) yield withItems(renumbered(items, fewer));
  for (const [at, item] of items.entries()) {
    if (!isNode(item)) continue;
    const rest = items.toSpliced(at, 1);
    for (const stead of operandsOf(item))
      yield withItems(rest.map((other) => renamed(other, item.id, stead)));
    const values = inputs[0].values.map((_, world) => (world * 7) % 4);
    yield { ...graph, inputs: [...inputs, { id: item.id, max: 3, noiseLevel: 1, values }], items: rest };
  }
  for (const fewer of withoutSome(inputs)) if (fewer.length > 0) yield { ...graph, inputs: fewer };
  for (const [at, item] of items.entries()) {
    for (const simpler of simplerItems(item)) yield withItems(items.with(at, simpler));
  }
  for (const [at, input] of inputs.entries()) {
    for (const max of [1, 3, input.max - 1]) {
      if (max >= input.max || max < 1) continue;
      const values = input.values.map((value) => Math.min(value, max));
      yield { ...graph, inputs: inputs.with(at, { ...input, max, values }) };
    }
    if (input.noiseLevel > 1) yield { ...graph, inputs: inputs.with(at, { ...input, noiseLevel: 1 }) };
  }
}

function renamed(item: GraphItem, from: number, to: number): GraphItem {
  const name = (id: number): number => (id === from ? to : id);
  switch (item.do) {
    case "linear":
    case "wide":
    case "lookup":
      return withOperands(item, name);
    case "request":
    case "explain":
      return { ...item, refs: [...new Set(item.refs.map(name))] };
    case "dispose":
      return { ...item, ref: name(item.ref) };
    default:
      return item;
  }
}

function* simplerItems(item: GraphItem): Generator<GraphItem> {
  switch (item.do) {
    case "request":
    case "explain":
      for (const refs of withoutSome(item.refs)) yield { ...item, refs };
      if (item.do === "explain" && item.crew)
        for (const crew of simplerCrews(item.crew)) yield { ...item, crew };
      break;
    case "run":
      for (const moves of [0, item.moves >> 1]) if (moves < item.moves) yield { ...item, moves };
      break;
    case "linear":
    case "wide":
      for (const terms of withoutSome(item.terms)) yield { ...item, terms };
      for (const [at, [coefficient, ref]] of item.terms.entries()) {
        if (coefficient !== 1) yield { ...item, terms: item.terms.with(at, [1, ref]) };
      }
      if (item.constant !== 0) yield { ...item, constant: 0 };
      break;
    case "lookup":
      for (const entry of [0, 1]) {
        for (const [at, old] of item.table.entries()) {
          if (old > entry) yield { ...item, table: item.table.with(at, entry) };
        }
      }
  }
}

/** A graph as a program for the library's own rooms, beside `test/fuzz`. */
export function printGraph({ parameters, inputs, items }: Graph, { crew }: Setting): string {
  const lines = items.map((item) => {
    switch (item.do) {
      case "load": {
        const { max, noiseLevel } = inputs.find(({ id }) => id === item.of)!;
        const twin = item.negative ? -1 - item.of : 1 + item.of;
        return `const b${item.id} = builder.input({ max: ${max}, noise: ${noiseLevel ** 2}, twin: ${twin} }); // ${JSON.stringify(item)}`;
      }
      case "linear":
        return `const b${item.id} = builder.linear([${item.terms.map(([c, ref]) => `[${c}, b${ref}]`).join(", ")}], ${item.constant}${item.bounds ? `, ${JSON.stringify(item.bounds)}` : ""});`;
      case "wide":
        return `const b${item.id} = builder.lookupWide([${item.terms.map(([c, ref]) => `[${c}, b${ref}]`).join(", ")}], ${item.constant}, (v) => [${item.table.concat(item.table.map((entry) => item.sum - entry)).join(", ")}].at(v % ${2 * item.table.length}));`;
      case "lookup":
        return `const b${item.id} = builder.lookup(b${item.ref}, [${item.table.join(", ")}]);`;
      case "request":
      case "explain": {
        const names = item.refs.map((ref) => `b${ref}`).join(", ");
        const { threads, batch, deterministic } = (item.do === "explain" && item.crew) || crew;
        const planned = deterministic ? { threads: 1, batch: 8 } : { threads, batch };
        return `plan([${names}], builder.parameters, { threads: ${planned.threads}, batch: ${planned.batch} }); // ${item.do}`;
      }
      default:
        return `// ${JSON.stringify(item)}`;
    }
  });
  const starts = inputs.map(
    ({ id, max, noiseLevel, values, unchecked }) =>
      `const b${id} = builder.input({ max: ${max}, noise: ${noiseLevel ** 2}, twin: ${1 + id}${unchecked ? ', form: "unchecked"' : ""} }); // ${values.join(" ")}`,
  );
  const [message, carry] = parameters.split("_");
  return [
    `const builder = new Builder(PARAM_MESSAGE_${message}_CARRY_${carry}_KS_PBS_TUNIFORM_2M128);`,
    ...starts,
    ...lines,
    "",
  ].join("\n");
}
