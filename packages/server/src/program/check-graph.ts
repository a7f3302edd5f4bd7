import { compile } from "tacet/regex";
import { z } from "zod";
import { describeJson, hasKeys } from "./catalogue/clear-values.ts";
import type { Signature } from "./catalogue/signature.ts";
import { NodeChecker, type PatternCheck } from "./check-node.ts";
import { Place, ProgramError } from "./error.ts";
import { type Form, isTextName, TYPE_NAMES } from "./forms.ts";
import {
  formOfInput,
  frozen,
  type Graph,
  type GraphInput,
  type GraphNode,
  type GraphOutput,
} from "./graph.ts";
import { type GraphLimits, limitsWith } from "./limits.ts";
import { isName, isProgramName, NAMES_ARE } from "./specification.ts";

/** Inputs, and outputs, that a graph may have. */
const MOST_NAMES = 1000;
/** Values that a graph may give, in all lists together. */
const MOST_GIVEN = 2 ** 16;

const type = z.enum(TYPE_NAMES as [string, ...string[]]);
const count = z.number().int().nonnegative();
const name = z.string().refine(isName, `a name is ${NAMES_ARE}, and none that all objects have`);
/** The outer form of a graph. Nodes are for the catalogue to check. */
const OUTER = z.strictObject({
  version: z.literal(1),
  name: z
    .string()
    .refine(isProgramName, "the name of a program is a letter, and then up to 99 letters, digits and _ . -"),
  inputs: z
    .array(
      z.strictObject({
        name,
        type,
        length: count.optional(),
        size: count.optional(),
        padded: z.literal(true).optional(),
        checked: z.literal(true).optional(),
      }),
    )
    .max(MOST_NAMES),
  nodes: z.custom<readonly unknown[]>(Array.isArray, "expected a list of nodes"),
  outputs: z
    .array(z.strictObject({ name, type, of: z.union([count, z.custom<readonly unknown[]>(Array.isArray)]) }))
    .min(1)
    .max(MOST_NAMES),
});

/** How the nodes of a graph are carried out. */
export interface CheckedGraph {
  readonly graph: Graph;
  /** For each node, its operation. */
  readonly signatures: readonly Signature[];
  /** The forms of all values. */
  readonly forms: readonly Form[];
  /** For each node, the number of its first result. */
  readonly firstResults: readonly number[];
  /** For each node, about how many table lookups it takes: a measure to cut graphs by, and nothing to send bills by. */
  readonly work: readonly number[];
}

const known = new WeakMap<Graph, CheckedGraph>();

/**
 * The graph in some JSON, in UTF-8 if it is bytes.
 *
 * @throws ProgramError for what is no JSON, too large, or no graph: see `checkGraph`.
 */
export function parseGraph(json: string | Uint8Array, limits?: Partial<GraphLimits>): Graph {
  const { bytes } = limitsWith(limits);
  if (json.length > bytes)
    throw new ProgramError(`the graph takes ${json.length} bytes; the most is ${bytes}`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(
      typeof json === "string" ? json : new TextDecoder("utf-8", { fatal: true }).decode(json),
    );
  } catch (cause) {
    throw new ProgramError("the graph is no JSON in UTF-8", "", { cause });
  }
  return checkGraph(parsed, limits);
}

/**
 * Checks a graph from outside. What comes back is the same in its one form, and cannot be changed: the same graph has the
 * same text. It takes time and memory in proportion to the graph and its numbers of values, which are bounded.
 *
 * @throws ProgramError for what is no graph, with the path to what is wrong in it, and beyond a limit.
 */
export function checkGraph(json: unknown, limits?: Partial<GraphLimits>): Graph {
  return checkedGraph(json, limits).graph;
}

/** The same with what follows of it. What has been checked already is not checked again, unless there are limits. */
export function checkedGraph(json: unknown, limits?: Partial<GraphLimits>): CheckedGraph {
  const found = limits === undefined ? known.get(json as Graph) : undefined;
  if (found !== undefined) return found;
  const bounds = limitsWith(limits);
  const outer = checkOuter(json, bounds);
  const inputs = outer.inputs as GraphInput[];
  const checker = new NodeChecker(checkInputs(inputs, bounds), bounds, checkPattern);
  const nodes: GraphNode[] = [];
  const signatures: Signature[] = [];
  const firstResults: number[] = [];
  const work: number[] = [];
  const all = new Place("nodes");
  for (const [i, node] of outer.nodes.entries()) {
    const place = all.at(i);
    if (!hasKeys(node, "op", "of"))
      throw place.error(`expected an object with op and of, not ${describeJson(node)}`);
    if (!Array.isArray(node.of))
      throw place.at("of").error(`expected a list of arguments, not ${describeJson(node.of)}`);
    firstResults.push(checker.forms.length);
    const checked = checker.add(node.op, node.of, place);
    nodes.push(checked.node);
    signatures.push(checked.signature);
    work.push(checked.work);
  }
  const outputs = checkOutputs(outer.outputs as unknown as GraphOutput[], checker.forms, bounds);
  const graph = frozen({
    version: 1,
    name: outer.name,
    inputs: inputs.map(orderedInput),
    nodes,
    outputs,
  } as const);
  const checked = { graph, signatures, forms: checker.forms, firstResults, work };
  known.set(graph, checked);
  return checked;
}

function checkOuter(json: unknown, limits: GraphLimits): z.infer<typeof OUTER> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new ProgramError(`expected a graph, an object, not ${describeJson(json)}`);
  }
  const { nodes, inputs, outputs } = json as Partial<Record<string, unknown>>;
  // What is too long is not looked at.
  for (const [key, list, most] of [
    ["nodes", nodes, limits.nodes],
    ["inputs", inputs, MOST_NAMES],
    ["outputs", outputs, MOST_NAMES],
  ] as const) {
    if (Array.isArray(list) && list.length > most) {
      throw new ProgramError(`a list of ${list.length}; the most is ${most}`, key);
    }
  }
  const stray = [
    json,
    ...[inputs, outputs].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : [])),
  ];
  for (const part of stray) {
    if (typeof part !== "object" || part === null || !Object.hasOwn(part, "__proto__")) continue;
    throw new ProgramError("an object has the key __proto__, which no graph has");
  }
  const parsed = OUTER.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue.path.reduce<Place | undefined>(
    (at, step) =>
      at === undefined ? new Place(String(step)) : at.at(typeof step === "number" ? step : String(step)),
    undefined,
  );
  throw new ProgramError(issue.message, place?.path ?? "");
}

function checkInputs(inputs: readonly GraphInput[], { listLength, textSize, values }: GraphLimits): Form[] {
  const names = new Set<string>();
  const forms: Form[] = [];
  for (const [i, input] of inputs.entries()) {
    const place = new Place("inputs").at(i);
    const { length, size, padded } = input;
    if (names.has(input.name)) throw place.at("name").error("another input has the same name");
    names.add(input.name);
    if (length !== undefined && length > listLength) {
      throw place.at("length").error(`a list of ${length}; the most is ${listLength}`);
    }
    const isText = isTextName(input.type);
    if (isText !== (size !== undefined) || (!isText && padded !== undefined)) {
      throw place.error("texts have a size, and may be padded; other values have and are neither");
    }
    if (size !== undefined && size > textSize) {
      throw place.at("size").error(`a text of ${size} characters; the most is ${textSize}`);
    }
    const elements = length ?? 1;
    if (forms.length + elements > values) throw place.error(`the graph has more than ${values} values`);
    const form = formOfInput(input);
    for (let k = 0; k < elements; k++) forms.push(form);
  }
  return forms;
}

function checkOutputs(
  outputs: readonly GraphOutput[],
  forms: readonly Form[],
  { listLength }: GraphLimits,
): GraphOutput[] {
  const names = new Set<string>();
  let given = 0;
  return outputs.map((output, i) => {
    const place = new Place("outputs").at(i);
    if (names.has(output.name)) throw place.at("name").error("another output has the same name");
    names.add(output.name);
    const at = place.at("of");
    const check = (value: unknown, where: Place): number => {
      const form = typeof value === "number" && Number.isInteger(value) ? forms[value] : undefined;
      if (form === undefined)
        throw where.error(`there is no value of this number: there are ${forms.length}`);
      if (form.type === output.type) return value as number;
      throw where.error(`the value is of type ${form.type}; expected ${output.type}`);
    };
    const { name: own, type: typeName, of } = output;
    if (!Array.isArray(of)) return { name: own, type: typeName, of: check(of, at) };
    if (of.length > listLength) throw at.error(`a list of ${of.length}; the most is ${listLength}`);
    given += of.length;
    if (given > MOST_GIVEN) throw at.error(`the graph gives more than ${MOST_GIVEN} values`);
    return { name: own, type: typeName, of: of.map((value, k) => check(value, at.at(k))) };
  });
}

/** An input with its keys in order. */
function orderedInput({ name: own, type: typeName, length, size, padded, checked }: GraphInput): GraphInput {
  return {
    name: own,
    type: typeName,
    ...(length === undefined ? {} : { length }),
    ...(size === undefined ? {} : { size }),
    ...(padded === undefined ? {} : { padded }),
    ...(checked === undefined ? {} : { checked }),
  };
}

/** Whether a regular expression is one, and has what automata can do. Automata themselves are made when it is run. */
const checkPattern: PatternCheck = (source, flags, place) => {
  try {
    compile(source, { flags });
  } catch (cause) {
    throw place.error((cause as Error).message, { cause });
  }
};
