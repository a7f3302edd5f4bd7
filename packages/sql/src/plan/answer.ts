import type { Aggregate } from "./plan.ts";

/** Records of which a client takes some, without telling which: what is public of them. */
export interface ShelfInfo {
  readonly count: number;
  /** Bytes of a record; all are padded to that. */
  readonly size: number;
  /** The types of its entries, as OIDs of PostgreSQL. */
  readonly types: readonly number[];
}

/** What is public of an answer: it follows from the tables and the clear part of the query. */
export type AnswerInfo = RowsInfo | GroupsInfo;

export interface RowsInfo {
  readonly kind: "rows";
  readonly candidates: number;
  /** Which candidates are alike in what DISTINCT ON names, if it does. */
  readonly classes?: readonly number[];
  readonly shelves: readonly [ShelfInfo];
}

export interface GroupsInfo {
  readonly kind: "groups";
  readonly groups: number;
  /** For each item of ORDER BY that PostgreSQL computes, the places of the groups. */
  readonly ranks: readonly (readonly number[])[];
  readonly aggregates: readonly AggregateInfo[];
  /** The ranges of all sums, in their order, as texts of their bounds. */
  readonly ranges: readonly (readonly [low: string, high: string])[];
  /** Of the groups; then of the values of each MIN and MAX. */
  readonly shelves: readonly ShelfInfo[];
}

export interface AggregateInfo {
  /** The type of the argument, as an OID of PostgreSQL; 0 for `count(*)`. */
  readonly type: number;
  /** How many digits after the point values of SUM and AVG have. */
  readonly scales?: readonly number[];
  /** For each group, the places of its values, in their order. */
  readonly values?: readonly (readonly number[])[];
  /** The shelf that has the values. */
  readonly shelf?: number;
}

/** How many sums an aggregate has for a group: first comes, for each group, the count of what it has. */
export function sumsOf(aggregate: Aggregate, info: AggregateInfo, group: number): number {
  if (aggregate.rank !== undefined) return info.values![group]!.length;
  if (aggregate.name === "count") return 1;
  return aggregate.name === "sum" || aggregate.name === "avg" ? info.scales!.length + 1 : 2;
}
