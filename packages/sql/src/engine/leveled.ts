import type { ClientKey, ParameterSet } from "tacet";
import {
  FlagResult,
  LeveledEngine,
  type LeveledEngineOptions,
  type LoadedVector,
  type Move,
  PackedVector,
  type Program,
  type Selector,
  SelectorList,
  type Step,
  SumResult,
} from "tacet/leveled";
import { LimitError, RequestError } from "../errors.ts";
import { readFrame, writeFrame } from "../frame.ts";
import { type Branching, branchingOf, type Operation } from "./branching.ts";
import type { ClientEngine, Evaluation, ServerEngine } from "./engine.ts";
import { fetchRecords, openRecords, recordsAsked, selectRecords } from "./fetch.ts";
import type { Job, Range, Truth } from "./job.ts";
import { told, toldAsync } from "./told.ts";

const NAME = "levelled";
/** Selectors are 24 KB each: columns of many values, but for one, are not for this engine. */
const MOST_SELECTORS = 256;
/** Sums are counted modulo all of these together, some 2^71. */
const MODULI = [509, 503, 499, 491, 487, 479, 467, 463] as const;
const PRODUCT = MODULI.reduce((product, modulus) => product * BigInt(modulus), 1n);

/** The client's side of an engine that computes without a server key. */
export interface LeveledClientOptions {
  readonly clientKey: ClientKey;
}

/** The server's side: it serves all clients of the parameter set. */
export interface LeveledServerOptions {
  /** Those of the clients' keys; the default ones unless given. */
  readonly parameters?: ParameterSet;
  /** As many as there are processors unless given. */
  readonly threads?: number;
}

/**
 * Encrypts the longest vector of flags packed, and all others as selectors.
 *
 * `encrypt` throws LimitError if the others have too many flags together.
 */
export function leveledClient({ clientKey }: LeveledClientOptions): ClientEngine {
  return {
    name: NAME,
    async encrypt(vectors) {
      const longest = longestOf(vectors.map(({ length }) => length));
      if (longest === undefined) return new Uint8Array();
      const packed = vectors[longest]!;
      const others = vectors.filter((_, index) => index !== longest).flatMap((vector) => [...vector]);
      expectFew(others.length);
      const parts = [
        others.length === 0 ? new Uint8Array() : (await SelectorList.encrypt(others, clientKey)).serialize(),
      ];
      for (const modulus of [2, ...MODULI])
        parts.push((await PackedVector.encrypt(packed, clientKey, { modulus })).serialize());
      return writeFrame({ header: null, parts });
    },
    decryptTruths: async (bytes, count) => told(() => decryptTruths(bytes, count, clientKey)),
    decryptSums: async (bytes, ranges) => told(() => decryptSums(bytes, ranges, clientKey)),
    select: (places, count, size) => selectRecords(clientKey, places, count, size),
    open: async (bytes, places, size) => told(() => openRecords(clientKey, bytes, places.length, size)),
  };
}

/** Computes truths with an external product for each selector that they read, as far as they have nothing in common. */
export function leveledServer(options: LeveledServerOptions = {}): ServerEngine {
  return {
    name: NAME,
    evaluate: (job, flags, { signal } = {}) => toldAsync(() => evaluate(options, job, flags, signal)),
    asked: (request) => recordsAsked(request),
    fetch: (shelf, request) => toldAsync(() => fetchRecords(options, shelf, request)),
  };
}

function longestOf(lengths: readonly number[]): number | undefined {
  return lengths.length === 0 ? undefined : lengths.indexOf(Math.max(...lengths));
}

function expectFew(count: number): void {
  if (count > MOST_SELECTORS) {
    throw new LimitError(
      `${count} flags beside the longest column, and the levelled engine takes ${MOST_SELECTORS}`,
    );
  }
}

/** An engine of this query's own, as what is taken in of a client stays in it. */
async function evaluate(
  options: LeveledServerOptions,
  job: Job,
  flags: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<Evaluation> {
  const progress = signal === undefined ? {} : { signal };
  const engine = await LeveledEngine.create({ ...options, ...progress } satisfies LeveledEngineOptions);
  try {
    return await new Evaluator(engine, job, progress).evaluate(flags);
  } finally {
    engine.dispose();
  }
}

class Evaluator {
  readonly #engine: LeveledEngine;
  readonly #job: Job;
  readonly #progress: { readonly signal?: AbortSignal };
  readonly #branchings = new Map<Truth, Branching>();
  readonly #from: number;
  readonly #to: number;
  #selectors: (index: number) => Selector = () => {
    throw new RequestError("there are no selectors");
  };
  #vectors: readonly LoadedVector[] = [];

  constructor(engine: LeveledEngine, job: Job, progress: { readonly signal?: AbortSignal }) {
    this.#engine = engine;
    this.#job = job;
    this.#progress = progress;
    const longest = longestOf(job.vectors) ?? 0;
    this.#from = job.vectors.slice(0, longest).reduce((sum, size) => sum + size, 0);
    this.#to = this.#from + (job.vectors[longest] ?? 0);
  }

  async evaluate(flags: Uint8Array): Promise<Evaluation> {
    if (this.#job.vectors.length > 0) await this.#load(flags);
    return { truths: await this.#truths(), sums: await this.#sums() };
  }

  async #load(flags: Uint8Array): Promise<void> {
    const [selectors, ...vectors] = readFrame(flags, MODULI.length + 2).parts;
    const others = this.#job.vectors.reduce((sum, size) => sum + size, 0) - (this.#to - this.#from);
    expectFew(others);
    if (others > 0) {
      const loaded = await this.#engine.load(SelectorList.deserialize(selectors!), this.#progress);
      if (loaded.length !== others)
        throw new RequestError(`there are ${loaded.length} selectors where ${others} belong`);
      this.#selectors = (index) => loaded.at(index);
    }
    const read = vectors.map((bytes) => PackedVector.deserialize(bytes));
    const fits = read.every(
      ({ length, modulus }, i) => length === this.#to - this.#from && modulus === [2, ...MODULI][i],
    );
    if (!fits) throw new RequestError("the packed flags are not those of the query");
    this.#vectors = await Promise.all(read.map((vector) => this.#engine.load(vector, this.#progress)));
  }

  #branching(truth: Truth): Branching {
    const known = this.#branchings.get(truth);
    if (known !== undefined) return known;
    const made = branchingOf(truth, this.#from, this.#to);
    if (made === undefined) throw new LimitError("a row reads packed flags as the levelled engine cannot");
    this.#branchings.set(truth, made);
    return made;
  }

  /** A program that has the truths one after the other, reading one of the vectors. */
  #program(truths: readonly Truth[], vector: LoadedVector): Program {
    const branchings = truths.map((truth) => this.#branching(truth));
    const length = Math.max(...branchings.map(({ operations }) => operations.length));
    const steps = Array.from({ length }, (_, step) => this.#step(branchings, step));
    const positions = branchings.map(({ packed }) => (packed === undefined ? 0 : packed - this.#from));
    return {
      count: truths.length,
      vector,
      positions,
      steps: steps.length === 0 ? [this.#step(branchings, 0)] : steps,
    };
  }

  /** What each truth does in a step: its operation, or, once it has none left, passing its result on. */
  #step(branchings: readonly Branching[], step: number): Step {
    const moves: Move[] = [];
    const known = new Map<string, number>();
    const digits = branchings.map(({ operations, result }) => {
      const operation = operations[step];
      const key = JSON.stringify(operation ?? result);
      const digit =
        known.get(key) ?? moves.push(operation === undefined ? { keep: result } : this.#move(operation)) - 1;
      known.set(key, digit);
      return digit;
    });
    return { digits, moves };
  }

  #move({ selector, low, high }: Operation): Move {
    return { selector: this.#selectors(selector), low, high };
  }

  /** Known truths as they are, others by their place in the result. */
  async #truths(): Promise<Uint8Array> {
    const open = new Map<number, number>();
    const { truths, asked } = this.#job;
    const places = asked.map((index) => {
      const truth = truths[index]!;
      if (typeof truth === "boolean") return truth;
      if (!open.has(index)) open.set(index, open.size);
      return open.get(index)!;
    });
    if (open.size === 0) return writeFrame({ header: places, parts: [new Uint8Array()] });
    const program = this.#program(
      [...open.keys()].map((index) => truths[index]!),
      this.#vectors[0]!,
    );
    const result = await this.#engine.evaluate(program, this.#progress);
    return writeFrame({ header: places, parts: [result.serialize()] });
  }

  /** What is known of sums, and the place of the rest in the result. */
  async #sums(): Promise<Uint8Array> {
    const [items, weights, groups]: [Truth[], bigint[], number[]] = [[], [], []];
    let next = 0;
    const header = this.#job.sums.map((sum) => {
      let known = 0n;
      const before = items.length;
      for (const [index, number] of sum.truths.entries()) {
        const [truth, weight] = [this.#job.truths[number]!, sum.weights[index]!];
        if (typeof truth === "boolean") known += truth ? weight : 0n;
        else if (weight !== 0n) {
          items.push(truth);
          weights.push(weight);
          groups.push(next);
        }
      }
      return [known.toString(), items.length > before ? next++ : -1];
    });
    if (items.length === 0) return writeFrame({ header, parts: [new Uint8Array()] });
    const [vector, ...vectors] = this.#vectors.slice(1);
    const options = { weights, groups, vectors, ...this.#progress };
    const result = await this.#engine.sum(this.#program(items, vector!), options);
    return writeFrame({ header, parts: [result.serialize()] });
  }
}

function decryptTruths(bytes: Uint8Array, count: number, clientKey: ClientKey): Uint8Array {
  const { header, parts } = readFrame(bytes, 1);
  if (!Array.isArray(header) || header.length !== count)
    throw new RequestError("there are other truths than were asked for");
  const open = parts[0]!.length === 0 ? [] : FlagResult.deserialize(parts[0]!).decrypt(clientKey);
  return Uint8Array.from(header, (place) => {
    const truth = typeof place === "boolean" ? place : open[place];
    if (truth === undefined) throw new RequestError("a truth is not there");
    return Number(truth);
  });
}

/** Sums are in ranges that are shorter than the product of the moduli, so that their residues tell them. */
function decryptSums(bytes: Uint8Array, ranges: readonly Range[], clientKey: ClientKey): bigint[] {
  const { header, parts } = readFrame(bytes, 1);
  const isSent = (sent: unknown) => Array.isArray(sent) && /^-?\d{1,1000}$/.test(String(sent[0]));
  if (!Array.isArray(header) || header.length !== ranges.length || !header.every(isSent)) {
    throw new RequestError("these are not the sums that were asked for");
  }
  const open = parts[0]!.length === 0 ? [] : SumResult.deserialize(parts[0]!).decrypt(clientKey);
  return ranges.map(({ low, high }, index) => {
    const [known, place] = header[index] as [string, number];
    const rest = place < 0 ? 0n : open[place];
    if (rest === undefined) throw new RequestError("a sum is not there");
    if (high - low >= PRODUCT) throw new LimitError("a sum has more digits than the levelled engine counts");
    const residue = (((BigInt(known) + rest - low) % PRODUCT) + PRODUCT) % PRODUCT;
    if (residue > high - low) throw new RequestError("a sum is out of its range");
    return low + residue;
  });
}
