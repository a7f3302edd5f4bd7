import { type Block, isConstant } from "../graph/block.ts";
import type { Builder } from "../graph/builder.ts";
import { messageBits } from "../parameters/parameter-set.ts";
import { combine, digitNoise, type Radix } from "./radix.ts";

/**
 * Σ M^k·(sum of column k) + constant modulo M^(number of columns), M being the message modulus. The
 * addends of a column are blocks of any degree.
 *
 * A column adds up in groups as large as a block can hold. Of each group one lookup takes the carry,
 * an addend of the next column. What is left of it, sum - M·carry, is again a digit and costs no
 * lookup as long as its noise leaves room for more addends; a lookup makes it fresh where not. The
 * last group of a column holds the carries that come last, so columns wait for each other only there.
 */
export function sumColumns(builder: Builder, columns: readonly (readonly Block[])[], constant = 0n): Radix {
  const { messageModulus } = builder.parameters;
  const bits = messageBits(builder.parameters);
  const message = (value: number): number => value % messageModulus;
  const carry = (value: number): number => value >> bits;

  const queues = columns.map((column) => [...column]);
  const digits: Block[] = [];
  // Sums count from their smallest value; the rest is clear, and due from this column on.
  let clear = constant;
  for (const [position, queue] of queues.entries()) {
    const next = queues[position + 1];
    while (true) {
      const { sum, lowest } = takeGroup(builder, queue);
      clear += BigInt(lowest);
      if (queue.length === 0) {
        const offset = Number(BigInt.asUintN(bits, clear));
        clear = (clear - BigInt(offset)) / BigInt(messageModulus);
        digits.push(builder.lookup(sum, (value) => message(value + offset), digitNoise(builder)));
        next?.push(builder.lookup(sum, (value) => carry(value + offset)));
        break;
      }
      const over = builder.lookup(sum, carry);
      if (next === undefined || isConstant(over)) {
        queue.push(builder.lookup(sum, message));
        continue;
      }
      next.push(over);
      const rest = [
        [1, sum],
        [-messageModulus, over],
      ] as const;
      const noise = Math.max(builder.noiseOf(rest), builder.noiseOf([...rest, [1, queue[0]]]));
      if (noise <= builder.maxNoise) {
        queue.unshift(builder.linear(rest, 0, { min: 0, max: messageModulus - 1 }));
      } else {
        queue.push(builder.lookup(sum, message));
      }
    }
  }
  return digits;
}

/**
 * Takes from a queue its first block and those after it that fit in one block with it. What they add up
 * to is `sum + lowest`, the sum's smallest value being 0.
 */
function takeGroup(builder: Builder, queue: Block[]): { sum: Block; lowest: number } {
  const group: Block[] = [];
  let span = 0;
  for (let index = 0; index < queue.length; ) {
    const block = queue[index];
    const larger = span + block.max - block.min;
    const summands = [...group, block].map((member) => [1, member] as const);
    if (larger < builder.capacity && builder.noiseOf(summands) <= builder.maxNoise) {
      group.push(block);
      span = larger;
      queue.splice(index, 1);
    } else index++;
  }
  const offset = group.reduce((total, block) => total + block.min, 0);
  const sum = combine(
    builder,
    group.map((block) => [1, block]),
    -offset,
  );
  // Blocks that share sources can add up to more than their smallest values do: x and 3 - x always give 3.
  return { sum: builder.linear([[1, sum]], -sum.min), lowest: offset + sum.min };
}
