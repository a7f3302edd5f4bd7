import type { Node, SelectStmt } from "@pgsql/types";

export type { Node, SelectStmt };

/** The fields of a node, whichever it is. */
export type Fields = Readonly<Record<string, unknown>>;

/** What a node is, and its fields. */
export function open(node: Node): readonly [kind: string, fields: Fields] {
  return Object.entries(node)[0] as [string, Fields];
}

/** The fields of a node if it is of the kind. */
export function as<Kind extends string>(
  node: Node | undefined,
  kind: Kind,
): Extract<Node, Record<Kind, unknown>> extends Record<Kind, infer F> ? F | undefined : never {
  return (node as Record<string, unknown> | undefined)?.[kind] as never;
}

/** The names that a list of strings has. */
export function stringsOf(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).map((node) => as(node, "String")?.sval ?? "");
}

/**
 * Where a node begins, in bytes of the text. Operators have the place of their sign: so that of their left operand counts
 * first.
 */
export function locationOf(node: Node | undefined): number | undefined {
  if (node === undefined) return undefined;
  const [, fields] = open(node);
  const own = fields.location;
  return typeof own === "number" && own >= 0 ? own : undefined;
}

/** Calls `visit` for every node below and including one, parents first; what it returns `false` for is not entered. */
export function walk(value: unknown, visit: (kind: string, fields: Fields) => boolean | undefined): void {
  if (Array.isArray(value)) {
    for (const element of value) walk(element, visit);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, below] of Object.entries(value)) {
      const isNode = /^[A-Z]/.test(key);
      if (isNode && visit(key, below as Fields) === false) continue;
      walk(below, visit);
    }
  }
}

/** Whether something below is of the kind, and `test` holds for it. */
export function some(value: unknown, kind: string, test: (fields: Fields) => boolean = () => true): boolean {
  let found = false;
  walk(value, (name, fields) => {
    found ||= name === kind && test(fields);
    return !found;
  });
  return found;
}

/** A copy in which nodes are replaced by what `change` gives for them; `undefined` keeps one and goes on below it. */
export function replace<T>(value: T, change: (node: Node) => Node | undefined): T {
  if (Array.isArray(value)) return value.map((element) => replace(element, change)) as T;
  if (typeof value !== "object" || value === null) return value;
  const keys = Object.keys(value);
  if (keys.length === 1 && /^[A-Z]/.test(keys[0]!)) {
    const changed = change(value as unknown as Node);
    if (changed !== undefined) return changed as T;
  }
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, replace(below, change)])) as T;
}

export const column = (...names: string[]): Node => ({
  ColumnRef: { fields: names.map((sval) => ({ String: { sval } })) },
});

export const and = (conditions: readonly Node[]): Node | undefined =>
  conditions.length <= 1 ? conditions[0] : { BoolExpr: { boolop: "AND_EXPR", args: [...conditions] } };
