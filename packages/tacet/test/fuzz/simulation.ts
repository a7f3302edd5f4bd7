import { Engine } from "../../src/api/engine/engine.ts";
import { Scheduler, type Verifier } from "../../src/engine/scheduler.ts";
import { CiphertextStore } from "../../src/engine/store.ts";
import { readJob } from "../../src/engine/threads/job.ts";
import type { Pool, PoolListener } from "../../src/engine/threads/pool.ts";
import { JobQueue, QUEUE_BYTES } from "../../src/engine/threads/queue.ts";
import { twinOf } from "../../src/engine/twin.ts";
import { Workload } from "../../src/engine/workload.ts";
import { type Block, type BlockForm, constantOf, type InputBlock, termsOf } from "../../src/graph/block.ts";
import { Builder } from "../../src/graph/builder.ts";
import { type Plan, plan } from "../../src/graph/plan.ts";
import { PlanVerifier } from "../../src/graph/verify/verifier.ts";
import type { Workforce } from "../../src/graph/workforce/batch.ts";
import { Heap } from "../../src/kernel/heap.ts";
import { PERMIT, type Permit } from "../../src/opaque.ts";
import {
  bigLweDimension,
  blockCapacity,
  deltaLog,
  type ParameterSet,
} from "../../src/parameters/parameter-set.ts";
import type { ProgressOptions } from "../../src/progress.ts";
import type { Block as Content } from "../../src/wire/values/ciphertext.ts";
import { checkCost, checkPlan, PlanFault, type Truth, WORLDS } from "./check-plan.ts";
import type { Crew } from "./program.ts";
import type { Random } from "./random.ts";

/*
 * What stands for a ciphertext in memory: the body that it would have without mask and noise, for each world. As Δ is
 * above 2^32, the upper words are all that there is to it; what is not a multiple of Δ marks slots that hold nothing.
 * Then one element in place of a mask, which combinations and rotations make another as they do with ciphertexts, and a
 * body after it.
 */
const MASK_BYTES = 8 * WORLDS;
const SLOT_BYTES = MASK_BYTES + 16;
const EMPTY = 0x00005eed;
const FREED = 0x0000dead;
const GARBAGE = 0x0000bad;

/** Rotations that have been planned, after which no further plans are made for the sake of plans. */
const MOST_ROTATIONS = 1000;

/** Turns without a move, and the time, after which nothing is to be expected any more. */
const MOST_IDLE_TURNS = 2000;
const MOST_IDLE_MS = 500;

/** A simulation's memory, which many can have one after the other. */
export class Ground {
  readonly heap: Heap = new Heap({ shared: false, limitBytes: 2 ** 28 });
}

/** A store whose slots tell whether they hold something. */
class MarkedStore extends CiphertextStore {
  readonly #heap: Heap;
  /** Number of slots that have been given and not given back. */
  reserved = 0;

  constructor(heap: Heap, maxNoise: number) {
    const bytes: Readonly<Record<BlockForm, number>> = {
      big: SLOT_BYTES,
      unchecked: SLOT_BYTES,
      compact: SLOT_BYTES,
      switched: SLOT_BYTES,
      random: SLOT_BYTES,
      stored: SLOT_BYTES,
    };
    super(heap, bytes, maxNoise);
    this.#heap = heap;
  }

  override viewSlot(slot: number): BigUint64Array {
    return super.viewSlot(slot).subarray(WORLDS);
  }

  override reserve(form?: "big"): number {
    const slot = super.reserve(form);
    this.#mark(slot, EMPTY);
    this.reserved++;
    return slot;
  }

  override discard(slot: number, form?: "big"): void {
    this.#mark(slot, FREED);
    this.reserved--;
    super.discard(slot, form);
  }

  #mark(slot: number, word: number): void {
    new Int32Array(this.#heap.memory.buffer, slot, 2 * WORLDS).fill(word);
  }
}

/** Threads that compute when they are told to, one move at a time. */
class SimulatedPool implements Pool {
  readonly #heap: Heap;
  readonly #queue: JobQueue;
  readonly #workforce: Workforce;
  readonly #parameters: ParameterSet;
  readonly #listener: PoolListener;
  readonly #random: Random;
  /** The jobs that each thread is at. */
  readonly #running = new Map<number, readonly number[]>();
  /** What has been finished, of which nobody has heard: news of one thread may overtake another's. */
  readonly #news: { readonly jobs: readonly number[]; readonly thread: number }[] = [];

  constructor(
    heap: Heap,
    queue: number,
    workforce: Workforce,
    parameters: ParameterSet,
    listener: PoolListener,
    random: Random,
  ) {
    this.#heap = heap;
    this.#queue = new JobQueue(heap.memory, queue, false);
    this.#workforce = workforce;
    this.#parameters = parameters;
    this.#listener = listener;
    this.#random = random;
  }

  setBusy(): void {}

  async stop(): Promise<boolean> {
    this.#running.clear();
    this.#news.length = 0;
    return true;
  }

  /** Has some thread take jobs, finish those that it has taken, or tell of them. Returns whether there was anything to do. */
  move(): boolean {
    if (this.#news.length > 0 && this.#random.chance(0.8)) return this.#tell();
    const idle = this.#running.size < this.#workforce.threads;
    if (idle && (this.#running.size === 0 || this.#random.chance(0.6))) {
      const jobs = this.#queue.take(this.#workforce);
      if (jobs.length > 0) {
        let thread = this.#random.below(this.#workforce.threads);
        while (this.#running.has(thread)) thread = (thread + 1) % this.#workforce.threads;
        this.#running.set(thread, jobs);
        return true;
      }
    }
    if (this.#running.size === 0) return this.#tell();
    const thread = this.#random.pick([...this.#running.keys()]);
    const jobs = this.#running.get(thread)!;
    this.#running.delete(thread);
    for (const job of jobs) this.#compute(job);
    this.#queue.complete(jobs);
    this.#news.push({ jobs, thread });
    return true;
  }

  #tell(): boolean {
    if (this.#news.length === 0) return false;
    const [{ jobs, thread }] = this.#news.splice(this.#random.below(this.#news.length), 1);
    this.#listener.onCompletion({ jobs, milliseconds: 1 }, thread);
    return true;
  }

  #compute(job: number): void {
    const words = new Int32Array(this.#heap.memory.buffer);
    const capacity = blockCapacity(this.#parameters);
    const delta = 2 ** (deltaLog(this.#parameters) - 32);
    const size = this.#parameters.polynomialSize;
    const box = size / capacity;
    const { terms, termCount, constant, table, outputs } = readJob(this.#heap.memory, job);
    for (const { address } of outputs) {
      if (words[(address >>> 2) + 1] !== EMPTY)
        throw new PlanFault("a job writes to a slot that is not its own");
    }
    for (let world = 0; world < WORLDS; world++) {
      let phase = Number(constant >> 32n) | 0;
      let isGarbage = false;
      for (let at = terms >>> 2, left = termCount; left > 0; left--, at += 2) {
        const word = words[(words[at] >>> 2) + 2 * world + 1];
        isGarbage ||= word % delta !== 0;
        phase = (phase + Math.imul(words[at + 1], word)) | 0;
      }
      const value = (phase >>> 0) / delta;
      for (const { coefficient, address, offset } of outputs) {
        const at = (coefficient + value * box) % (2 * size);
        // A job that was cancelled after it had been taken may read anything: nobody wants its outputs.
        const slot = (address >>> 2) + 2 * world;
        words[slot] = 0;
        words[slot + 1] = isGarbage
          ? GARBAGE
          : ((at < size ? words[(table >>> 2) + 2 * at + 1] : -words[(table >>> 2) + 2 * (at - size) + 1]) +
              Number(offset >> 32n)) |
            0;
      }
    }
    const masks = new BigUint64Array(this.#heap.memory.buffer);
    let mask = 0n;
    for (let at = terms >>> 2, left = termCount; left > 0; left--, at += 2)
      mask += BigInt(words[at + 1]) * masks[(words[at] + MASK_BYTES) >>> 3];
    const entry = (place: number): number => {
      const turns = Math.floor(place / capacity);
      const word = words[(table >>> 2) + 2 * box * (place - turns * capacity) + 1];
      return turns % 2 === 0 ? word : -word | 0;
    };
    for (const { coefficient, address } of outputs) {
      const first = coefficient / box + Number(constant >> 32n) / delta;
      const around = Array.from({ length: capacity }, (_, at) => entry(first + at));
      // The negative of a polynomial gives the negative of a ciphertext.
      const sign = Math.sign(around.find((word) => word !== 0) ?? 0);
      masks[(address + MASK_BYTES) >>> 3] =
        BigInt(sign) *
        hashOf(
          mask,
          around.map((word) => (sign * word) | 0),
        );
      masks[((address + MASK_BYTES) >>> 3) + 1] = 0n;
    }
  }
}

/** What a mask of 64 bits becomes in a rotation of a lookup polynomial. */
function hashOf(mask: bigint, polynomial: readonly number[]): bigint {
  let [low, high] = [Number(mask & 0xffffffffn) | 0, Number((mask >> 32n) & 0xffffffffn) | 0];
  for (const word of polynomial) {
    low = Math.imul(low ^ word ^ high, 0x85ebca6b);
    low ^= low >>> 13;
    high = Math.imul(high + word + low, 0xc2b2ae35);
    high ^= high >>> 16;
  }
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/**
 * An engine in which nothing is encrypted: its scheduler, its queue, its memory and the handles before it are the real
 * ones, its ciphertexts are clear, and its threads move when they are told to. It computes with several values of each
 * input at once, and checks every plan.
 */
export class Simulation {
  readonly parameters: ParameterSet;
  readonly builder: Builder;
  readonly engine: Engine;
  /** Whom the engine explains its plans for. */
  crew: Crew;
  /** Number of plans that were made, and of rotations in them. */
  plans = 0;
  rotations = 0;
  readonly #heap: Heap;
  readonly #store: MarkedStore;
  readonly #scheduler: Scheduler;
  readonly #verifier: PlanVerifier;
  readonly #truth: Truth = new WeakMap();
  /** Inputs by their ciphertexts and facts, also those that have been dropped. */
  readonly #loaded = new Map<string, InputBlock>();
  /** The name of each mask that has been loaded. */
  readonly #masks = new Map<string, number>();
  #pool: SimulatedPool | undefined;

  constructor(ground: Ground, parameters: ParameterSet, crew: Crew, random: Random) {
    const { heap } = ground;
    this.#heap = heap;
    this.parameters = parameters;
    this.crew = crew;
    this.builder = new Builder(parameters);
    this.#store = new MarkedStore(heap, this.builder.maxNoise);
    this.builder.onDrop = (block) => this.#store.drop(block);
    const queue = heap.allocate(QUEUE_BYTES);
    const planned = plannedFor(crew);
    const listener: PoolListener = {
      onCompletion: (completion, thread) => this.#scheduler.onCompletion(completion, thread),
      onCrash: (reason) => this.#scheduler.onCrash(reason),
    };
    const startPool = (): Pool =>
      (this.#pool = new SimulatedPool(heap, queue, crew, parameters, listener, random));
    this.#verifier = new PlanVerifier(parameters);
    const verifier: Verifier = { verify: (...plan) => this.#check(...plan) };
    const workload = new Workload(this.builder, this.#store, heap, queue, false);
    const limits = { bootstraps: Infinity, bytes: Infinity };
    this.#scheduler = new Scheduler(this.builder, this.#store, workload, planned, startPool);
    this.#scheduler.open({}, limits, verifier);
    // Handles take an evaluator for what has these members; that it keeps secrets is beside the point.
    const evaluator = {
      parameters,
      builder: this.builder,
      threads: crew.threads,
      whyNoWorkers: "threads that are simulated",
      // Handles leave the garbage collector out of it, so that nothing depends on when it comes.
      deterministic: true,
      checkAlive: () => {},
      load: (blocks: readonly Content[]) => blocks.map((block) => this.load(block)),
      compute: async (blocks: readonly Block[], options: ProgressOptions) => {
        const values = await this.compute(blocks, options);
        return values.map((worlds) => contentOf(worlds, 1, 1, parameters));
      },
      explain: (blocks: readonly Block[]) => this.explain(blocks, this.crew),
    };
    const Open = Engine as unknown as new (permit: Permit, context: object) => Engine;
    this.engine = new Open(PERMIT, { evaluator, tag: new Uint8Array(0) });
  }

  /** Number of ciphertexts held, or about to be. */
  get ciphertexts(): number {
    return this.#store.reserved;
  }

  /** A source with a value in each world: the same for the same content, as in an engine. */
  load(content: Content, form: "big" | "unchecked" = "big"): InputBlock {
    const values = worldsOf(content);
    const facts = {
      max: content.degree,
      noise: content.noiseLevel ** 2,
      form,
      twin: twinOf(content.lwe.subarray(WORLDS)),
    };
    const bodies = values.map((value) => BigInt(value) << BigInt(deltaLog(this.parameters)));
    // As `CiphertextStore.find`, which compares whole ciphertexts; here, slots have no masks.
    const key = [content.lwe.join(), facts.max, facts.noise, form].join(":");
    const known = this.#loaded.get(key);
    if (known !== undefined && known.references >= 0) return known;
    const block = this.builder.input(facts);
    this.#loaded.set(key, block);
    this.#checkTwin(block, content);
    const slot = this.#store.reserve();
    this.#store.write(slot, BigUint64Array.from([...bodies, content.lwe[WORLDS], 0n]));
    this.#store.assign(block, slot, { mask: facts.twin, rotation: undefined });
    this.#truth.set(block, values);
    return block;
  }

  /** Checks that masks have names of their own, and that an input has its mask's, or the negative's negative. */
  #checkTwin({ twin }: InputBlock, content: Content): void {
    const [mask, negative] = [content, negated(content)].map(({ lwe }) => lwe.subarray(WORLDS).join());
    for (const [other, name] of this.#masks) {
      const expected = other === mask ? name : other === negative ? -name : undefined;
      if (expected === undefined ? Math.abs(name) === Math.abs(twin) : expected !== twin)
        throw new PlanFault("a mask is not known by its name");
    }
    this.#masks.set(mask, twin);
  }

  /** The values of blocks in each world. Threads have to be told to move for that. */
  async compute(blocks: readonly Block[], options: ProgressOptions = {}): Promise<number[][]> {
    this.builder.retain(blocks);
    try {
      await this.#scheduler.compute(blocks, options);
      return blocks.map((block) => this.#read(block));
    } finally {
      this.builder.release(blocks);
    }
  }

  /** Plans what a crew would do for some blocks, unless that has taken long enough. */
  explain(blocks: readonly Block[], crew: Crew): void {
    if (this.rotations > MOST_ROTATIONS) return;
    // These are not carried out: what has been verified knows nothing of them.
    const aside = new PlanVerifier(this.parameters);
    this.#check(plan(blocks, this.parameters, plannedFor(crew)), blocks, undefined, aside);
    const least = plan(blocks, this.parameters);
    this.#check(least, blocks, undefined, aside);
    checkCost(least, blocks, this.parameters);
  }

  /** Lets the threads make some moves, or as many as there are to make. */
  async run(moves: number): Promise<void> {
    await nextTurn();
    await nextTurn();
    for (let left = moves; left > 0 && this.#move(); left--);
    await nextTurn();
  }

  /**
   * Lets the threads work until nothing is open or to be done.
   *
   * @throws PlanFault if something stays open.
   */
  async finish(isOpen: () => boolean): Promise<void> {
    const start = performance.now();
    for (let idle = 0; isOpen() || idle < 2; ) {
      await nextTurn();
      if (this.#move()) idle = 0;
      else if (++idle > MOST_IDLE_TURNS && performance.now() - start > MOST_IDLE_MS) {
        throw new PlanFault("a request is never answered");
      }
    }
  }

  dispose(): void {
    this.#scheduler.dispose();
  }

  #check(
    made: Plan,
    blocks: readonly Block[],
    isUnderWay?: (block: Block) => boolean,
    verifier = this.#verifier,
  ): void {
    this.plans++;
    this.rotations += made.rotations.length;
    checkPlan(made, blocks, this.#truth, this.parameters);
    verifier.verify(made, blocks, isUnderWay);
  }

  #move(): boolean {
    return this.#pool?.move() ?? false;
  }

  get #delta(): number {
    return 2 ** (deltaLog(this.parameters) - 32);
  }

  #read(block: Block): number[] {
    const words = new Int32Array(this.#heap.memory.buffer);
    const capacity = blockCapacity(this.parameters);
    const terms = termsOf(block).map(({ source, coefficient }) => {
      return { at: this.#store.address(source) >>> 2, coefficient };
    });
    return Array.from({ length: WORLDS }, (_, world) => {
      let sum = constantOf(block);
      for (const { at, coefficient } of terms) {
        const word = words[at + 2 * world + 1];
        if (word % this.#delta !== 0) throw new PlanFault(`a result reads a slot that ${nameOf(word)}`);
        sum += coefficient * ((word >>> 0) / this.#delta);
      }
      if (sum < 0 || sum >= capacity) throw new PlanFault(`a result is ${sum}`);
      return sum;
    });
  }
}

/** Whom an engine plans for. */
function plannedFor({ threads, batch, deterministic }: Crew): Workforce {
  return deterministic ? { threads: 1, batch: 8 } : { threads, batch };
}

/** The content of a block that has a value in each world. @param mask draws its mask; it has none if left out. */
export function contentOf(
  worlds: readonly number[],
  degree: number,
  noiseLevel: number,
  parameters: ParameterSet,
  mask?: Random,
): Content {
  const lwe = new BigUint64Array(bigLweDimension(parameters) + 1);
  for (const [world, value] of worlds.entries()) lwe[world] = BigInt(value);
  if (mask !== undefined) for (let at = WORLDS; at < lwe.length - 1; at++) lwe[at] = mask.bits(64);
  return { lwe, degree, noiseLevel };
}

/** What a content's negative would be, had it not other values. */
export function negated({ lwe, ...facts }: Content): Content {
  const elements = Array.from(lwe, (element, at) => (at < WORLDS ? element : BigInt.asUintN(64, -element)));
  return { ...facts, lwe: BigUint64Array.from(elements) };
}

/** The values of such a content. */
export function worldsOf({ lwe }: Pick<Content, "lwe">): number[] {
  return Array.from(lwe.subarray(0, WORLDS), Number);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function nameOf(word: number): string {
  if (word === EMPTY) return "has not been computed";
  return word === FREED
    ? "has been freed"
    : "holds what came of an empty slot or of a value beyond its block";
}
