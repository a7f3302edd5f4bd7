import { QueryError } from "../errors.ts";
import type { Schema } from "../schema/schema.ts";
import { type Fields, type Node, some } from "./ast.ts";
import type { BaseColumns } from "./base.ts";
import { placeOf } from "./place.ts";
import type { Scope } from "./scope.ts";

/** What the parts of an analysis have in common. */
export interface Context {
  readonly text: string;
  readonly schema: Schema;
  readonly scope: Scope;
  /** Which parameters are secret, from 1 on. */
  readonly secrets: ReadonlySet<number>;
  readonly base: BaseColumns;
  /** Whether the server is not to know the form of WHERE: then PostgreSQL tells nothing of it. */
  readonly hidden?: boolean;
}

export function mentionsSecret(value: unknown, { secrets }: Pick<Context, "secrets">): boolean {
  return some(value, "ParamRef", ({ number }) => secrets.has(number as number));
}

export function mentionsColumn(value: unknown): boolean {
  return some(value, "ColumnRef") || some(value, "SubLink");
}

/** An error about a node, with the first place that is known of it or of what is below. */
export function errorAt({ text }: Pick<Context, "text">, message: string, node: unknown): QueryError {
  return new QueryError(message, { place: placeOf(text, firstLocation(node)) });
}

function firstLocation(node: unknown): number | undefined {
  let first: number | undefined;
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const { location } = value as Fields;
    if (typeof location === "number" && location >= 0) first = Math.min(first ?? location, location);
    for (const below of Object.values(value)) visit(below);
  };
  visit(node);
  return first;
}

/** A tree as text, without places: equal for what is written alike. */
export function written(node: Node | undefined): string {
  return JSON.stringify(node, (key, below) => (/location$/.test(key) ? undefined : below));
}
