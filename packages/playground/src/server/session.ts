import { type Ciphertext, Engine, Handle, ServerKey } from "tacet";
import { compile } from "tacet/regex";
import { runProgram } from "../program/run.ts";
import type { Answer, Bytes, Parcel, Report, Request, ServerInfo } from "../wire/protocol.ts";
import { valueTypes } from "../wire/value-types.ts";
import { Reporter } from "./reporter.ts";

type Program = Extract<Request, { kind: "program" }>;

/** Characters of a message that are sent: programs may throw anything. */
const MESSAGE_LENGTH = 300;

/** One client's business with the server: a server key, and programs that run one after the other. */
export class Session {
  readonly #send: (message: Answer | Report) => void;
  readonly #reporter: Reporter;
  #engine: Engine | undefined;
  #running: { readonly run: number; readonly controller: AbortController } | undefined;

  constructor(send: (message: Answer | Report) => void) {
    this.#send = send;
    this.#reporter = new Reporter(send);
  }

  async receive(request: Request): Promise<void> {
    switch (request.kind) {
      case "server key":
        return this.#load(request.bytes);
      case "program":
        return this.#run(request);
      case "cancel":
        if (this.#running?.run === request.run) this.#running.controller.abort();
    }
  }

  async #load(bytes: Bytes): Promise<void> {
    try {
      const engine = await Engine.create(ServerKey.deserialize(bytes), {
        onProgress: (fraction) => this.#send({ kind: "loading", fraction }),
        observer: this.#reporter,
      });
      this.#engine = kept(engine);
      this.#send({ kind: "ready", info: infoOf(engine) });
    } catch (error) {
      this.#send({ kind: "refused", message: messageOf(error) });
    }
  }

  async #run({ run, javascript, inputs }: Program): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    this.#running = { run, controller };
    const start = performance.now();
    try {
      const engine = this.#engine;
      if (engine === undefined) throw new Error("the server has no key yet");
      const results = runProgram(
        javascript,
        { ...valueTypes, compile, engine, ...handles(engine, inputs) },
        Handle,
      );
      const { bootstraps, depth, milliseconds } = engine.explain(...results.values());
      this.#send({ kind: "estimate", run, estimate: { bootstraps, depth, milliseconds } });
      const parcels = await Promise.all([...results].map((result) => computed(result, signal)));
      this.#reporter.flush();
      this.#send({
        kind: "results",
        run,
        results: parcels,
        milliseconds: performance.now() - start,
        info: infoOf(engine),
      });
    } catch (error) {
      this.#reporter.flush();
      if (signal.aborted) this.#send({ kind: "cancelled", run });
      else this.#send({ kind: "failed", run, message: messageOf(error) });
    } finally {
      if (this.#running?.run === run) this.#running = undefined;
    }
  }
}

/** An engine that programs cannot dispose of: it is for those after them as well. */
function kept(engine: Engine): Engine {
  const refuse = (): never => {
    throw new Error("the engine is the server's, which needs it for other programs");
  };
  return Object.defineProperties(engine, { dispose: { value: refuse }, [Symbol.dispose]: { value: refuse } });
}

function infoOf({ info }: Engine): ServerInfo {
  const { threads, sharedMemory, memoryBytes } = info;
  return { threads, sharedMemory, memoryBytes };
}

function handles(engine: Engine, inputs: readonly Parcel[]): Record<string, Handle<Ciphertext>> {
  return Object.fromEntries(
    inputs.map(({ name, type, bytes }) => {
      try {
        return [name, engine.load(valueTypes[type].deserialize(bytes))];
      } catch (cause) {
        throw new Error(`${name}: ${messageOf(cause)}`, { cause });
      }
    }),
  );
}

async function computed([name, handle]: [string, Handle<Ciphertext>], signal: AbortSignal): Promise<Parcel> {
  const ciphertext = await handle.ciphertext({ signal });
  return { name, type: ciphertext.type, bytes: ciphertext.serialize() };
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.length > MESSAGE_LENGTH ? `${message.slice(0, MESSAGE_LENGTH)}…` : message;
}
