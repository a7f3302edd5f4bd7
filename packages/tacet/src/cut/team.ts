import type { Opened } from "../api/engine/engine.ts";
import { MismatchError } from "../errors.ts";
import type { Block } from "../graph/block.ts";
import type { Shared, Team, TeamBatch } from "../graph/cut/part.ts";
import { rebuildRotation } from "../graph/cut/rebuild.ts";
import { bigLweDimension } from "../parameters/parameter-set.ts";
import type { ProgressOptions } from "../progress.ts";
import { abortReason, after, throwIfAborted, time } from "../realm.ts";
import { readShared, writeShared } from "./bytes.ts";
import { type ComputationPart, imported } from "./data.ts";
import type { Exchange } from "./exchange.ts";

/** How a part of a team is computed. */
export interface TeamOptions extends ProgressOptions {
  /** Without one, it computes all that it needs. */
  readonly exchange: Exchange | undefined;
  /** Milliseconds until it computes by itself what has not arrived. */
  readonly patience: number;
}

/** Who waits looks so often whether it is to go on waiting. */
const LOOK_MS = 20;
/**
 * Computes a part of a team: its own batches in their order, as soon as what they read is there, and of those of others what
 * it needs and does not get. What others read of them, it gives. It keeps all blocks until it is released.
 */
export class TeamMember {
  readonly #opened: Opened;
  readonly #part: ComputationPart;
  readonly #team: Team;
  readonly #options: TeamOptions;
  /** By the number of the source: what is there, or is being computed. */
  readonly #blocks: (Block | undefined)[];
  /** For each source which rotation gives it. */
  readonly #makers: number[] = [];
  /** For each rotation the numbers of the sources that it gives, and whose it is. */
  readonly #outputs: number[][];
  readonly #lanes: number[] = [];
  readonly #shared: ReadonlyMap<number, Shared>;
  /** Batches of others that it computes by itself. */
  readonly #adopted = new Set<TeamBatch>();
  /** The rotations, not begun, that it needs; more where others have arrived since, none that it lacks. */
  #needed: Set<number> | undefined;
  readonly #held: Block[] = [];
  readonly #given: Promise<void>[] = [];
  #running = 0;
  #done = 0;
  #failed: { readonly error: unknown } | undefined;
  /** Whether it hears no more of others: what comes later nobody would let go of. */
  #over = false;
  /** Since when it has waited for others. */
  #since = time();
  /** For how long it waits. */
  #patience: number;
  #wake: () => void = () => undefined;

  /** @param given its inputs and what it imports. */
  constructor(
    opened: Opened,
    part: ComputationPart,
    team: Team,
    given: readonly Block[],
    options: TeamOptions,
  ) {
    this.#opened = opened;
    this.#part = part;
    this.#team = team;
    this.#options = options;
    this.#patience = options.exchange === undefined ? 0 : options.patience;
    this.#blocks = [...given];
    this.#hold(given);
    for (const _ of given) this.#makers.push(-1);
    this.#outputs = part.rotations.map(({ tables }, rotation) =>
      tables.map(() => this.#makers.push(rotation) - 1),
    );
    for (const { lane, rotations } of team.batches)
      for (const rotation of rotations) this.#lanes[rotation] = lane;
    this.#shared = new Map(team.shared.map((one) => [one.source, one]));
  }

  /** Lets go of all blocks. */
  release(): void {
    this.#over = true;
    this.#opened.context.evaluator.builder.release(this.#held.splice(0));
  }

  /** @returns the blocks of what the part gives. */
  async compute(): Promise<Block[]> {
    const { exchange, signal } = this.#options;
    const leave = await this.#join(exchange);
    try {
      for (;;) {
        throwIfAborted(signal);
        this.#checkFailure();
        const owed = this.#owed();
        if (owed.length === 0 && this.#running === 0) break;
        this.#needed ??= this.#neededFor(owed);
        this.#begin(this.#needed);
        const idle = this.#running < this.#opened.context.evaluator.threads;
        const waits = time() - this.#since < this.#patience;
        if (!idle || waits || !this.#adopt(owed)) await this.#change();
      }
      await unlessAborted(Promise.all(this.#given), signal);
      this.#checkFailure();
      return this.#part.gives.map((source) => this.#blocks[source]!);
    } finally {
      this.#over = true;
      leave?.();
    }
  }

  #checkFailure(): void {
    if (this.#failed !== undefined) throw this.#failed.error;
  }

  async #join(exchange: Exchange | undefined): Promise<(() => void) | undefined> {
    const { signal } = this.#options;
    const joined = exchange?.join((bytes) => this.#arrive(bytes));
    try {
      return await unlessAborted(joined, signal);
    } catch (error) {
      // Who gives up does not wait for an exchange that does not answer; but leaves once it does.
      joined?.then((leave) => leave()).catch(() => undefined);
      throw error;
    }
  }

  /** What it gives to later parts, and what others read of its own rotations: what of it is not there. */
  #owed(): number[] {
    const owed = this.#part.gives.filter((source) => this.#blocks[source] === undefined);
    for (const source of this.#shared.keys()) {
      if (this.#blocks[source] === undefined && this.#isOwn(source)) owed.push(source);
    }
    return owed;
  }

  /** The rotations, not begun, that some sources need. */
  #neededFor(sources: readonly number[]): Set<number> {
    const needed = new Set<number>();
    const stack = [...sources];
    for (let source = stack.pop(); source !== undefined; source = stack.pop()) {
      const rotation = this.#makers[source];
      if (needed.has(rotation)) continue;
      needed.add(rotation);
      for (const [, read] of this.#part.rotations[rotation].terms)
        if (this.#blocks[read] === undefined) stack.push(read);
    }
    return needed;
  }

  /**
   * Begins batches whose inputs are there, or are being computed: as many as there are threads, and one more. The engine does
   * not know what others wait for, so it gets no more than that to choose from.
   */
  #begin(needed: Set<number>): void {
    const { build, context } = this.#opened;
    for (const batch of this.#team.batches) {
      if (this.#running > context.evaluator.threads) break;
      if (batch.lane !== this.#lane && !this.#adopted.has(batch)) continue;
      const rotations = batch.rotations.filter((rotation) => needed.has(rotation));
      const reads = rotations.flatMap((rotation) => this.#part.rotations[rotation].terms);
      if (rotations.length === 0 || reads.some(([, source]) => this.#blocks[source] === undefined)) continue;
      build(context, () => {
        for (const rotation of rotations) this.#rebuild(rotation);
      });
      for (const rotation of rotations) needed.delete(rotation);
      void this.#run(rotations);
    }
  }

  #rebuild(rotation: number): void {
    const { builder } = this.#opened.context.evaluator;
    const made = rebuildRotation(builder, this.#part.rotations[rotation], this.#blocks as Block[]);
    this.#hold(made);
    // Of several tables, some may have arrived.
    for (const [at, source] of this.#outputs[rotation].entries()) this.#blocks[source] ??= made[at];
  }

  async #run(rotations: readonly number[]): Promise<void> {
    const { evaluator } = this.#opened.context;
    const { onProgress, signal, exchange } = this.#options;
    this.#running++;
    try {
      const sources = rotations.flatMap((rotation) => this.#outputs[rotation]);
      const shared = sources.filter((source) => this.#shared.has(source));
      // What is not shared is asked for as well, so that it is computed now.
      const order = [...shared, ...sources.filter((source) => !this.#shared.has(source))];
      const computed = await evaluator.compute(
        order.map((source) => this.#blocks[source]!),
        { signal },
      );
      if (shared.length > 0 && exchange !== undefined) {
        const given = shared.map((source, at) => ({ source, lwe: computed[at].lwe }));
        this.#given.push(this.#give(exchange, writeShared(this.#part, this.#team, given)));
      }
      this.#done += rotations.length;
      onProgress?.(Math.min(1, this.#done / this.#part.bootstraps));
    } catch (error) {
      this.#failed ??= { error };
    } finally {
      this.#running--;
      this.#since = time();
      this.#wake();
    }
  }

  async #give(exchange: Exchange, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    try {
      await exchange.give(bytes);
    } catch (error) {
      this.#failed ??= { error };
      this.#wake();
    }
  }

  /** Takes in what others have given; of what is there already, nothing. */
  #arrive(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#over) return;
    try {
      const { build, context } = this.#opened;
      const length = bigLweDimension(context.evaluator.parameters) + 1;
      const some = readShared(bytes, this.#part, this.#team, length).filter(
        ({ source }) => this.#blocks[source] === undefined,
      );
      const known = some.map(({ source }) => this.#shared.get(source) ?? refuse(source));
      build(context, () => {
        const loaded = context.evaluator.load(known.map((one, i) => imported(one, some[i].lwe)));
        this.#hold(loaded);
        for (const [i, { source }] of some.entries()) this.#blocks[source] = loaded[i];
      });
      // What others need of its own rotations has changed only where somebody has computed one in its place.
      if (some.some(({ source }) => this.#isOwn(source))) this.#needed = undefined;
      this.#since = time();
      this.#patience = this.#options.patience;
    } catch (error) {
      this.#failed ??= { error };
    }
    this.#wake();
  }

  /**
   * Takes batches of others on, the first that keep its own waiting. From now on it waits for no others, until something
   * arrives. Says whether there were any.
   */
  #adopt(owed: readonly number[]): boolean {
    this.#patience = 0;
    const needed = (this.#needed = this.#neededFor(owed));
    const { threads } = this.#opened.context.evaluator;
    const most = this.#options.exchange === undefined ? Infinity : threads;
    const strange = this.#team.batches.filter(
      (batch) =>
        batch.lane !== this.#lane &&
        !this.#adopted.has(batch) &&
        batch.rotations.some((rotation) => needed.has(rotation)),
    );
    for (const batch of strange.slice(0, most)) this.#adopted.add(batch);
    return strange.length > 0;
  }

  #isOwn(source: number): boolean {
    return this.#lanes[this.#makers[source]] === this.#lane;
  }

  get #lane(): number {
    return this.#part.index - this.#team.first;
  }

  #hold(blocks: readonly Block[]): void {
    this.#opened.context.evaluator.builder.retain(blocks);
    this.#held.push(...blocks);
  }

  /** Resolves when something has arrived or been computed, or after a while. */
  async #change(): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = after(LOOK_MS, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}

/** Settles as a promise does, or with the signal's reason. */
async function unlessAborted<T>(promise: T | Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await promise;
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(abortReason(signal));
    signal.addEventListener("abort", stop);
  });
  try {
    throwIfAborted(signal);
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function refuse(source: number): never {
  throw new MismatchError(`the team shares nothing of number ${source}`);
}
