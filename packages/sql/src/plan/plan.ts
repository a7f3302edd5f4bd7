import type { ColumnType } from "../schema/types.ts";
import type { Expression } from "../value/expression.ts";

/**
 * How a query with secrets is answered. Plain data, and the same at client and server, which both make it of the schema and
 * of what is public of the query.
 */
export interface Plan {
  /** What PostgreSQL computes in the clear: one row for each candidate, in the query's order if it has one. */
  readonly base: BaseQuery;
  /** Columns of the base query that secret predicates are about. */
  readonly values: readonly PlanValue[];
  /** What the client sends flags for. */
  readonly slots: readonly Slot[];
  /** When a candidate counts: the first is WHERE, others are those of aggregates with FILTER, which include it. */
  readonly formulas: readonly Formula[];
  readonly answer: RowsAnswer | GroupsAnswer;
  /** What the client makes of the answer. */
  readonly outputs: readonly Output[];
  readonly limit: Expression | undefined;
  readonly offset: Expression | undefined;
}

export interface BaseQuery {
  readonly text: string;
  /** Which parameters of the query its own are, from 1 on. None of them is secret. */
  readonly parameters: readonly number[];
  /** Whether it gives the same whenever it is asked, as long as the tables are the same. */
  readonly timeless: boolean;
}

export interface PlanValue {
  /** Of the base query. */
  readonly column: number;
  readonly type: ColumnType;
}

/** A monotone formula over slots: negations are in the flags. */
export type Formula =
  | { readonly kind: "all" | "any"; readonly of: readonly Formula[] }
  | { readonly kind: "slot"; readonly slot: number }
  /** A Boolean column of the base query. */
  | { readonly kind: "clear"; readonly column: number }
  | { readonly kind: "constant"; readonly value: boolean };

/** What is compared with a value. */
export type Test =
  | { readonly kind: "equal" | "less" | "atMost"; readonly constant: Expression }
  | { readonly kind: "in"; readonly constants: readonly Expression[] }
  /** IS NULL, which is never unknown: only where the form of WHERE is hidden, as PostgreSQL tells it otherwise. */
  | { readonly kind: "null" }
  /** `= ANY` of an array, which is one parameter. */
  | { readonly kind: "anyOf"; readonly array: Expression }
  /** IS NOT DISTINCT FROM, which is never unknown. */
  | { readonly kind: "same"; readonly constant: Expression }
  | {
      readonly kind: "like";
      readonly pattern: Expression;
      readonly escaping: string;
      readonly insensitive: boolean;
    };

/** Which outcomes of a test count: true or (where it is not `positive`) false, and unknown as well or not. */
export interface Wanted {
  readonly positive: boolean;
  readonly unknown: boolean;
}

/** Tests on one value. */
export type Condition =
  | { readonly kind: "all" | "any"; readonly of: readonly Condition[] }
  | { readonly kind: "test"; readonly test: Test; readonly wanted: Wanted };

/** What holds for NULL: known from the query, or one flag more. */
export type AtNull = boolean | "secret";

/** What the client encodes of its constants; sizes follow from what is public. */
export type Slot = TableSlot | EqualSlot | OrderSlot | LikeSlot | NullSlot;

/** One flag for each value that the column can have. */
export interface TableSlot {
  readonly kind: "table";
  readonly value: number;
  /** Codes of the type; one more follows for NULL where that is secret. */
  readonly size: number;
  readonly atNull: AtNull;
  readonly condition: Condition;
}

/** One flag for each value of each digit: of the code, or of a hash. All of them hold, or (if it is not `positive`) any. */
export interface EqualSlot {
  readonly kind: "equal";
  readonly value: number;
  readonly sizes: readonly number[];
  readonly hashed: boolean;
  readonly atNull: AtNull;
  readonly constant: Expression;
  readonly same: boolean;
  readonly wanted: Wanted;
}

/** Two flags for each value of each digit, highest first: whether that decides, and whether the next digit does. */
export interface OrderSlot {
  readonly kind: "order";
  readonly value: number;
  readonly sizes: readonly number[];
  readonly atNull: AtNull;
  /** `<`, or ≤ where equality counts. */
  readonly constant: Expression;
  readonly equality: boolean;
  readonly wanted: Wanted;
}

/** Flags for each character that can stand at places that the pattern's public shape has. */
export interface LikeSlot {
  readonly kind: "like";
  readonly value: number;
  readonly atNull: AtNull;
  readonly pattern: Expression;
  readonly escaping: string;
  readonly insensitive: boolean;
  readonly wanted: Wanted;
}

/** Two flags: for what is not NULL, and for NULL. Where the form of WHERE is hidden, other slots are false for NULL. */
export interface NullSlot {
  readonly kind: "null";
  readonly value: number;
  readonly atNull: "secret";
  readonly holds: readonly [notNull: boolean, isNull: boolean];
}

/** The candidates for which WHERE holds. */
export interface RowsAnswer {
  readonly kind: "rows";
  /** Columns of the base query that a record has. */
  readonly record: readonly number[];
  /** Of the base query: of those that are equal in it, the first is taken (DISTINCT ON). */
  readonly distinct: number | undefined;
}

/** Sums over the candidates for which WHERE holds, for each group. */
export interface GroupsAnswer {
  readonly kind: "groups";
  /** Which group a candidate is of: a column of the base query; `undefined` for the one group that there always is. */
  readonly group: number | undefined;
  readonly record: readonly number[];
  readonly aggregates: readonly Aggregate[];
  readonly having: Expression | undefined;
  readonly order: readonly OrderItem[];
  /** Whether rows that are equal are given once. */
  readonly distinct: boolean;
}

export type AggregateName = "count" | "sum" | "avg" | "min" | "max" | "bool_and" | "bool_or";

export interface Aggregate {
  readonly name: AggregateName;
  /** Column of the base query; `undefined` for `count(*)`. */
  readonly argument: number | undefined;
  /** Column that numbers the values in their order, for MIN, MAX and COUNT(DISTINCT …). */
  readonly rank: number | undefined;
  readonly distinct: boolean;
  readonly formula: number;
}

export interface OrderItem {
  /** A column of the base query with the place in the order, NULLs and direction included; or what the client computes. */
  readonly by: { readonly rank: number } | { readonly expression: Expression };
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export interface Output {
  readonly name: string;
  readonly expression: Expression;
}
