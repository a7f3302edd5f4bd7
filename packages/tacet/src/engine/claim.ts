/** What has been taken while something is set up, so that all of it can be given back if there is not enough. */
export class Claim {
  readonly #undo: (() => void)[] = [];

  /** Passes on what was taken, and remembers how to give it back. */
  take<T>(taken: T, giveBack: (taken: T) => void): T {
    this.#undo.push(() => giveBack(taken));
    return taken;
  }

  /** Gives everything back, the last first. */
  giveBack(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo();
  }
}
