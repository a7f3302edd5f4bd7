/** Wakes those who wait. Who has looked at `heard` before looking for work misses no ring in between. */
export class Bell {
  #heard = 0;
  readonly #waiting = new Set<() => void>();

  /** How often it has rung. */
  get heard(): number {
    return this.#heard;
  }

  ring(): void {
    this.#heard++;
    for (const wake of this.#waiting) wake();
  }

  /** Resolves when the bell has rung since it was `heard` so often, or after some time. */
  wait(heard: number, milliseconds: number): Promise<void> {
    if (heard !== this.#heard) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      this.#waiting.add(wake);
    });
  }
}
