import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { clearDigits, clearRadix } from "../clear.ts";
import { ge } from "../comparison/compare.ts";
import { combine, type Radix } from "../radix.ts";

/** Number of thresholds that `rank` can take: there is room for as many ranks, and one more, times a digit. */
export function mostThresholds(builder: Builder): number {
  return builder.capacity / builder.parameters.messageModulus - 1;
}

/**
 * How many of some clear thresholds an unsigned integer reaches. One rotation a digit, less for a single threshold.
 *
 * From the least significant digit on: the thresholds whose lower digits the integer's lower digits reach are those
 * with the smallest, so that their number tells which they are.
 *
 * @param thresholds between 1 and `mostThresholds`, none of more digits than `a`.
 */
export function rank(builder: Builder, a: Radix, thresholds: readonly bigint[]): Block {
  const { messageModulus } = builder.parameters;
  if (thresholds.length === 1) return ge(builder, a, clearRadix(builder, thresholds[0], a.length));

  // Of thresholds, those with the smallest lower digits first. Before the first digit, all are reached.
  let order = thresholds.map((threshold) => clearDigits(builder, threshold, a.length));
  let reached: Block = builder.constant(thresholds.length * messageModulus);
  for (const [index, digit] of a.entries()) {
    const before = order;
    const count = (value: number): number =>
      before.filter((threshold, place) => {
        const own = threshold[index];
        const isReached = place < Math.floor(value / messageModulus);
        return value % messageModulus > own || (value % messageModulus === own && isReached);
      }).length;
    const sum = combine(builder, [
      [1, digit],
      [1, reached],
    ]);
    const weight = index === a.length - 1 ? 1 : messageModulus;
    reached = builder.lookup(sum, (value) => weight * count(value));
    order = before.toSorted((x, y) => x[index] - y[index]);
  }
  return reached;
}
