import { DisposedError } from "../errors.ts";
import type { LeveledCore } from "./core.ts";

/** Memory of an engine that is given back when its owner lets go of it, once no computation reads it any more. */
export class Resource {
  readonly #core: LeveledCore;
  readonly #pieces: readonly (readonly [address: number, bytes: number])[];
  readonly #what: string;
  #uses = 0;
  #disposed = false;

  constructor(
    core: LeveledCore,
    what: string,
    pieces: readonly (readonly [address: number, bytes: number])[],
  ) {
    this.#core = core;
    this.#what = what;
    this.#pieces = pieces;
  }

  /** @throws DisposedError */
  check(): void {
    this.#core.checkAlive();
    if (this.#disposed) throw new DisposedError(`${this.#what} been disposed of`);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    if (this.#uses === 0) this.#core.release(this.#pieces);
  }

  hold(): void {
    this.#uses++;
  }

  letGo(): void {
    this.#uses--;
    if (this.#uses === 0 && this.#disposed) this.#core.release(this.#pieces);
  }
}

/** Does what reads some resources. @throws DisposedError if one has been disposed of before. */
export async function using<T>(resources: Iterable<Resource>, work: () => Promise<T>): Promise<T> {
  const held = [...resources];
  for (const resource of held) resource.check();
  for (const resource of held) resource.hold();
  try {
    return await work();
  } finally {
    for (const resource of held) resource.letGo();
  }
}
