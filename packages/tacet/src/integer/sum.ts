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
  // Blocks count from their smallest value; the rest of the constant that is due from this column on.
  let clear = constant;
  for (const [position, queue] of queues.entries()) {
    const next = queues[position + 1];
    for (const block of queue) clear += BigInt(block.min);
    while (true) {
      const sum = takeGroup(builder, queue);
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
      if (builder.noiseOf([...rest, [1, queue[0]]]) <= builder.maxNoise) {
        queue.unshift(builder.linear(rest, 0, { min: 0, max: messageModulus - 1 }));
      } else {
        queue.push(builder.lookup(sum, message));
      }
    }
  }
  return digits;
}

/** Takes from a queue its first block and those after it that fit in one block with it, and adds them up from 0. */
function takeGroup(builder: Builder, queue: Block[]): Block {
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
  return combine(
    builder,
    group.map((block) => [1, block]),
    -offset,
  );
}
