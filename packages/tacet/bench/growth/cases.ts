import {
  ClientKey,
  CompactCiphertextList,
  CompactPublicKey,
  Engine,
  type EngineOptions,
  FheBool,
  FheUint8,
  FheUint64,
  FheUint256,
  FheUint512,
  FheUint1024,
  ServerKey,
} from "../../src/index.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 as toy } from "../../src/parameters/sets.ts";

/** Something of which there can be more: what is measured at one size, after what has been set up for it. */
export interface Case {
  /** How many there are of it, from few to many. */
  readonly sizes: readonly number[];
  readonly prepare: (size: number) => Promise<() => Promise<unknown>>;
}

/** Keys that hide nothing: what grows here is not cryptography. */
const newKey = (): Promise<ClientKey> =>
  ClientKey.generate({ parameters: toy, allowInsecureParameters: true });

async function pair(options: EngineOptions = {}): Promise<{ key: ClientKey; engine: Engine }> {
  const key = await newKey();
  return { key, engine: await Engine.create(await ServerKey.from(key), { threads: 1, ...options }) };
}

/** A list of Booleans, and an engine to take it in. */
async function list(size: number, options?: EngineOptions) {
  const { key, engine } = await pair(options);
  const builder = CompactCiphertextList.builder(await CompactPublicKey.from(key));
  for (let i = 0; i < size; i++) builder.push(FheBool, i % 2 === 0);
  return { engine, list: await builder.build() };
}

const WIDE = { 64: FheUint64, 256: FheUint256, 512: FheUint512, 1024: FheUint1024 };

export const CASES: Readonly<Record<string, Case>> = {
  /** Open requests with one signal, when it is aborted. */
  "abort of requests": {
    sizes: [1000, 2000, 4000, 8000],
    prepare: async (size) => {
      let submitted = (): void => {};
      const { key, engine } = await pair({ observer: { onPlanned: () => submitted() } });
      const values = Array.from({ length: size }, (_, i) => engine.load(FheUint8.encrypt(i % 256, key)));
      const controller = new AbortController();
      const { signal } = controller;
      const underWay = new Promise<void>((resolve) => {
        submitted = resolve;
      });
      const open = Promise.allSettled(values.map((value) => value.add(1).ciphertext({ signal })));
      await underWay;
      return () => {
        controller.abort();
        return open;
      };
    },
  },
  /** Requests of one turn of the event loop. */
  "Promise.all of requests": {
    sizes: [1000, 2000, 4000, 8000],
    prepare: async (size) => {
      const { key, engine } = await pair();
      const values = Array.from({ length: size }, (_, i) =>
        engine.load(FheUint8.encrypt(i % 256, key)).add(1),
      );
      return () => Promise.all(values.map((value) => value.ciphertext()));
    },
  },
  /** A list of Booleans is taken in, and the last one computed. */
  "expand of Booleans": {
    sizes: [10_000, 30_000, 100_000, 300_000],
    prepare: async (size) => {
      const { engine, list: booleans } = await list(size);
      return async () => {
        const handles = engine.expand(booleans);
        await handles[size - 1].ciphertext();
        return handles;
      };
    },
  },
  /** A list for which the engine has no memory. */
  "expand of too many Booleans": {
    sizes: [100_000, 300_000],
    prepare: async (size) => {
      const { engine, list: booleans } = await list(size, { memoryLimitBytes: 2 ** 27 });
      return async () => {
        try {
          engine.expand(booleans);
        } catch {
          return;
        }
        throw new Error("there is memory after all");
      };
    },
  },
  /** A product of two integers of so many bits is planned; then it is aborted. */
  "plan of a product, bits": {
    sizes: [64, 256, 512, 1024],
    prepare: async (size) => {
      const controller = new AbortController();
      const { key, engine } = await pair({ observer: { onPlanned: () => controller.abort() } });
      const type = WIDE[size as 64];
      const x = engine.load(type.encrypt(3n, key));
      const y = engine.load(type.encrypt(5n, key));
      const product = x.mul(y);
      return () => Promise.allSettled([product.ciphertext({ signal: controller.signal })]);
    },
  },
};
