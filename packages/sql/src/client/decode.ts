import { DataError, LimitError, RequestError } from "../errors.ts";
import { type AggregateInfo, type GroupsInfo, type RowsInfo, sumsOf } from "../plan/answer.ts";
import { type Bounds, earlyNeeds } from "../plan/bounds.ts";
import type { Aggregate, GroupsAnswer, OrderItem, Output, Plan, RowsAnswer } from "../plan/plan.ts";
import { type Decimal, divide, formatDecimal, integer } from "../value/decimal.ts";
import { compareValues, type Environment, evaluate, truthOf } from "../value/evaluate.ts";
import { OID_OF, typeOfOid } from "../value/value.ts";
import type { Typed } from "./result.ts";

/** Takes records of a shelf by their places: as many as the query allows, however many of them are wanted. */
export type Take = (
  shelf: number,
  places: readonly number[],
) => Promise<readonly (readonly (string | null)[])[]>;

/** What a decoder needs beside the answer. */
export interface Decoding {
  readonly plan: Plan;
  readonly bounds: Bounds;
  /** Records that the server gives at most. */
  readonly most: number;
  readonly parameter: (number: number) => string | null;
  readonly take: Take;
}

const INT8 = 20;
const BOOL = 16;
const NUMERIC = 1700;
const VARCHAR = 1043;

/** The rows of a result: for each, its columns. */
export type Decoded = readonly (readonly Typed[])[];

/** The rows for which WHERE holds. @throws LimitError if they are more than the server gives. */
export async function decodeRows(
  truths: Uint8Array,
  info: RowsInfo,
  answer: RowsAnswer,
  { plan, bounds, most, parameter, take }: Decoding,
): Promise<Decoded> {
  const seen = new Set<number>();
  const matching: number[] = [];
  for (const [candidate, truth] of truths.entries()) {
    if (truth !== 1) continue;
    const alike = info.classes?.[candidate];
    if (answer.distinct !== undefined && seen.has(alike!)) continue;
    if (alike !== undefined) seen.add(alike);
    matching.push(candidate);
  }
  const places = matching.slice(
    bounds.offset,
    bounds.limit === undefined ? undefined : bounds.offset + bounds.limit,
  );
  expectAtMost(places.length, most);
  const records = await take(0, places);
  const { types } = info.shelves[0];
  return records.map((record) => {
    const clear = (entry: number) => typed(types[entry]!, record[entry]!);
    return computed(plan.outputs, { parameter, clear, aggregate: noAggregate });
  });
}

function expectAtMost(count: number, most: number): void {
  if (count > most)
    throw new LimitError(`the answer has more than the ${most} rows that the server gives: add a LIMIT`);
}

function noAggregate(): never {
  throw new RequestError("the answer has no aggregates");
}

function typed(oid: number, text: string | null): Typed {
  return { type: typeOfOid(oid), oid, text };
}

/** Columns of a row; what has no type of its own is a text. */
function computed(outputs: readonly Output[], environment: Environment): Typed[] {
  return outputs.map(({ expression }) => {
    const value = evaluate(expression, environment);
    return { oid: OID_OF[value.type], ...value };
  });
}

/** A group with what is known of it so far. */
interface Group {
  readonly index: number;
  record: readonly (string | null)[] | undefined;
  readonly aggregates: (Typed | undefined)[];
}

/** The groups that there are, as their outputs. @throws LimitError if they are more than the server gives. */
export function decodeGroups(
  sums: readonly bigint[],
  info: GroupsInfo,
  answer: GroupsAnswer,
  decoding: Decoding,
): Promise<Decoded> {
  return new Groups(sums, info, answer, decoding).decode();
}

class Groups {
  readonly #sums: readonly bigint[];
  readonly #info: GroupsInfo;
  readonly #answer: GroupsAnswer;
  readonly #decoding: Decoding;
  /** For each group, the sums of each aggregate. */
  readonly #parts: (readonly (readonly bigint[])[])[] = [];

  constructor(sums: readonly bigint[], info: GroupsInfo, answer: GroupsAnswer, decoding: Decoding) {
    this.#sums = sums;
    this.#info = info;
    this.#answer = answer;
    this.#decoding = decoding;
  }

  async decode(): Promise<Decoded> {
    const { plan, bounds, most } = this.#decoding;
    let groups = this.#present();
    const early = earlyNeeds(plan);
    await this.#complete(groups, (index) => early.aggregates.has(index), early.records);
    groups = groups.filter((group) => this.#having(group));
    this.#sort(groups);
    let rows: Group[] = groups;
    if (this.#answer.distinct) rows = this.#distinct(groups);
    rows = rows.slice(bounds.offset, bounds.limit === undefined ? undefined : bounds.offset + bounds.limit);
    expectAtMost(rows.length, most);
    await this.#complete(rows, (index) => !early.aggregates.has(index), !early.records);
    return rows.map((group) => computed(plan.outputs, this.#environment(group)));
  }

  /** The groups that have anything; the one that there always is, whatever it has. */
  #present(): Group[] {
    const { groups, aggregates: infos } = this.#info;
    const { aggregates, group } = this.#answer;
    let at = 0;
    const present: Group[] = [];
    for (let index = 0; index < groups; index++) {
      const count = this.#sums[at++]!;
      const parts = aggregates.map((aggregate, number) => {
        const length = sumsOf(aggregate, infos[number]!, index);
        at += length;
        return this.#sums.slice(at - length, at);
      });
      this.#parts.push(parts);
      if (group !== undefined && count === 0n) continue;
      const known = aggregates.map((aggregate, number) =>
        valueFromSums(aggregate, infos[number]!, parts[number]!),
      );
      present.push({ index, record: undefined, aggregates: known });
    }
    return present;
  }

  /** Takes records and values of groups, as far as they are wanted. */
  async #complete(
    groups: readonly Group[],
    wanted: (aggregate: number) => boolean,
    records: boolean,
  ): Promise<void> {
    const { take } = this.#decoding;
    if (records && this.#info.shelves[0]!.count > 0) {
      const found = await take(
        0,
        groups.map(({ index }) => index),
      );
      for (const [place, group] of groups.entries()) group.record = found[place];
    }
    for (const [number, { shelf, values, type }] of this.#info.aggregates.entries()) {
      if (shelf === undefined || !wanted(number)) continue;
      const places = groups.map(({ index }) => this.#extreme(number, index, values![index]!));
      const found = await take(
        shelf,
        places.map((place) => place ?? 0),
      );
      for (const [place, group] of groups.entries()) {
        // PostgreSQL has MIN and MAX of texts without a limit only.
        const oid = type === VARCHAR ? OID_OF.text : type;
        group.aggregates[number] = typed(oid, places[place] === undefined ? null : found[place]![0]!);
      }
    }
  }

  /** The place of the least or the largest value that a group has. */
  #extreme(number: number, group: number, values: readonly number[]): number | undefined {
    const sums = this.#parts[group]![number]!;
    const isThere = (sum: bigint) => sum > 0n;
    const index =
      this.#answer.aggregates[number]!.name === "min" ? sums.findIndex(isThere) : sums.findLastIndex(isThere);
    return values[index];
  }

  #environment(group: Group): Environment {
    const { types } = this.#info.shelves[0]!;
    return {
      parameter: this.#decoding.parameter,
      clear: (entry) => typed(types[entry]!, group.record![entry]!),
      aggregate: (index) => group.aggregates[index]!,
    };
  }

  #having(group: Group): boolean {
    const { having } = this.#answer;
    return having === undefined || truthOf(evaluate(having, this.#environment(group))) === true;
  }

  #sort(groups: Group[]): void {
    const { order } = this.#answer;
    let ranked = 0;
    const comparers = order.map((item) => {
      if ("rank" in item.by) {
        const ranks = this.#info.ranks[ranked++]!;
        return (a: Group, b: Group) => ranks[a.index]! - ranks[b.index]!;
      }
      const { expression } = item.by;
      return (a: Group, b: Group) => {
        const [left, right] = [a, b].map((group) => evaluate(expression, this.#environment(group)));
        return orderOf(left as Typed, right as Typed, item);
      };
    });
    groups.sort((a, b) => {
      for (const comparer of comparers) {
        const order = comparer(a, b);
        if (order !== 0) return order;
      }
      return 0;
    });
  }

  #distinct(groups: readonly Group[]): Group[] {
    const seen = new Set<string>();
    return groups.filter((group) => {
      const values = computed(this.#decoding.plan.outputs, this.#environment(group));
      const key = JSON.stringify(values.map(identity));
      return !seen.has(key) && seen.add(key);
    });
  }
}

/** What is the same of values that are equal: numbers are, whatever digits they are printed with. */
function identity({ type, text }: Typed): string | null {
  if (type !== "numeric" || text === null || !text.includes(".")) return text;
  return text.replace(/\.?0+$/, "");
}

function orderOf(a: Typed, b: Typed, { descending, nullsFirst }: OrderItem): number {
  if (a.text === null || b.text === null) {
    if (a.text === b.text) return 0;
    return (a.text === null) === nullsFirst ? -1 : 1;
  }
  const order = compareValues(a, b);
  return descending ? -order : order;
}

/** An aggregate as far as sums tell it: of MIN and MAX, the value is on a shelf. */
function valueFromSums(
  aggregate: Aggregate,
  info: AggregateInfo,
  sums: readonly bigint[],
): Typed | undefined {
  const { name, rank } = aggregate;
  if (name === "count") {
    const count = rank === undefined ? sums[0]! : BigInt(sums.filter((sum) => sum > 0n).length);
    return typed(INT8, count.toString());
  }
  if (rank !== undefined) return undefined;
  if (name === "sum" || name === "avg") return numberOf(name, info, sums);
  const [any, holding] = sums as [bigint, bigint];
  if (any === 0n) return typed(BOOL, null);
  return typed(BOOL, (name === "bool_and" ? holding === any : holding > 0n) ? "t" : "f");
}

/** SUM and AVG with as many digits as PostgreSQL gives them. @throws DataError if a sum is out of range. */
function numberOf(name: "sum" | "avg", { type, scales }: AggregateInfo, sums: readonly bigint[]): Typed {
  const counts = sums.slice(0, -1);
  const count = counts.reduce((sum, one) => sum + one, 0n);
  const small = name === "sum" && ["int2", "int4"].includes(typeOfOid(type));
  const oid = small ? INT8 : NUMERIC;
  if (count === 0n) return typed(oid, null);
  const scale = scales![counts.findLastIndex((one) => one > 0n)]!;
  const total: Decimal = { unscaled: sums.at(-1)! / 10n ** BigInt(scales!.at(-1)! - scale), scale };
  if (small && BigInt.asIntN(64, total.unscaled) !== total.unscaled)
    throw new DataError("a sum is out of range");
  return typed(oid, formatDecimal(name === "sum" ? total : divide(total, integer(count))));
}
