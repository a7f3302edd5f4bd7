import { type ColumnType, date, decimal, integer, text, timestamp, uuid } from "../schema/types.ts";
import { as, type Node, open, stringsOf } from "./ast.ts";
import { type Context, errorAt } from "./context.ts";

/**
 * The type of what a secret is compared with.
 *
 * @throws QueryError if it cannot be told from the schema or a cast.
 */
export function typeOfValue(node: Node, context: Context): ColumnType {
  const [kind, fields] = open(node);
  if (kind === "ColumnRef") {
    const { type, name } = context.scope.resolve(as(node, "ColumnRef")!);
    if (type === undefined) {
      throw errorAt(
        context,
        `the type of ${name} is not known from the schema: cast it, as in ${name}::integer`,
        node,
      );
    }
    return type;
  }
  if (kind === "TypeCast") {
    const { names, typmods } = fields.typeName as { names?: Node[]; typmods?: Node[] };
    const type = typeOfCast(stringsOf(names).at(-1)!, (typmods ?? []).map(modifierOf));
    if (type !== undefined) return type;
  }
  if (kind === "FuncCall" && ["lower", "upper"].includes(stringsOf(fields.funcname as Node[]).at(-1)!)) {
    const inner = typeOfValue((fields.args as Node[])[0]!, context);
    if (inner.type === "text") return inner;
    if (inner.type === "dictionary") return text();
  }
  const message =
    "secrets are compared with a column, or with what is cast to a type, as in (a + b)::integer";
  throw errorAt(context, message, node);
}

function modifierOf(node: Node): number {
  return as(node, "A_Const")?.ival?.ival ?? 0;
}

function typeOfCast(name: string, modifiers: readonly number[]): ColumnType | undefined {
  switch (name) {
    case "bool":
      return { type: "boolean" };
    case "int2":
      return integer(16);
    case "int4":
      return integer(32);
    case "int8":
      return integer(64);
    case "numeric":
      return modifiers.length > 0 && modifiers[0]! <= 38 && (modifiers[1] ?? 0) >= 0
        ? decimal(modifiers[0]!, modifiers[1])
        : undefined;
    case "date":
      return date();
    case "timestamp":
      return modifiers.length === 0 ? timestamp() : undefined;
    case "uuid":
      return uuid();
    case "text":
      return text();
    default:
      return undefined;
  }
}
