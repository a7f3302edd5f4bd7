import fc from "fast-check";
import { expect, test } from "vitest";
import { type Block, constantOf, isPending, type Source, termsOf } from "../../src/graph/block.ts";
import { Builder, type Summand } from "../../src/graph/builder.ts";
import { interpret } from "../../src/graph/interpret.ts";
import { plan, type Rotation } from "../../src/graph/plan.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";

const parameters = DEFAULT_PARAMETERS;

/** Carries plans out the way an engine does: ciphertexts exist from their computation until their block is dropped. */
class Executor {
  readonly ciphertexts: Map<Source, number>;
  readonly #builder: Builder;
  readonly #inFlight = new Set<Block>();
  #waiting: Rotation[] = [];

  constructor(builder: Builder, inputs: ReadonlyMap<Source, number>) {
    this.#builder = builder;
    this.ciphertexts = new Map(inputs);
    builder.onDrop = (block) => this.ciphertexts.delete(block as Source);
  }

  /** Takes over what is to be computed for some blocks, and keeps what that reads and gives. */
  submit(blocks: readonly Block[], threads: number): void {
    const isUnderWay = (block: Block): boolean => this.#inFlight.has(block);
    const { rotations } = plan(blocks, parameters, { isUnderWay, threads });
    for (const { tables } of rotations) for (const { output } of tables) this.#inFlight.add(output);
    for (const rotation of rotations) this.#builder.retain(held(rotation));
    this.#waiting.push(...rotations);
  }

  /** Runs one of the few most urgent rotations that are ready. Returns whether there was one. */
  step(choice: number): boolean {
    const ready = this.#waiting
      .filter(({ terms }) => !terms.some(({ source }) => this.#inFlight.has(source)))
      .sort((a, b) => b.priority - a.priority);
    if (ready.length === 0) {
      expect(this.#waiting).toEqual([]);
      return false;
    }
    const rotation = ready[choice % Math.min(ready.length, 3)];
    this.#waiting = this.#waiting.filter((other) => other !== rotation);
    const value = rotation.terms.reduce(
      (sum, { source, coefficient }) => sum + coefficient * this.read(source),
      rotation.constant,
    );
    for (const { table, output } of rotation.tables) {
      this.ciphertexts.set(output, table[value]);
      this.#inFlight.delete(output);
      this.#builder.resolve(output);
    }
    this.#builder.release(held(rotation));
    return true;
  }

  read(source: Source): number {
    const value = this.ciphertexts.get(source);
    if (value === undefined) return expect.fail(`block ${source.id} is read, but not there`);
    return value;
  }
}

const held = ({ terms, tables }: Rotation): Block[] => [
  ...terms.map(({ source }) => source),
  ...tables.map(({ output }) => output),
];

/** One node: the sum of two earlier nodes, a lookup of one, or the step of a chain: a lookup of a sum. */
const node = fc.record({
  kind: fc.constantFrom("sum", "lookup", "step", "step", "step"),
  first: fc.nat(),
  second: fc.nat(),
  table: fc.array(fc.nat({ max: 3 }), { minLength: 16, maxLength: 16 }),
});

test("plans read nothing that was dropped, whatever handles are released while they run", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 4 }),
      fc.array(node, { minLength: 1, maxLength: 30 }),
      fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
      fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
      fc.constantFrom(1, 2, 8),
      fc.infiniteStream(fc.nat({ max: 1 << 20 })),
      (inputs, nodes, first, second, threads, random) => {
        const next = (): number => random.next().value as number;
        const builder = new Builder(parameters);
        const given = new Map<Source, number>();
        const blocks: Block[] = inputs.map((value) => {
          const input = builder.input({ max: 3 });
          given.set(input, value);
          return input;
        });
        for (const { kind, first, second, table } of nodes) {
          // Late blocks are more likely, so that chains form.
          const pick = (choice: number): Block =>
            blocks[blocks.length - 1 - (choice % Math.min(blocks.length, 5))];
          const sum: Summand[] =
            kind === "step"
              ? [
                  [1, blocks[blocks.length - 1]],
                  [1, blocks[second % inputs.length]],
                ]
              : [
                  [1, pick(first)],
                  [1, pick(second)],
                ];
          const fits =
            sum[0][1].max + sum[1][1].max < builder.capacity && builder.noiseOf(sum) <= builder.maxNoise;
          if (kind === "step" && fits) {
            blocks.push(builder.lookup(builder.linear(sum), (value) => Number(value > table[0])));
          } else
            blocks.push(kind === "sum" && fits ? builder.linear(sum) : builder.lookup(pick(first), table));
        }
        const right = new Map(interpret(blocks, given, parameters).map((value, at) => [blocks[at], value]));

        const requests = [first, second].map((picks) => picks.map((pick) => blocks[pick % blocks.length]));
        const handles = blocks.filter(() => next() % 2 === 0);
        for (const kept of [...requests, handles]) builder.retain(kept);
        const executor = new Executor(builder, given);
        builder.sweep();

        const releaseSome = (): void => {
          for (let count = next() % 3; count > 0 && handles.length > 0; count--) {
            builder.release(handles.splice(next() % handles.length, 1));
          }
        };
        const check = (request: readonly Block[]): void => {
          for (const block of request) {
            const value = termsOf(block).reduce(
              (sum, { source, coefficient }) => sum + coefficient * executor.read(source),
              constantOf(block),
            );
            expect(value).toBe(right.get(block));
          }
        };
        executor.submit(requests[0], threads);
        for (let steps = next() % 6; steps > 0; steps--) {
          releaseSome();
          executor.step(next());
        }
        executor.submit(requests[1], threads);
        do releaseSome();
        while (executor.step(next()));
        for (const request of requests) {
          expect(request.some(isPending)).toBe(false);
          check(request);
          builder.release(request);
        }
        builder.release(handles);
        builder.sweep();
        expect(builder.size).toBe(0);
        expect(executor.ciphertexts.size).toBe(0);
      },
    ),
    { numRuns: 500 },
  );
});
