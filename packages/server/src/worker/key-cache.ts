import { LRUCache } from "lru-cache";
import { laneOf } from "../queue/task.ts";
import type { OpenKey } from "./computation.ts";

/** Whose key it is: one tenant's never serves another, even if the bytes are the same. */
export interface KeyName {
  readonly tenant: string;
  readonly sha256: string;
}

/** A key in use. */
export interface HeldKey {
  readonly key: OpenKey;
  release(): void;
  /** Has it opened anew when it is asked for again: something is wrong with it. */
  discard(): void;
}

class Entry {
  readonly name: KeyName;
  readonly key: OpenKey;
  #users = 0;
  #dropped = false;

  constructor(name: KeyName, key: OpenKey) {
    this.name = name;
    this.key = key;
  }

  hold(discard: (entry: Entry) => void): HeldKey {
    this.#users++;
    let held = true;
    return {
      key: this.key,
      release: () => {
        if (!held) return;
        held = false;
        this.#users--;
        this.#end();
      },
      discard: () => discard(this),
    };
  }

  /** Out of the cache; gone when nobody uses it any longer. */
  drop(): void {
    this.#dropped = true;
    this.#end();
  }

  #end(): void {
    if (this.#dropped && this.#users === 0) this.key.dispose();
  }
}

/** How large the cache may become, and what it tells. */
export interface KeyCacheOptions {
  /** Bytes of memory of all keys together. One that is larger by itself is used, and not kept. */
  readonly bytes: number;
  /** A key that nobody has used for so long is let go. */
  readonly idleMs: number;
  /** Hears whether a key that was asked for was there. */
  readonly onAsked?: ((hit: boolean) => void) | undefined;
}

/** The keys that a worker has ready: those used last, as many as there is room for. */
export class KeyCache {
  readonly #entries: LRUCache<string, Entry>;
  readonly #opening = new Map<string, Promise<Entry>>();
  readonly #onAsked: (hit: boolean) => void;
  #asked = 0;
  #hits = 0;

  constructor({ bytes, idleMs, onAsked = () => {} }: KeyCacheOptions) {
    this.#onAsked = onAsked;
    this.#entries = new LRUCache({
      maxSize: bytes,
      sizeCalculation: ({ key }) => Math.max(1, key.bytes),
      ttl: idleMs,
      updateAgeOnGet: true,
      ttlAutopurge: true,
      dispose: (entry) => entry.drop(),
    });
  }

  /** The lanes of the keys that are ready. */
  get lanes(): Set<number> {
    return new Set([...this.#entries.values()].map(({ name }) => laneOf(name.sha256)));
  }

  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#entries.calculatedSize;
  }

  /** How often a key was asked for, and how often it was ready. */
  get counts(): { readonly asked: number; readonly hits: number } {
    return { asked: this.#asked, hits: this.#hits };
  }

  /** Whether a key is ready. */
  has({ tenant, sha256 }: KeyName): boolean {
    return this.#entries.has(`${tenant}/${sha256}`);
  }

  /** A key, opened unless it is there: once, however many ask for it at the same time. */
  async hold(name: KeyName, open: () => Promise<OpenKey>): Promise<HeldKey> {
    const id = `${name.tenant}/${name.sha256}`;
    const entry = this.#entries.get(id);
    this.#asked++;
    if (entry !== undefined) this.#hits++;
    this.#onAsked(entry !== undefined);
    const discard = (one: Entry) => {
      if (this.#entries.peek(id) === one) this.#entries.delete(id);
    };
    if (entry !== undefined) return entry.hold(discard);
    let opening = this.#opening.get(id);
    if (opening === undefined) {
      opening = open().then((key) => new Entry(name, key));
      this.#opening.set(id, opening);
      const done = () => this.#opening.delete(id);
      opening.then(done, done);
    }
    const opened = await opening;
    const held = opened.hold(discard);
    // What does not fit is dropped at once, and ends when it is released.
    if (this.#entries.peek(id) !== opened) {
      this.#entries.set(id, opened);
      if (this.#entries.peek(id) !== opened) opened.drop();
    }
    return held;
  }

  /** Lets a tenant's keys go. */
  forget(tenant: string): void {
    for (const [id, { name }] of this.#entries.entries()) {
      if (name.tenant === tenant) this.#entries.delete(id);
    }
  }

  clear(): void {
    this.#entries.clear();
  }
}
