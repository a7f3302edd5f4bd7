import type { Block } from "./block.ts";

const PAGE_BITS = 7;
const PAGE = 1 << PAGE_BITS;

/**
 * Something for each of some blocks of one builder: a map that goes by their identifiers, which lie close together. For
 * large graphs it takes a quarter of the time and memory of a `Map`.
 */
export class BlockMap<T> {
  readonly #pages = new Map<number, (T | undefined)[]>();
  #last: (T | undefined)[] = [];
  #lastNumber = -1;

  get({ id }: Block): T | undefined {
    const number = Math.floor(id / PAGE);
    const page = number === this.#lastNumber ? this.#last : this.#open(number);
    return page?.[id % PAGE];
  }

  has(block: Block): boolean {
    return this.get(block) !== undefined;
  }

  set({ id }: Block, value: T | undefined): void {
    const number = Math.floor(id / PAGE);
    let page = number === this.#lastNumber ? this.#last : this.#open(number);
    if (page === undefined) {
      page = new Array<T | undefined>(PAGE).fill(undefined);
      this.#pages.set(number, page);
      this.#last = page;
      this.#lastNumber = number;
    }
    page[id % PAGE] = value;
  }

  #open(number: number): (T | undefined)[] | undefined {
    const page = this.#pages.get(number);
    if (page !== undefined) {
      this.#last = page;
      this.#lastNumber = number;
    }
    return page;
  }
}
