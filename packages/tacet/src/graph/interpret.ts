import { GraphError } from "../errors.ts";
import type { ParameterSet } from "../parameters/parameter-set.ts";
import { type Block, isPending, mirrored, type Source } from "./block.ts";
import { inOrder } from "./order.ts";

/** Values of the ciphertexts that a graph starts from: its inputs and resolved lookups. */
export type SourceValues = ReadonlyMap<Source, number>;

/**
 * Prepares the evaluation of blocks on plain integers: what the engine computes, without encryption.
 *
 * The returned function takes the values of the sources and gives those of the blocks. It throws a
 * GraphError where a value leaves the range that its block promises, which shows wrong bounds in an
 * algorithm, or where a source has no value.
 *
 * @throws GraphError if a block is noisier than the parameter set tolerates.
 */
export function interpreter(
  requested: readonly Block[],
  parameters: ParameterSet,
): (sources: SourceValues) => number[] {
  const order = inOrder(requested);
  const position = new Map(order.map((block, index) => [block, index]));
  const at = (block: Block): number => position.get(block)!;
  const maxNoise = parameters.maxNoiseLevel ** 2;
  for (const { kind, id, noise } of order) {
    if (kind === "linear" && noise > maxNoise)
      throw new GraphError(`block ${id} has noise variance ${noise}, above ${maxNoise}`);
  }

  const values = new Array<number>(order.length);
  let given: SourceValues = new Map();
  const steps = order.map((block): (() => number | undefined) => {
    if (block.kind === "linear") {
      const terms = block.terms.map(({ source, coefficient }) => ({ index: at(source), coefficient }));
      const { constant } = block;
      return () => terms.reduce((sum, { index, coefficient }) => sum + coefficient * values[index], constant);
    }
    if (isPending(block)) {
      const input = at(block.input);
      const { table, input: read } = block;
      if (!isWide(read)) return () => table[values[input]];
      return () => table[values[input]] ?? mirrored(table[values[input] - table.length], block);
    }
    return () => given.get(block);
  });

  return (sources) => {
    given = sources;
    for (const [index, block] of order.entries()) {
      const value = steps[index]();
      if (value === undefined) throw new GraphError(`block ${block.id} has no value`);
      const most = isWide(block) ? 2 * block.max + 1 : block.max;
      if (value < block.min || value > most) {
        throw new GraphError(`block ${block.id} is ${value}, outside ${block.min} to ${most}`);
      }
      values[index] = value;
    }
    return requested.map((block) => values[at(block)]);
  };
}

function isWide(block: Block): boolean {
  return block.kind === "linear" && block.wide;
}

/** Evaluates blocks once on plain integers; see `interpreter`. */
export function interpret(
  requested: readonly Block[],
  sources: SourceValues,
  parameters: ParameterSet,
): number[] {
  return interpreter(requested, parameters)(sources);
}
