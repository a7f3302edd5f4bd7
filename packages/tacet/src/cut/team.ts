import type { Opened } from "../api/engine/engine.ts";
import { MismatchError } from "../errors.ts";
import type { Block } from "../graph/block.ts";
import type { Shared, Team } from "../graph/cut/part.ts";
import { rebuildRotation } from "../graph/cut/rebuild.ts";
import { bigLweDimension } from "../parameters/parameter-set.ts";
import type { ProgressOptions } from "../progress.ts";
import { after, throwIfAborted, time } from "../realm.ts";
import { readShared, type SharedCiphertext, writeShared } from "./bytes.ts";
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
/** How many rotations of others a thread does at once before it looks whether they have arrived meanwhile. */
const AT_ONCE = 4;

/**
 * Computes a part of a team: its own rotations as soon as what they read is there, and of those of others what it needs and
 * does not get. What of them others read, it gives. It keeps all blocks until it is released.
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
  /** For each rotation the numbers of the sources that it gives. */
  readonly #outputs: number[][];
  readonly #shared: ReadonlyMap<number, Shared>;
  /** Rotations of others that it computes by itself. */
  readonly #adopted = new Set<number>();
  readonly #held: Block[] = [];
  readonly #given: Promise<void>[] = [];
  #running = 0;
  #done = 0;
  #failed: { readonly error: unknown } | undefined;
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
    this.#shared = new Map(team.shared.map((one) => [one.source, one]));
  }

  /** Lets go of all blocks. */
  release(): void {
    this.#opened.context.evaluator.builder.release(this.#held.splice(0));
  }

  /** @returns the blocks of what the part gives. */
  async compute(): Promise<Block[]> {
    const { exchange, signal } = this.#options;
    const leave = await exchange?.join((bytes) => this.#arrive(bytes));
    try {
      for (;;) {
        throwIfAborted(signal);
        if (this.#failed !== undefined) throw this.#failed.error;
        const needed = this.#needed();
        if (needed.length === 0 && this.#running === 0) break;
        this.#begin(needed);
        const idle = this.#running < this.#opened.context.evaluator.threads;
        const waits = time() - this.#since < this.#patience;
        if (!idle || waits || !this.#adopt(needed)) await this.#change();
      }
      await Promise.all(this.#given);
      return this.#part.gives.map((source) => this.#blocks[source]!);
    } finally {
      leave?.();
    }
  }

  /**
   * The rotations, not begun, that what it owes still needs: what it gives to later parts, and what others read of its own
   * rotations. In their order.
   */
  #needed(): number[] {
    const needed = new Set<number>();
    const stack = this.#part.gives.filter((source) => this.#blocks[source] === undefined);
    for (const source of this.#shared.keys()) {
      if (this.#blocks[source] === undefined && this.#isOwn(this.#makers[source])) stack.push(source);
    }
    for (let source = stack.pop(); source !== undefined; source = stack.pop()) {
      const rotation = this.#makers[source];
      if (needed.has(rotation)) continue;
      needed.add(rotation);
      for (const [, read] of this.#part.rotations[rotation].terms)
        if (this.#blocks[read] === undefined) stack.push(read);
    }
    return [...needed].sort((a, b) => a - b);
  }

  /** Begins all that are its own and have what they read. */
  #begin(needed: readonly number[]): void {
    const begun: number[] = [];
    const { build, context } = this.#opened;
    build(context, () => {
      for (const rotation of needed) {
        if (!this.#isOwn(rotation) && !this.#adopted.has(rotation)) continue;
        const { terms } = this.#part.rotations[rotation];
        if (terms.some(([, source]) => this.#blocks[source] === undefined)) continue;
        this.#rebuild(rotation);
        begun.push(rotation);
      }
    });
    for (const rotation of begun) void this.#run(rotation);
  }

  #rebuild(rotation: number): void {
    const { builder } = this.#opened.context.evaluator;
    const made = rebuildRotation(builder, this.#part.rotations[rotation], this.#blocks as Block[]);
    this.#hold(made);
    // Of several tables, some may have arrived.
    for (const [at, source] of this.#outputs[rotation].entries()) this.#blocks[source] ??= made[at];
  }

  async #run(rotation: number): Promise<void> {
    const { evaluator } = this.#opened.context;
    const { onProgress, signal, exchange } = this.#options;
    this.#running++;
    try {
      const sources = this.#outputs[rotation];
      const computed = await evaluator.compute(
        sources.map((source) => this.#blocks[source]!),
        { signal },
      );
      const shared = sources
        .map((source, at): SharedCiphertext => ({ source, lwe: computed[at].lwe }))
        .filter(({ source }) => this.#shared.has(source));
      if (shared.length > 0 && exchange !== undefined)
        this.#given.push(this.#give(exchange, writeShared(this.#part, this.#team, shared)));
      this.#done++;
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
      this.#since = time();
      this.#patience = this.#options.patience;
    } catch (error) {
      this.#failed ??= { error };
    }
    this.#wake();
  }

  /**
   * Takes some rotations of others on, the first that keep its own waiting. From now on it waits for no others, until
   * something arrives. Says whether there were any.
   */
  #adopt(needed: readonly number[]): boolean {
    this.#patience = 0;
    const { threads } = this.#opened.context.evaluator;
    const most = this.#options.exchange === undefined ? Infinity : AT_ONCE * threads;
    const strange = needed.filter((rotation) => !this.#isOwn(rotation) && !this.#adopted.has(rotation));
    for (const rotation of strange.slice(0, most)) this.#adopted.add(rotation);
    return strange.length > 0;
  }

  #isOwn(rotation: number): boolean {
    return this.#team.lanes[rotation] === this.#part.index - this.#team.first;
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

function refuse(source: number): never {
  throw new MismatchError(`the team shares nothing of number ${source}`);
}
