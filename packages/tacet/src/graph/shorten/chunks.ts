import {
  type Block,
  isConstant,
  kinOf,
  type LinearBlock,
  mayBeLookedUp,
  type Source,
  termsOf,
} from "../block.ts";
import { type Job, tablesPerRotation } from "../job.ts";
import { kinOfLookups } from "../kin.ts";
import { PIECE, part, type Steps } from "../steps.ts";
import { sameTerms } from "../terms.ts";
import type { Chains, Link, Step } from "./chain.ts";
import { Ciphertexts, keepsKin } from "./ciphertexts.ts";
import type { Codes } from "./code.ts";
import { combination, type Joined, joinReadings, type Reading, result } from "./reading.ts";

/** What a way to cut chains keeps to. */
export interface Cut {
  /** Number of steps that a chain goes on one by one, from its start or from where it had to wait for other blocks. */
  readonly serial: number;
  /** Chains on paths of no more lookups than this are left as they are. */
  readonly tolerated: number;
}

/** A state that is known as what the steps since an earlier state make of that. */
interface Chunk {
  readonly steps: Reading;
  readonly base: Source;
}

/** What is known of a lookup's result on the way through the jobs. */
interface State {
  /** Number of lookups on the longest chain to it; nothing while no job computes it. */
  level: number | undefined;
  /** The level up to which the chain goes on from it one by one. */
  limit: number;
  /** The job that would compute it, where that is in a chunk. */
  late?: { readonly job: Job; readonly chunk: Chunk };
  /** What it is looked up of, where that is not its own job's input. */
  origin?: Reading;
}

/**
 * Shortens chains in one way: cuts them into chunks that are gone through side by side.
 *
 * A step of a chain is a function of states, which one of a few that depends on the blocks that join the chain there
 * (Ladner, Fischer, "Parallel Prefix Computation", 1980: transducers). A chunk composes its functions step by step
 * without its first state. Once that is known, one lookup of the composition and the state gives any state of the
 * chunk, and often whatever is asked of the state, together with the blocks that join the chain there. Chunks are as
 * long as can be without making their first state wait, and several chunks' functions pass a state on in one lookup.
 */
export class Chunks {
  readonly #chains: Chains;
  readonly #codes: Codes;
  readonly #cut: Cut;
  readonly #jobs: Job[] = [];
  readonly #states = new Map<Source, State>();
  /** What stands for inputs that have a late state in them. */
  readonly #inputs = new Map<Block, LinearBlock[]>();
  readonly #ciphertexts = new Ciphertexts();
  #results = 0;

  constructor(chains: Chains, codes: Codes, cut: Cut) {
    this.#chains = chains;
    this.#codes = codes;
    this.#cut = cut;
  }

  /**
   * Jobs that compute what is needed, each after those that it depends on; nothing if that would make lookups the same
   * ciphertext, or ones of the same mask, that the graph takes for independent.
   *
   * @param jobs in such an order, too.
   */
  *apply(jobs: readonly Job[], needed: readonly Source[]): Steps<Job[] | undefined> {
    for (const job of jobs) this.#ciphertexts.note(job);
    for (const [at, job] of jobs.entries()) {
      this.#place(job);
      if (at % PIECE === 0) yield at / jobs.length;
    }
    for (const source of needed) this.#settle(source);

    const read = new Set(needed);
    const left: Job[] = [];
    for (let job = this.#jobs.pop(); job !== undefined; job = this.#jobs.pop()) {
      if (!read.has(job.output)) continue;
      for (const { source } of termsOf(job.input)) read.add(source);
      left.push(job);
    }
    left.reverse();
    return (yield* part(keepsKin(left), 1, 1)) ? left : undefined;
  }

  #place(job: Job): void {
    if (this.#states.has(job.output)) return;
    const link = this.#chains.links.get(job.input);
    for (const { source } of termsOf(job.input)) if (source !== link?.state) this.#settle(source);
    if (link === undefined) {
      this.#keep(job);
      return;
    }
    const step = link.steps.get(job)!;
    const chunk = this.#states.get(link.state)!.late?.chunk;
    if (chunk !== undefined) {
      if (step.goesOn ? this.#extend(job, step, link, chunk) : this.#read(job, step, link, chunk)) return;
      this.#settle(link.state);
    }
    if (!(step.goesOn && this.#start(job, step, link))) this.#keep(job, link);
  }

  /** Leaves a job as it is. */
  #keep(job: Job, link?: Link): void {
    const state = link && this.#states.get(link.state)!;
    const waits = state !== undefined && this.#level(link!.rest) < state.level!;
    const level = this.#add(job);
    this.#states.get(job.output)!.limit = waits ? state.limit : level + this.#cut.serial - 1;
  }

  /** Starts a chunk with a step, if the chain is due to be cut before it. */
  #start(job: Job, { code, path }: Step, { state, rest }: Link): boolean {
    const { level, limit } = this.#states.get(state)!;
    if (path <= this.#cut.tolerated || level! < limit || this.#level(rest) >= level!) return false;
    const steps = this.#lookUp({ block: rest, code });
    if (isConstant(steps.block) || !this.#fit(steps, this.#reading(state))) return false;
    this.#defer(job, { steps, base: state });
    return true;
  }

  /** Takes a step into the chunk before it, if that does not make the chunk's first state wait, or in any case. */
  #extend(job: Job, { code }: Step, { rest }: Link, { steps, base }: Chunk, anyway = false): boolean {
    const step = { block: rest, code };
    const joined = this.#join(step, steps) ?? this.#join(this.#lookUp(step), steps);
    if (joined === undefined) return false;
    const extended = this.#lookUp(joined);
    if (!this.#fit(extended, this.#reading(base))) return false;
    const { origin } = this.#states.get(base)!;
    const awaited = origin !== undefined && this.#fit(extended, origin) ? origin.block : base;
    if (!anyway && this.#level(extended.block) > this.#level(awaited)) return false;
    this.#defer(job, { steps: extended, base });
    return true;
  }

  /** Has a job read a chunk and its first state instead of the state that they give, if that costs no rotation more. */
  #read(job: Job, step: Step, link: Link, chunk: Chunk): boolean {
    const own = { block: link.rest, code: step.code };
    const state = this.#join(chunk.steps, this.#reading(chunk.base))!;
    const readers = [...link.steps.values()].filter(({ goesOn }) => !goesOn).length;
    const spared = this.#states.get(link.state)!.level === undefined ? 1 : 0;
    const joined = this.#join(own, state);
    if (joined !== undefined) {
      if (!this.#mayGive(joined.block, job.output)) return false;
      const rotations = (input: Block): number =>
        Math.ceil(readers / tablesPerRotation(input, this.#codes.capacity));
      if (rotations(joined.block) > rotations(job.input) + spared) return false;
      this.#emit(job, { ...joined, block: this.#shared(job.input, joined.block) });
      return true;
    }
    if (readers > spared) return false;
    const indirect = this.#join(this.#lookUp(own), state);
    if (indirect === undefined || !this.#mayGive(indirect.block, job.output))
      return this.#extend(job, step, link, chunk, true);
    this.#emit(job, indirect);
    return true;
  }

  /** What stands for an input: the same block for all jobs that read it in the same way. */
  #shared(input: Block, block: LinearBlock): LinearBlock {
    let blocks = this.#inputs.get(input);
    if (blocks === undefined) this.#inputs.set(input, (blocks = []));
    const known = blocks.find(
      ({ constant, max, terms }) =>
        constant === block.constant && max === block.max && sameTerms(terms, block.terms),
    );
    if (known === undefined) blocks.push(block);
    return known ?? block;
  }

  #defer(job: Job, chunk: Chunk): void {
    this.#states.set(job.output, { level: undefined, limit: 0, late: { job, chunk } });
  }

  /** Sees to it that a state is looked up. */
  #settle(source: Source): void {
    const state = this.#states.get(source);
    if (state?.late === undefined || state.level !== undefined) return;
    const { job, chunk } = state.late;
    const { origin } = this.#states.get(chunk.base)!;
    const inputs = [this.#reading(chunk.base), ...(origin === undefined ? [] : [origin])]
      .map((reading) => this.#join(chunk.steps, reading))
      .filter((joined) => joined !== undefined && this.#mayGive(joined.block, source)) as Joined[];
    if (inputs.length === 0) {
      const link = this.#chains.links.get(job.input)!;
      this.#settle(link.state);
      this.#keep(job, link);
      return;
    }
    const input = inputs.reduce((a, b) => (this.#level(b.block) < this.#level(a.block) ? b : a));
    state.limit = this.#emit(job, input);
    state.origin = input;
  }

  /** Adds a job for the result of another one, which a reading tells. */
  #emit({ output }: Job, { block, code }: Reading): number {
    const { values } = this.#chains.results.get(output)!;
    return this.#add({ output, input: block, table: code.maps.map((map) => values[map.charCodeAt(0)] ?? 0) });
  }

  /** Adds a job. Gives its level. */
  #add(job: Job): number {
    this.#jobs.push(job);
    this.#ciphertexts.note(job);
    const level = this.#level(job.input) + 1;
    const state = this.#states.get(job.output);
    if (state === undefined) this.#states.set(job.output, { level, limit: level });
    else state.level = level;
    return level;
  }

  /**
   * Whether a lookup may be computed from a block: not where the graph might come to have other lookups of that, which it
   * would take for independent of this one.
   */
  #mayGive({ terms }: LinearBlock, output: Source): boolean {
    return !mayBeLookedUp(terms) || kinOfLookups(terms) === kinOf(output);
  }

  #reading(state: Source): Reading {
    return { block: state, code: this.#chains.results.get(state)!.code };
  }

  /** What a reading tells, by a lookup. It is left out in the end if nothing reads it. */
  #lookUp({ block, code }: Reading): Reading {
    const { code: ranked, ranks } = this.#codes.rank(code);
    const size = ranked.maps.length;
    if (size === 1) return { block: combination([], 0, 1), code: ranked };
    const table = [...new Array<number>(block.min).fill(0), ...ranks];
    const known = this.#ciphertexts.find(block, table, ({ output }) => {
      const state = this.#states.get(output);
      return (
        output.min === 0 && output.max === size - 1 && (state === undefined || state.level !== undefined)
      );
    });
    if (known !== undefined) {
      if (!this.#states.has(known.output)) this.#keep(known, this.#chains.links.get(known.input));
      return { block: known.output, code: ranked };
    }
    const output = result(size, this.#results++, this.#ciphertexts.originOf(block, table));
    this.#add({ output, input: block, table });
    return { block: output, code: ranked };
  }

  #join(later: Reading, earlier: Reading): Joined | undefined {
    return joinReadings(this.#codes, later, earlier);
  }

  /** Whether two readings can be joined. */
  #fit(later: Reading, earlier: Reading): boolean {
    return this.#join(later, earlier) !== undefined;
  }

  /** The level of the last source of a block to be computed. */
  #level(block: Block): number {
    let level = 0;
    for (const { source } of termsOf(block)) level = Math.max(level, this.#states.get(source)?.level ?? 0);
    return level;
  }
}
