import type { Sum } from "../engine/job.ts";
import { DataError } from "../errors.ts";
import type { AggregateInfo } from "../plan/answer.ts";
import type { Aggregate } from "../plan/plan.ts";
import { type Decimal, parseDecimal, withScale } from "../value/decimal.ts";
import { typeOfOid } from "../value/value.ts";
import type { Limits } from "./limits.ts";
import { Shelf } from "./shelf.ts";

/** A sum while it is made: a weight for each truth. */
class Weights {
  readonly #weights = new Map<number, bigint>();

  add(truth: number, weight: bigint): void {
    this.#weights.set(truth, (this.#weights.get(truth) ?? 0n) + weight);
  }

  sum(): Sum {
    return { truths: [...this.#weights.keys()], weights: [...this.#weights.values()] };
  }
}

/** Collects what an aggregate needs of the candidates. */
export interface Tally {
  /** Takes a candidate in. @throws DataError for values that the aggregate is not for. */
  add(group: number, truth: number, value: string | null, rank: string | null): void;
  /** The sums of a group, in the order of `sumsOf`. */
  sums(group: number): Sum[];
  info(groups: number): AggregateInfo;
  /** Of the values, if they are fetched. */
  readonly shelf: Shelf | undefined;
}

/** @param type of the argument, as an OID of PostgreSQL; 0 if there is none. @throws DataError for types that it is not for. */
export function tallyFor(aggregate: Aggregate, type: number, limits: Limits): Tally {
  if (aggregate.rank !== undefined) return new ValueTally(aggregate, type, limits);
  if (aggregate.name === "count") return new CountTally(aggregate, type);
  if (aggregate.name === "sum" || aggregate.name === "avg") return new NumberTally(aggregate, type);
  return new BooleanTally(aggregate, type);
}

function ofGroup<T>(groups: Map<number, T>, group: number, make: () => T): T {
  let found = groups.get(group);
  if (found === undefined) {
    found = make();
    groups.set(group, found);
  }
  return found;
}

class CountTally implements Tally {
  readonly shelf = undefined;
  readonly #groups = new Map<number, Weights>();
  readonly #aggregate: Aggregate;
  readonly #type: number;

  constructor(aggregate: Aggregate, type: number) {
    this.#aggregate = aggregate;
    this.#type = type;
  }

  add(group: number, truth: number, value: string | null): void {
    if (value === null && this.#aggregate.argument !== undefined) return;
    ofGroup(this.#groups, group, () => new Weights()).add(truth, 1n);
  }

  sums(group: number): Sum[] {
    return [(this.#groups.get(group) ?? new Weights()).sum()];
  }

  info(): AggregateInfo {
    return { type: this.#type };
  }
}

/** How many values there are of each number of digits after the point, since results have as many; and their sum. */
class NumberTally implements Tally {
  readonly shelf = undefined;
  readonly #groups = new Map<number, (readonly [truth: number, value: Decimal])[]>();
  readonly #scales = new Set<number>();
  readonly #type: number;

  constructor({ name }: Aggregate, type: number) {
    if (type !== 0 && !["int2", "int4", "int8", "numeric"].includes(typeOfOid(type))) {
      throw new DataError(`${name} is of integers and decimals here`);
    }
    this.#type = type;
  }

  add(group: number, truth: number, text: string | null): void {
    if (text === null) return;
    const value = parseDecimal(text);
    if (value === undefined) throw new DataError("a sum has values that are not finite");
    this.#scales.add(value.scale);
    ofGroup(this.#groups, group, () => []).push([truth, value]);
  }

  sums(group: number): Sum[] {
    const scales = this.#sortedScales();
    const counts = scales.map(() => new Weights());
    const total = new Weights();
    for (const [truth, value] of this.#groups.get(group) ?? []) {
      counts[scales.indexOf(value.scale)]!.add(truth, 1n);
      total.add(truth, withScale(value, scales.at(-1)!).unscaled);
    }
    return [...counts, total].map((weights) => weights.sum());
  }

  info(): AggregateInfo {
    return { type: this.#type, scales: this.#sortedScales() };
  }

  #sortedScales(): number[] {
    return this.#scales.size === 0 ? [0] : [...this.#scales].sort((a, b) => a - b);
  }
}

class BooleanTally implements Tally {
  readonly shelf = undefined;
  readonly #groups = new Map<number, readonly [any: Weights, holding: Weights]>();
  readonly #type: number;

  constructor({ name }: Aggregate, type: number) {
    if (type !== 0 && typeOfOid(type) !== "bool") throw new DataError(`${name} is of truth values`);
    this.#type = type;
  }

  add(group: number, truth: number, value: string | null): void {
    if (value === null) return;
    const [any, holding] = ofGroup(this.#groups, group, () => [new Weights(), new Weights()] as const);
    any.add(truth, 1n);
    if (value === "t") holding.add(truth, 1n);
  }

  sums(group: number): Sum[] {
    return (this.#groups.get(group) ?? [new Weights(), new Weights()]).map((weights) => weights.sum());
  }

  info(): AggregateInfo {
    return { type: this.#type };
  }
}

/** How often each value is there: the least or largest that is, or how many are, the client finds. */
class ValueTally implements Tally {
  readonly shelf: Shelf | undefined;
  readonly #groups = new Map<number, Map<number, Weights>>();
  readonly #values = new Map<number, string>();
  readonly #type: number;
  #sorted: readonly number[] | undefined;

  constructor({ name }: Aggregate, type: number, limits: Limits) {
    if (name !== "count" && typeOfOid(type) === "bool") throw new DataError(`${name} is not of truth values`);
    this.#type = type;
    this.shelf = name === "count" ? undefined : new Shelf(limits);
  }

  add(group: number, truth: number, value: string | null, rank: string | null): void {
    if (value === null) return;
    const place = Number(rank);
    if (!this.#values.has(place)) this.#values.set(place, value);
    const values = ofGroup(this.#groups, group, () => new Map<number, Weights>());
    ofGroup(values, place, () => new Weights()).add(truth, 1n);
  }

  sums(group: number): Sum[] {
    return this.#ranksOf(group).map((rank) => this.#groups.get(group)!.get(rank)!.sum());
  }

  info(groups: number): AggregateInfo {
    if (this.shelf !== undefined && this.#sorted === undefined) {
      this.#sorted = [...this.#values.keys()].sort((a, b) => a - b);
      this.shelf.setTypes([this.#type]);
      for (const rank of this.#sorted) this.shelf.add([this.#values.get(rank)!]);
    }
    const places = new Map((this.#sorted ?? []).map((rank, place) => [rank, place]));
    const values = Array.from({ length: groups }, (_, group) =>
      this.#ranksOf(group).map((rank) => places.get(rank) ?? 0),
    );
    return { type: this.#type, values };
  }

  #ranksOf(group: number): number[] {
    return [...(this.#groups.get(group)?.keys() ?? [])].sort((a, b) => a - b);
  }
}
