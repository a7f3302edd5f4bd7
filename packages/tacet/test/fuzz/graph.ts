import { GraphError } from "../../src/errors.ts";
import { type Block, termsOf } from "../../src/graph/block.ts";
import type { Bounds, Builder } from "../../src/graph/builder.ts";
import { WORLDS } from "./check-plan.ts";
import type { Event, ParametersName } from "./program.ts";
import { Random } from "./random.ts";
import { type Outcome, PARAMETERS, type Setting } from "./run-program.ts";
import { contentOf, type Ground, negated, Simulation } from "./simulation.ts";

/** A ciphertext that a graph starts from. */
export interface GraphInput {
  readonly id: number;
  readonly max: number;
  readonly noiseLevel: number;
  readonly values: readonly number[];
  /** Whether nobody vouches for where it stands. */
  readonly unchecked?: boolean;
}

/** Loads the ciphertext of an input once more, or one of the same mask: that of other values, or its complement. */
export interface Load {
  readonly do: "load";
  readonly id: number;
  readonly of: number;
  readonly negative: boolean;
  /** What is added to the values, or taken off its largest one as the values are. */
  readonly shift: number;
}

/** A linear combination of earlier blocks, or a lookup of one, or of a combination that uses the padding bit. */
export type Node =
  | {
      readonly do: "linear";
      readonly id: number;
      readonly terms: readonly (readonly [coefficient: number, ref: number])[];
      readonly constant: number;
      /** What is known of the values beyond what the terms tell. */
      readonly bounds?: Bounds;
    }
  /** The table has an entry for each value of a block. */
  | { readonly do: "lookup"; readonly id: number; readonly ref: number; readonly table: readonly number[] }
  /** What an entry and the one a capacity further, which the table has not, add up to is `sum`; then they repeat. */
  | {
      readonly do: "wide";
      readonly id: number;
      readonly terms: readonly (readonly [coefficient: number, ref: number])[];
      readonly constant: number;
      readonly table: readonly number[];
      readonly sum: number;
    };

type Wide = Extract<Node, { do: "wide" }>;

export function isNode(item: GraphItem): item is Node {
  return item.do === "linear" || item.do === "lookup" || item.do === "wide";
}

export function operandsOf(node: Node): number[] {
  return node.do === "lookup" ? [node.ref] : node.terms.map(([, ref]) => ref);
}

/** The same node of other operands. */
export function withOperands<N extends Node>(node: N, name: (ref: number) => number): N {
  if (node.do === "lookup") return { ...node, ref: name(node.ref) };
  return { ...node, terms: node.terms.map(([coefficient, ref]) => [coefficient, name(ref)] as const) };
}

function entryAt({ table, sum }: Wide, value: number): number {
  const turns = Math.floor(value / table.length);
  const entry = table[value - turns * table.length];
  return turns % 2 === 0 ? entry : sum - entry;
}

export type GraphItem = Node | Load | Event;

/** A graph as plain data, and what happens while it grows. */
export interface Graph {
  readonly parameters: ParametersName;
  readonly inputs: readonly GraphInput[];
  readonly items: readonly GraphItem[];
}

/** The block of a node; nothing where the builder refuses it: then its first operand takes its place. */
export function build(builder: Builder, node: Node, blockOf: (id: number) => Block): Block | undefined {
  try {
    if (node.do === "lookup") return builder.lookup(blockOf(node.ref), node.table);
    const summands = node.terms.map(([coefficient, ref]) => [coefficient, blockOf(ref)] as const);
    if (node.do === "wide")
      return builder.lookupWide(summands, node.constant, (value) => entryAt(node, value));
    return builder.linear(summands, node.constant, node.bounds);
  } catch (error) {
    if (error instanceof GraphError) return undefined;
    throw error;
  }
}

const NOTHING: Outcome = { failure: undefined, plans: 0, rotations: 0, results: 0 };

function isWithin(value: number, { min = value, max = value }: Bounds = {}): boolean {
  return value >= min && value <= max;
}

/** The values of a ciphertext of the same mask as an input, which may be none. */
export function valuesOfLoad({ negative, shift }: Load, { values, max }: GraphInput): number[] {
  return values.map((value) => (negative ? max - shift - value : value + shift));
}

/** What a node gives for what its operands are, in each world. */
function valuesOf(node: Node, of: (id: number) => readonly number[]): number[] {
  if (node.do === "lookup") return of(node.ref).map((value) => node.table[value]);
  const sums = Array.from({ length: WORLDS }, (_, world) =>
    node.terms.reduce((sum, [coefficient, ref]) => sum + coefficient * of(ref)[world], node.constant),
  );
  return node.do === "wide" ? sums.map((value) => entryAt(node, value)) : sums;
}

/** Runs a graph on a simulated engine, in all worlds at once. */
export async function runGraph(graph: Graph, { crew, seed }: Setting, ground: Ground): Promise<Outcome> {
  const simulation = new Simulation(ground, PARAMETERS[graph.parameters], crew, new Random(seed));
  const { builder } = simulation;
  const blocks = new Map<number, Block>();
  const values = new Map<number, readonly number[]>();
  const known = new Map<number, Node>();
  const requests: AbortController[] = [];
  let failure: Outcome["failure"];
  let results = 0;
  let open = 0;
  const blame = (error: unknown): void => {
    failure ??= { message: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  };
  const ask = async (refs: readonly number[], { signal }: AbortController): Promise<void> => {
    open++;
    try {
      const right = refs.map((ref) => values.get(ref)!);
      const found = await simulation.compute(blocksOf(refs), { signal });
      for (const [at, ref] of refs.entries()) {
        results++;
        if (found[at].join() !== right[at].join()) blame(`b${ref} is ${found[at]}, expected ${right[at]}`);
      }
    } catch (error) {
      if (!signal.aborted || error !== signal.reason) blame(error);
    } finally {
      open--;
    }
  };
  const keep = (id: number, block: Block, known: readonly number[]): void => {
    builder.retain([block]);
    blocks.set(id, block);
    values.set(id, known);
    for (const value of known) {
      if (value < block.min || value > block.max) {
        blame(`b${id} is ${value}, outside ${block.min} to ${block.max}`);
      }
    }
  };
  const blocksOf = (refs: readonly number[]): Block[] => refs.map((ref) => blocks.get(ref)!);

  /** Equal nodes are one node, for as long as there is one. */
  const buildAgain = (): void => {
    const newest = builder.input({ max: 1 }).id;
    for (const [id, node] of known) {
      if (!blocks.has(id) || !operandsOf(node).every((ref) => blocks.has(ref))) continue;
      const block = build(builder, node, (ref) => blocks.get(ref)!);
      const before = blocks.get(id)!;
      // A lookup of which little is known may be a part of any of several others, which told more while they were there.
      if (node.do === "lookup" && before.kind === "linear") continue;
      const isKnown =
        block === before ||
        (node.do !== "linear" && termsOf(block!).every(({ source }) => source.id < newest));
      if (!isKnown) blame(`b${id} is built twice`);
    }
    builder.sweep();
  };
  const load = (input: GraphInput, given: readonly number[], negative: boolean): Block => {
    const { id, max, noiseLevel, unchecked } = input;
    const content = contentOf(given, max, noiseLevel, simulation.parameters, new Random(id));
    return simulation.load(negative ? negated(content) : content, unchecked ? "unchecked" : "big");
  };

  try {
    for (const input of graph.inputs) keep(input.id, load(input, input.values, false), input.values);
    builder.sweep();
    for (const item of graph.items) {
      if (failure !== undefined) break;
      if (isNode(item)) {
        const block = build(builder, item, (id) => blocks.get(id)!);
        const [stead] = operandsOf(item);
        if (block === undefined) keep(item.id, blocks.get(stead)!, values.get(stead)!);
        else {
          const right = valuesOf(item, (id) => values.get(id)!);
          // What has been made smaller may have lost what the bound came from: then it says nothing.
          if (item.do === "linear" && !right.every((value) => isWithin(value, item.bounds))) return NOTHING;
          keep(item.id, block, right);
          known.set(item.id, item);
        }
        builder.sweep();
      } else if (item.do === "load") {
        const input = graph.inputs.find(({ id }) => id === item.of)!;
        const given = valuesOfLoad(item, input);
        if (!given.every((value) => value >= 0 && value <= input.max)) return NOTHING;
        keep(item.id, load(input, given, item.negative), given);
        builder.sweep();
      } else if (item.do === "request") {
        const request = new AbortController();
        requests.push(request);
        void ask(item.refs, request);
      } else if (item.do === "finish") {
        await simulation.finish(() => open > 0);
        buildAgain();
      } else if (item.do === "run") await simulation.run(item.moves);
      else if (item.do === "abort") requests[item.request].abort("given up");
      else if (item.do === "explain") simulation.explain(blocksOf(item.refs), item.crew ?? crew);
      else {
        builder.release(blocksOf([item.ref]));
        blocks.delete(item.ref);
      }
    }
    await simulation.finish(() => open > 0);
    buildAgain();
  } catch (error) {
    blame(error);
  }
  builder.release(blocks.values());
  if (failure === undefined && (builder.size > 0 || simulation.ciphertexts > 0)) {
    blame(`${builder.size} nodes and ${simulation.ciphertexts} ciphertexts are left when all is released`);
  }
  simulation.dispose();
  return { failure, plans: simulation.plans, rotations: simulation.rotations, results };
}
