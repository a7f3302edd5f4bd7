import { OutOfMemoryError } from "../errors.ts";
import { MORE_MEMORY } from "../memory.ts";
import { nextTask } from "../progress.ts";

/*
 * Where heaps get their memories, and where they leave them.
 *
 * Only the garbage collector frees a WebAssembly memory, and it sees little of it: what a few bytes on its own heap refer
 * to, or a memory that is shared, counts for nothing, so that gigabytes can wait for a collection that nothing brings on.
 * So memories that heaps have left are used again. They are held weakly: whenever garbage is collected after all, they
 * are freed. And where more of them wait than is likely to be used again, the collector is told of it in the way in which
 * it hears of other memory: by an allocation of as much.
 */

const PAGE_BYTES = 65536;

/** What may wait to be used again without the collector's being told: some two engines at the default parameters. */
const WAITING_BYTES = 256 * 2 ** 20;

/** How long the collector gets: it works beside everything else, and what it has marked by then is for the next time. */
const COLLECTION_MS = 100;
/** How often the collector is told after memory has last been returned, if too much is left. */
const MOST_TIMES = 8;

/** A memory, and how far it can grow. */
export interface Reserved {
  readonly memory: WebAssembly.Memory;
  readonly shared: boolean;
  readonly maximumPages: number;
}

/** A memory of zeros that a heap has left. */
interface Spare {
  readonly memory: WeakRef<WebAssembly.Memory>;
  readonly shared: boolean;
  readonly maximumPages: number;
}

let spares: Spare[] = [];

/**
 * A memory of zeros that nobody else uses. Shared ones reserve their maximum in address space; platforms short of that
 * give one with a smaller maximum.
 *
 * @throws OutOfMemoryError if the platform cannot reserve even a small one.
 */
export function obtainMemory(shared: boolean, maximumPages: number): Reserved {
  for (let pages = maximumPages; ; pages = Math.floor(pages / 2)) {
    const spare = takeSpare(shared, pages, maximumPages);
    if (spare !== undefined) return spare;
    try {
      const memory = new WebAssembly.Memory({ initial: 1, maximum: pages, shared });
      return { memory, shared, maximumPages: pages };
    } catch (cause) {
      if (pages > 1024) continue;
      throw new OutOfMemoryError(`no WebAssembly memory could be reserved: ${MORE_MEMORY}`, { cause });
    }
  }
}

/** Takes back a memory, which must be zeros again, and which nobody may touch any more. */
export function returnMemory({ memory, shared, maximumPages }: Reserved): void {
  // A larger one would be held by whoever needs only a little of it.
  const kept = memory.buffer.byteLength <= WAITING_BYTES && typeof WeakRef === "function";
  if (kept) spares.push({ memory: new WeakRef(memory), shared, maximumPages });
  if (!kept || waitingBytes() > WAITING_BYTES) tellCollector();
}

function waitingBytes(): number {
  const sizes = spares.map(({ memory }) => memory.deref()?.buffer.byteLength ?? 0);
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The latest spare that can grow as far as is asked for, and is no larger than it may become. */
function takeSpare(shared: boolean, least: number, most: number): Reserved | undefined {
  spares = spares.filter(({ memory }) => memory.deref() !== undefined);
  for (let i = spares.length - 1; i >= 0; i--) {
    const { memory: reference, ...rest } = spares[i];
    const memory = reference.deref();
    if (memory === undefined || rest.shared !== shared || rest.maximumPages < least) continue;
    if (memory.buffer.byteLength > most * PAGE_BYTES) continue;
    spares.splice(i, 1);
    return { memory, ...rest };
  }
  return undefined;
}

/** How often the garbage collector has been told since memory was last returned; `undefined` if that is over. */
let told: number | undefined;

/**
 * Has the garbage collector know of memory that it did not see, and some times more if too much is left. It decides what
 * to do about it.
 */
function tellCollector(): void {
  const begins = told === undefined;
  told = 0;
  if (begins) void keepTelling();
}

async function keepTelling(): Promise<void> {
  for (told = 0; told < 2 || (told < MOST_TIMES && waitingBytes() > WAITING_BYTES); told++) {
    await moment(); // in this turn of the event loop, weak references hold what they refer to
    try {
      void new ArrayBuffer(WAITING_BYTES);
    } catch {
      // The platform is so short of memory that it knows without being told.
    }
  }
  told = undefined;
}

/** Resolves a moment later, unless the process ends before. */
function moment(): Promise<void> {
  if (typeof setTimeout !== "function") return nextTask();
  return new Promise((resolve) => {
    const timer: unknown = setTimeout(resolve, COLLECTION_MS);
    if (typeof timer === "object") (timer as { unref?(): void }).unref?.();
  });
}
