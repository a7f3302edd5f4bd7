/**
 * When a candidate counts, as what an engine computes: a flag by its number, `all` or `any` of several, or `order`, where
 * the first digit that decides does. Truths that are the same are the same object, to be computed once.
 */
export type Truth = boolean | number | AllOrAny | Order;

export interface AllOrAny {
  readonly kind: "all" | "any";
  readonly of: readonly Truth[];
}

/**
 * Digits, highest first: `before[i]` is the flag that says that digit `i` decides for it, `equal[i]` that the next one does.
 * There is one of the latter less.
 */
export interface Order {
  readonly kind: "order";
  readonly before: readonly number[];
  readonly equal: readonly number[];
}

/** The sum of the weights of the truths that hold. */
export interface Sum {
  /** Indices of truths, each once. */
  readonly truths: readonly number[];
  readonly weights: readonly bigint[];
}

/** What a server has an engine compute on the flags of a query. */
export interface Job {
  /** How many flags each vector has. */
  readonly vectors: readonly number[];
  readonly truths: readonly Truth[];
  /** The truths that the client gets, by index. */
  readonly asked: readonly number[];
  /** The sums that the client gets. */
  readonly sums: readonly Sum[];
}

/** The least and the largest that a sum can be, so that it can be sent in as few digits as that takes. */
export interface Range {
  readonly low: bigint;
  readonly high: bigint;
}

export function rangeOf({ weights }: Sum): Range {
  let [low, high] = [0n, 0n];
  for (const weight of weights) {
    if (weight < 0n) low += weight;
    else high += weight;
  }
  return { low, high };
}

/** `all` or `any` of truths, without what is known. */
export function combine(kind: "all" | "any", of: readonly Truth[]): Truth {
  const decisive = kind === "any";
  if (of.includes(decisive)) return decisive;
  const open = [...new Set(of.filter((truth) => typeof truth !== "boolean"))];
  if (open.length === 0) return !decisive;
  return open.length === 1 ? open[0]! : { kind, of: open };
}

/** The truth of the complements of all flags that is the complement of this one. */
export function dual(truth: Truth): Truth {
  if (typeof truth === "boolean") return !truth;
  if (typeof truth === "number") return truth;
  if (truth.kind === "order") throw new TypeError("an order has its complement in its flags");
  return { kind: truth.kind === "all" ? "any" : "all", of: truth.of.map(dual) };
}
