import { ClientKey, Engine, FheUint8, ServerKey } from "../../src/index.ts";

/** How it went from nothing to a first encrypted result, in milliseconds. */
export interface Opening {
  /** From the start of the page or process to the decrypted result. */
  readonly firstResult: number;
  /** The longest time for which the calling thread could do nothing else. */
  readonly longestTurn: number;
}

/** Makes keys, starts an engine, and adds two encrypted 8-bit integers, as soon as the page or process is there. */
export async function open(threads: number): Promise<Opening> {
  const turns = new Turns();
  const clientKey = await ClientKey.generate();
  const serverKey = await ServerKey.from(clientKey);
  const engine = await Engine.create(serverKey, { threads });
  const [a, b] = [40, 2].map((value) => engine.load(FheUint8.encrypt(value, clientKey)));
  const sum = (await a!.add(b!).ciphertext()).decrypt(clientKey);
  const firstResult = performance.now();
  engine.dispose();
  if (sum !== 42) throw new Error(`40 + 2 gave ${sum}`);
  return { firstResult, longestTurn: turns.stop() };
}

/** Watches how long the thread is occupied at a time: a timer that is late tells. */
class Turns {
  #longest = 0;
  #last = performance.now();
  readonly #timer: ReturnType<typeof setInterval>;

  constructor() {
    this.#timer = setInterval(() => this.#tick(), 0);
  }

  stop(): number {
    this.#tick();
    clearInterval(this.#timer);
    return this.#longest;
  }

  #tick(): void {
    const now = performance.now();
    this.#longest = Math.max(this.#longest, now - this.#last);
    this.#last = now;
  }
}
