import type { UserConfig } from "tsdown";

/*
 * The library is published as one module, none of whose top-level values does anything but be there. Bundlers see that of
 * files, not of what is in them, unless calls are marked as pure: then a page gets of the library what it uses.
 */

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

export type Plugin = Extract<UserConfig["plugins"], { name: string }>;

/** Marks all values of a module as pure: who does not use them leaves them out. */
export const annotatePure: Plugin = {
  name: "annotate-pure",
  renderChunk(code: string): string {
    const { body } = this.parse(code) as unknown as { body: Node[] };
    const values = body.filter(({ type }) => type === "VariableDeclaration").flatMap(valuesOf);
    const pieces: string[] = [];
    let end = 0;
    for (const { name, init } of values) {
      if (init === null || !acts(init)) continue;
      const text = code.slice(init.start, init.end);
      pieces.push(code.slice(end, init.start), `/* @__PURE__ */ (() => ${named(init, name, text)})()`);
      end = init.end;
    }
    return [...pieces, code.slice(end)].join("");
  },
};

interface Value {
  readonly name: string;
  readonly init: Node | null;
}

function valuesOf({ declarations }: Node): Value[] {
  return (declarations as Node[])
    .filter(({ id }) => (id as Node).type === "Identifier")
    .map(({ id, init }) => ({ name: String((id as Node).name), init: init as Node | null }));
}

/** An expression that returns the value, whatever it is; a class has the name that it had by being assigned. */
function named({ type, id }: Node, name: string, text: string): string {
  if (type === "ObjectExpression") return `(${text})`;
  return type === "ClassExpression" && id === null ? text.replace("class", `class ${name}`) : text;
}

/** What runs where it stands, and could do something. */
const ACTIONS: ReadonlySet<string> = new Set([
  "CallExpression",
  "NewExpression",
  "MemberExpression",
  "TaggedTemplateExpression",
  "SpreadElement",
  "StaticBlock",
]);

/** What runs later, if at all. */
const LATER: ReadonlySet<string> = new Set(["ArrowFunctionExpression", "FunctionExpression"]);

/** Whether an expression does more than to stand for a value. */
function acts(node: Node): boolean {
  if (ACTIONS.has(node.type)) return true;
  if (LATER.has(node.type)) return false;
  if (node.type === "PropertyDefinition" && node.static !== true) return acts(node.key as Node);
  return Object.values(node).flat().filter(isNode).some(acts);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}
