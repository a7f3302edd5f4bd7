import { type Block, mirrored } from "../block.ts";
import type { Builder } from "../builder.ts";
import type { Part, PartDigit, PartRotation, PartTerm } from "./part.ts";

/**
 * Builds the graph of a part.
 *
 * @param given its inputs and what it imports.
 * @returns the blocks of all of its sources.
 * @throws GraphError for what is no graph.
 */
export function rebuild(builder: Builder, part: Part, given: readonly Block[]): Block[] {
  const blocks = [...given];
  for (const rotation of part.rotations) blocks.push(...rebuildRotation(builder, rotation, blocks));
  return blocks;
}

/** A digit of a result, as the last part has it. */
export function rebuildDigit(
  builder: Builder,
  { terms, constant, min, max }: PartDigit,
  blocks: readonly Block[],
): Block {
  return builder.linear(summandsOf(terms, blocks), constant, { min, max });
}

/** What a rotation of a part gives, table by table; what it reads is in `blocks`. */
export function rebuildRotation(
  builder: Builder,
  { terms, constant, size, anywhere, tables }: PartRotation,
  blocks: readonly Block[],
): Block[] {
  const summands = summandsOf(terms, blocks);
  // What cannot be combined stands alone, and no other lookups use the padding bit than wide ones.
  if (anywhere && summands[0][1].noise !== Infinity) {
    return tables.map(({ table, min, max }) =>
      builder.lookupWide(
        summands,
        constant,
        (value) => (value < size ? table[value] : mirrored(table[value - size], { min, max })),
        { min: 0, max: 2 * size - 1 },
      ),
    );
  }
  const input = builder.linear(summands, constant, { min: 0, max: size - 1 });
  // A lookup that only shifts a block is a lookup all the same: the block may be noisier than its results are to be.
  return tables.map(({ table }) => builder.lookup(input, table, 0));
}

function summandsOf(terms: readonly PartTerm[], blocks: readonly Block[]): (readonly [number, Block])[] {
  return terms.map(([coefficient, source]) => [coefficient, blocks[source]] as const);
}
