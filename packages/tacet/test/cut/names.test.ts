import { expect, test } from "vitest";
import { type Block, formOf, type Source, termsOf } from "../../src/graph/block.ts";
import { Builder, type InputFacts } from "../../src/graph/builder.ts";
import { type Imported, partsOf } from "../../src/graph/cut/part.ts";
import type { Group } from "../../src/graph/cut/partition.ts";
import { rebuildRotation } from "../../src/graph/cut/rebuild.ts";
import { named } from "../../src/graph/hash.ts";
import { plan } from "../../src/graph/plan.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../src/parameters/sets.ts";
import { Random } from "../fuzz/random.ts";

/* Parts reckon with the same noise as the graph that they have been cut out of, whatever arrives and whatever is computed. */

const PARAMETERS = INSECURE_TOY_MESSAGE_2_CARRY_2;

/** Lookups of few blocks, lookups of these, and sums of all of them: as much of one kin as can be. */
function grow(random: Random): { requested: Block[]; inputs: Map<Source, InputFacts> } {
  const builder = new Builder(PARAMETERS);
  const inputs = new Map<Source, InputFacts>();
  for (let i = 0; i < 2; i++) {
    const facts = { max: random.pick([3, 15]), twin: named(77, i) };
    inputs.set(builder.input(facts), facts);
  }
  const blocks: Block[] = [...inputs.keys()];
  const requested: Block[] = [];
  while (requested.length < 24) {
    const summands = Array.from({ length: random.between(1, 3) }, () => {
      return [random.pick([1, 1, 2, 3]), random.pick(blocks)] as const;
    });
    if (summands.reduce((sum, [coefficient, { max }]) => sum + coefficient * max, 0) > 15) continue;
    if (builder.noiseOf(summands) > builder.maxNoise) continue;
    const least = random.below(2);
    const tables = Array.from({ length: random.between(1, 3) }, () =>
      Array.from({ length: 16 }, () => random.between(least, random.between(1, 3))),
    );
    for (const table of tables) {
      const found = builder.lookup(builder.linear(summands), table, 0);
      if (found.kind !== "lookup") continue;
      blocks.push(found);
      requested.push(found);
    }
  }
  builder.retain(requested);
  return { requested, inputs };
}

test("a part takes noise for what the whole graph takes it for", () => {
  let compared = 0;
  for (let index = 0; index < 300; index++) {
    const random = new Random(5, index);
    const { requested, inputs } = grow(random);
    const { rotations } = plan(requested, PARAMETERS);
    const sources = [...inputs.keys()];
    const groups: Group[] = [];
    for (let at = 0; at < rotations.length; ) {
      const some = rotations.slice(at, at + random.pick([1, 2, 4, 12])).map((rotation) => rotation.index);
      const batches = some.map((rotation, i) => ({ lane: i % 2, rotations: [rotation] }));
      groups.push(some.length > 1 && random.chance(0.5) ? { batches } : { rotations: some });
      at += some.length;
    }
    const { parts } = partsOf(rotations, groups, requested, (source) => {
      return { place: sources.indexOf(source), at: 0 };
    });
    const ofParts = groups.flatMap((group) => {
      if ("rotations" in group) return [group.rotations];
      const all = group.batches.flatMap((batch) => batch.rotations);
      return [all, all];
    });
    for (const [at, all] of ofParts.entries()) {
      const part = parts[at];
      const builder = new Builder(PARAMETERS);
      const take = ({ max, ...origin }: Imported): Block => builder.input({ max, ...origin });
      const blocks: Block[] = [
        ...part.inputs.map(({ place }) => builder.input(inputs.get(sources[place])!)),
        ...part.imports.map(take),
      ];
      let number = blocks.length;
      const shared = new Map((part.team?.shared ?? []).map((one) => [one.source, one]));
      for (const [i, rotation] of part.rotations.entries()) {
        const made = rebuildRotation(builder, rotation, blocks);
        const input = builder.linear(
          rotation.terms.map(([coefficient, source]) => [coefficient, blocks[source]] as const),
          rotation.constant,
          { min: 0, max: rotation.size - 1 },
        );
        const { terms } = rotations[all[i]];
        expect(termsOf(input)).toHaveLength(terms.length);
        const builderOfAll = new Builder(PARAMETERS);
        const summands = terms.map(({ source, coefficient }) => [coefficient, source] as const);
        if (formOf(terms[0].source) === "big")
          expect(input.noise).toBeCloseTo(builderOfAll.noiseOf(summands), 9);
        compared++;
        for (const one of made) {
          const arrived = shared.get(number++);
          blocks.push(arrived !== undefined && random.chance(0.5) ? take(arrived) : one);
        }
      }
    }
  }
  expect(compared).toBeGreaterThan(1000);
});
