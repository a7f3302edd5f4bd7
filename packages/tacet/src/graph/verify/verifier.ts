import { PlanningError } from "../../errors.ts";
import { blockCapacity, type ParameterSet } from "../../parameters/parameter-set.ts";
import {
  type Block,
  constantOf,
  formOf,
  isPending,
  kinOf,
  type LookupBlock,
  mayBeLookedUp,
  type Source,
  type Term,
  termsOf,
  twinOf,
} from "../block.ts";
import { kinOfLookups } from "../kin.ts";
import type { Plan, Rotation } from "../rotation.ts";
import { Ciphertexts } from "./ciphertexts.ts";
import { Meaning, Trials, turned, type Values } from "./trials.ts";

/** In so many trials plans are carried out on plain values, unless told otherwise. */
const TRIALS = 64;

/** Rounding of square roots, and nothing else, may exceed a noise bound by this factor. */
const ROUNDING = 1 + 2 ** -40;

const nothing = (): boolean => false;

/**
 * Checks finished plans against the graph (translation validation: Pnueli, Siegel, Singerman, 1998). It shares
 * nothing with what makes plans but the graph and its names, and goes by nothing but these and the plan itself:
 *
 * - every rotation fits the accumulator, and reads what is there by then: inputs, resolved lookups, lookups under way,
 *   outputs of the rotations that it names as dependencies;
 * - every lookup that is asked for is there in the end, and none is computed twice;
 * - carried out on plain values, with the padding bit set too where nobody vouches for it, each output is what the graph
 *   means by it, and no input leaves its range;
 * - the noise of every input and result, from ciphertexts as they will be, equal ones as equal and those of one mask as
 *   correlated, is no more than the parameter set tolerates, and that of a result no more than the graph says;
 * - no outputs are equal, or of one mask, that the graph takes for different or independent, whatever it may add up later.
 *
 * A verifier remembers what its plans compute: it is for the plans of one builder, all of them, in order.
 */
export class PlanVerifier {
  readonly #capacity: number;
  readonly #maxNoise: number;
  readonly #trials: Trials;
  readonly #ciphertexts: Ciphertexts;

  constructor(parameters: ParameterSet, trials: number = TRIALS) {
    this.#capacity = blockCapacity(parameters);
    this.#maxNoise = parameters.maxNoiseLevel ** 2;
    this.#trials = new Trials(trials, this.#capacity);
    this.#ciphertexts = new Ciphertexts(this.#capacity);
  }

  /** @throws PlanningError that says what is wrong with a plan. */
  verify(plan: Plan, requested: readonly Block[], isUnderWay: (block: Block) => boolean = nothing): void {
    const producers = this.#checkOrder(plan, isUnderWay);
    this.#checkRequested(requested, producers, isUnderWay);
    this.#checkPriorities(plan);
    const meaning = new Meaning(this.#trials, requested, isUnderWay);
    const values = this.#checkValues(plan, meaning);
    for (const block of requested) {
      const computed = combine(termsOf(block), constantOf(block), this.#trials.count, (source) =>
        this.#valuesOf(source, values),
      );
      this.#checkEqual(computed, meaning.of(block)!, meaning, `block ${block.id}`);
    }
    this.#checkNoise(plan, requested);
    this.#checkNames(plan);
    for (const [source, trial] of values) this.#trials.set(source, trial);
  }

  /** Checks that rotations read nothing before it is there. Gives the rotation that computes each output. */
  #checkOrder({ rotations }: Plan, isUnderWay: (block: Block) => boolean): Map<Source, number> {
    const producers = new Map<Source, number>();
    for (const [at, rotation] of rotations.entries()) {
      const { index, terms, dependencies, tables } = rotation;
      if (index !== at) throw wrong(rotation, `stands at ${at}`);
      this.#checkShape(rotation);
      const read = new Set<number>();
      for (const { source } of terms) {
        const producer = producers.get(source);
        if (producer !== undefined) read.add(producer);
        else if (isPending(source) && !isUnderWay(source))
          throw wrong(rotation, `reads ${source.id} too early`);
        else if (source.kind === "lookup" && source.family.added)
          throw wrong(rotation, "reads what nothing computes");
      }
      const expected = [...read].sort((a, b) => a - b);
      if (dependencies.join() !== expected.join()) {
        throw wrong(rotation, `depends on ${expected.join()}, not on ${dependencies.join()}`);
      }
      for (const { output } of tables) {
        if (producers.has(output)) throw wrong(rotation, `computes ${output.id} again`);
        if (isUnderWay(output)) throw wrong(rotation, `computes ${output.id}, which is under way`);
        if (!output.family.added && !isPending(output)) {
          throw wrong(rotation, `computes ${output.id}, which is there`);
        }
        producers.set(output, at);
      }
    }
    return producers;
  }

  /** Checks that a rotation's tables have room in its accumulator, and that its input is a ciphertext. */
  #checkShape(rotation: Rotation): void {
    const { terms, constant, size, anywhere, tables } = rotation;
    if (terms.length === 0 || tables.length === 0) throw wrong(rotation, "is empty");
    if (!(Number.isInteger(size) && size >= 1 && size * tables.length <= this.#capacity)) {
      throw wrong(rotation, `has no room for ${tables.length} tables of ${size} values`);
    }
    for (const { table } of tables) {
      const fits = table.every((entry) => Number.isInteger(entry) && entry >= 0 && entry < this.#capacity);
      if (table.length !== size || !fits) throw wrong(rotation, `has the table ${table.join()}`);
    }
    const whole = Number.isInteger(constant) && terms.every(({ coefficient: c }) => Number.isInteger(c));
    if (!whole || new Set(terms.map(({ source }) => source)).size < terms.length) {
      throw wrong(rotation, "reads no combination");
    }
    const [{ source, coefficient }] = terms;
    const combines = terms.length > 1 || coefficient !== 1 || constant !== 0;
    if (combines && terms.some((term) => formOf(term.source) !== "big")) {
      throw wrong(rotation, "combines what is not under the big key");
    }
    const isVouchedFor = formOf(source) === "big";
    if (anywhere ? isVouchedFor && size !== this.#capacity : !isVouchedFor) {
      throw wrong(rotation, "takes its input to stand where it does not");
    }
    const identity = ({ table }: { table: readonly number[] }): boolean => table.every((v, at) => v === at);
    if (formOf(source) === "random" && !(tables.length === 1 && identity(tables[0]))) {
      throw wrong(rotation, "looks up more than the value of what a seed gave");
    }
  }

  #checkRequested(
    requested: readonly Block[],
    producers: ReadonlyMap<Source, number>,
    isUnderWay: (block: Block) => boolean,
  ): void {
    for (const { source } of requested.flatMap(termsOf)) {
      if (isPending(source) && !producers.has(source) && !isUnderWay(source)) {
        throw new PlanningError(`the plan does not compute block ${source.id}`);
      }
    }
  }

  #checkPriorities({ rotations, depth }: Plan): void {
    const chains = new Array<number>(rotations.length).fill(0);
    let longest = 0;
    for (let at = rotations.length - 1; at >= 0; at--) {
      const rotation = rotations[at];
      if (rotation.priority !== chains[at])
        throw wrong(rotation, `has priority ${rotation.priority}, not ${chains[at]}`);
      for (const earlier of rotation.dependencies)
        chains[earlier] = Math.max(chains[earlier], chains[at] + 1);
      longest = Math.max(longest, chains[at] + 1);
    }
    if (depth !== longest) throw new PlanningError(`the plan is ${longest} rotations deep, not ${depth}`);
  }

  /** Carries a plan out. Gives the values of all outputs. */
  #checkValues({ rotations }: Plan, meaning: Meaning): Map<Source, Values> {
    const values = new Map<Source, Values>();
    for (const rotation of rotations) {
      const { terms, constant, size, anywhere, tables } = rotation;
      const inputs = combine(terms, constant, this.#trials.count, (source) => this.#valuesOf(source, values));
      const limit = anywhere ? 2 * size : size;
      for (const [trial, value] of inputs.entries()) {
        if (!meaning.possible[trial]) inputs[trial] = 0;
        else if (value < 0 || value >= limit)
          throw wrong(rotation, `reads ${value}, outside 0 to ${limit - 1}`);
      }
      for (const { table, output } of tables) {
        const outputs = this.#trials.values((trial) => {
          const value = inputs[trial];
          return value < size ? table[value] : turned(table[value - size], output.min, output.max);
        });
        const meant = meaning.of(output);
        if (meant !== undefined) this.#checkEqual(outputs, meant, meaning, `block ${output.id}`);
        values.set(output, outputs);
      }
    }
    return values;
  }

  #valuesOf(source: Source, computed: ReadonlyMap<Source, Values>): Values {
    return computed.get(source) ?? this.#trials.of(source);
  }

  #checkEqual(found: ArrayLike<number>, meant: Values, { possible }: Meaning, what: string): void {
    for (const [trial, value] of meant.entries()) {
      if (possible[trial] && found[trial] !== value) {
        throw new PlanningError(
          `the plan gives ${what} the value ${found[trial]}, where the graph means ${value}`,
        );
      }
    }
  }

  #checkNoise({ rotations }: Plan, requested: readonly Block[]): void {
    for (const rotation of rotations) {
      if (formOf(rotation.terms[0].source) === "big") {
        const noise = this.#ciphertexts.variance(rotation.terms);
        if (noise > this.#maxNoise * ROUNDING) {
          throw wrong(rotation, `reads a variance of ${noise}, beyond ${this.#maxNoise}`);
        }
      }
      this.#ciphertexts.note(rotation);
    }
    for (const block of requested) {
      const noise = this.#ciphertexts.variance(termsOf(block));
      if (noise > block.noise * ROUNDING) {
        throw new PlanningError(`block ${block.id} comes with a variance of ${noise}, not of ${block.noise}`);
      }
    }
  }

  /**
   * Checks that what has one mask is of one kin, also what the graph may come to have later, and that equal ciphertexts
   * are known to be so, or counted as if they were.
   */
  #checkNames({ rotations }: Plan): void {
    const kins = new Map<number, number>();
    const firsts = new Map<number, LookupBlock>();
    for (const rotation of rotations) {
      const { terms } = rotation;
      const later = mayBeLookedUp(terms) ? kinOfLookups(terms) : undefined;
      for (const { output } of rotation.tables) {
        const { ciphertext, mask } = this.#ciphertexts.of(output);
        const kin = kins.get(mask) ?? kinOf(output);
        const first = firsts.get(ciphertext) ?? output;
        const isAkin = later === undefined || output.family.added || kinOf(output) === later;
        if (kinOf(output) !== kin || !isAkin)
          throw wrong(rotation, `makes ${output.id} akin to what the graph takes for independent`);
        if (twinOf(output) !== twinOf(first) && !isAgain(output, first))
          throw wrong(rotation, `makes ${output.id} equal to what the graph takes for different`);
        kins.set(mask, kin);
        firsts.set(ciphertext, first);
      }
    }
  }
}

/** Whether the graph counts the noise of two lookups of one kin in full: they may be the same, computed again. */
function isAgain(a: LookupBlock, b: LookupBlock): boolean {
  return a.family !== b.family && !a.family.added && !b.family.added;
}

function wrong({ index }: Rotation, what: string): PlanningError {
  return new PlanningError(`rotation ${index} of the plan ${what}`);
}

/** The values of Σ coefficient·source + constant in each trial. */
function combine(
  terms: readonly Term[],
  constant: number,
  trials: number,
  valuesOf: (source: Source) => Values,
): Int32Array {
  const sums = new Int32Array(trials).fill(constant);
  for (const { source, coefficient } of terms) {
    const values = valuesOf(source);
    for (let trial = 0; trial < trials; trial++) sums[trial] += coefficient * values[trial];
  }
  return sums;
}
