import { batch, computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { type CiphertextType, ClientKey } from "tacet";
import { type Compilation, compile, type Problem } from "../editor/language.ts";
import type { Example } from "../examples/example.ts";
import { examples } from "../examples/index.ts";
import type { ClearValue, Input, Program } from "../program/types.ts";
import { Monitor } from "../server/monitor.ts";
import type { Answer, Bytes, Parcel, Report } from "../wire/protocol.ts";
import { Wire } from "../wire/wire.ts";
import { type ClearCheck, checkInTheClear } from "./check.ts";
import { decrypt } from "./encryption.ts";
import { Inputs } from "./inputs.ts";
import { KeyRing } from "./keys.ts";

/** Where a run stands. */
export type RunState =
  | { readonly kind: "idle" }
  | { readonly kind: "compiling" }
  | { readonly kind: "waiting" }
  | { readonly kind: "encrypting" }
  | { readonly kind: "computing" }
  | { readonly kind: "done"; readonly milliseconds: number }
  | { readonly kind: "cancelling" }
  | { readonly kind: "cancelled" }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] }
  | { readonly kind: "failed"; readonly message: string };

/** A result that came back. */
export interface Result {
  readonly name: string;
  readonly type: CiphertextType;
  readonly bytes: Bytes;
  readonly value: ClearValue;
}

/** How long the server may take to hear that a program is cancelled: one that never ends does not hear it. */
const PATIENCE_MS = 2000;

/**
 * The client: the one party that has the secret key. What it says of itself and of the server, it says once it is so: a
 * program is with the server when `run` is `computing`.
 */
export class Client {
  readonly keyRing = new KeyRing();
  readonly inputs = new Inputs();
  /** The program's text. */
  readonly text = signal("");
  readonly example = signal<Example | undefined>(undefined);
  readonly results = signal<readonly Result[]>([]);
  readonly check = signal<ClearCheck>({ kind: "pending" });
  /** The names of the inputs that results were computed from and that came from files. */
  readonly loaded = signal<readonly string[]>([]);
  readonly monitor = new Monitor();
  readonly wire: Wire;
  /** Whether program and inputs are still those that the results belong to. */
  readonly current = computed(() => areEqual(this.#ran.value, this.#content.value));
  readonly #run = signal<RunState>({ kind: "idle" });
  readonly #content = computed((): readonly unknown[] => [this.text.value, ...this.inputs.content.value]);
  readonly #ran = signal<readonly unknown[]>([]);
  #number = 0;
  /** Ends the latest run's clear check. */
  #checking = new AbortController();
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor(connect: () => Worker) {
    this.wire = new Wire(connect, {
      onAnswer: (answer) => this.#onAnswer(answer),
      onReport: (report) => this.#onReport(report),
      onCrash: (reason) => this.#onCrash(reason),
    });
  }

  get run(): ReadonlySignal<RunState> {
    return this.#run;
  }

  get busy(): boolean {
    return BUSY.has(this.#run.value.kind);
  }

  /** Makes new keys, and sends the server its own. What went wrong is said by the key ring. */
  async makeKeys(): Promise<void> {
    await this.#handOver(this.keyRing.make()).catch(() => undefined);
  }

  /** Takes a client key from a file. @throws DeserializationError if it is none; the keys at hand then stay. */
  async loadKey(bytes: Bytes, file: string): Promise<void> {
    const key = ClientKey.deserialize(bytes);
    await this.#handOver(this.keyRing.take(key, file));
  }

  /** Begins with an example. */
  show(example: Example): void {
    batch(() => {
      this.example.value = example;
      this.inputs.replace(example.program.inputs);
      this.text.value = textOf(example.program);
      this.results.value = [];
      if (!this.busy) this.#run.value = { kind: "idle" };
    });
  }

  /** Checks and encrypts, has the server compute, and decrypts. All that may go wrong ends up in `run`. */
  async start(): Promise<void> {
    if (this.busy) return;
    const run = ++this.#number;
    this.#begin();
    try {
      const compilation = await this.#compile();
      if (this.#number !== run) return;
      if ("problems" in compilation) {
        this.#run.value = { kind: "refused", problems: compilation.problems };
        return;
      }
      this.#run.value = { kind: "waiting" };
      await this.#serverReady();
      if (this.#number !== run) return;

      this.#run.value = { kind: "encrypting" };
      const clear = this.inputs.clear();
      const inputs = await this.#encryptInputs();
      if (this.#number !== run) return;
      const { javascript } = compilation;
      this.wire.send({ kind: "program", run, javascript, inputs });
      batch(() => {
        this.monitor.programSent();
        this.#run.value = { kind: "computing" };
      });
      const check = await checkInTheClear(javascript, clear, this.#checking.signal);
      if (this.#number === run) this.check.value = check;
    } catch (error) {
      if (this.#number === run) this.#fail(error);
    }
  }

  /** Cancels what runs. */
  cancel(): void {
    if (!this.busy || this.#run.value.kind === "cancelling") return;
    if (this.#run.value.kind !== "computing") {
      this.#giveUp({ kind: "cancelled" });
      return;
    }
    this.#checking.abort();
    this.wire.send({ kind: "cancel", run: this.#number });
    this.#patience = setTimeout(() => {
      batch(() => {
        this.#giveUp({ kind: "cancelled" });
        this.restartServer();
      });
    }, PATIENCE_MS);
    this.#run.value = { kind: "cancelling" };
  }

  /** Ends the server, and has a new one begin with the same key, or with the one that is being made. */
  restartServer(): void {
    this.#renewServer();
    const keys = this.keyRing.state.value;
    if (keys.kind === "made") this.#sendKey(keys.keys.server.serialize());
  }

  /** The program as JavaScript. The first example is just that, and right: a first run need not wait for TypeScript. */
  async #compile(): Promise<Compilation> {
    const inputs = this.inputs.declarations.value;
    const text = this.text.value;
    const { program } = examples[0]!;
    if (text === textOf(program) && declareTheSame(inputs, program.inputs)) return { javascript: text };
    return compile({ inputs, text });
  }

  #begin(): void {
    this.#checking = new AbortController();
    batch(() => {
      this.#run.value = { kind: "compiling" };
      this.results.value = [];
      this.check.value = { kind: "pending" };
      this.#ran.value = this.#content.value;
      this.loaded.value = this.inputs.rows.value.flatMap(({ name, loaded }) => (loaded ? [name] : []));
    });
  }

  /** Has the server begin anew with a key that is being made. What runs, runs under the former one. */
  async #handOver(serverKey: Promise<Bytes | undefined>): Promise<void> {
    batch(() => {
      if (KEYED.has(this.#run.value.kind)) this.#giveUp({ kind: "cancelled" });
      if (this.monitor.state.value.kind !== "without key") this.#renewServer();
      this.inputs.conceal();
      this.results.value = [];
    });
    const bytes = await serverKey;
    if (bytes === undefined) return;
    if (this.monitor.state.value.kind === "crashed") this.#renewServer();
    this.#sendKey(bytes);
  }

  #renewServer(): void {
    this.wire.restart();
    this.monitor.renewed();
  }

  /** Ends a run for the client. The server may still be at it. */
  #giveUp(state: RunState): void {
    this.#number++;
    clearTimeout(this.#patience);
    this.#checking.abort();
    this.#run.value = state;
  }

  #sendKey(bytes: Bytes): void {
    this.wire.send({ kind: "server key", bytes });
    this.monitor.keySent();
  }

  /** Resolves when the server can compute. */
  #serverReady(): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = effect(() => {
        const [keys, server] = [this.keyRing.state.value, this.monitor.state.value];
        const failure = [keys, server].find(({ kind }) => FAILURES.has(kind));
        if (failure === undefined && (keys.kind !== "made" || server.kind !== "ready")) return;
        queueMicrotask(() => stop());
        if (failure === undefined) resolve();
        else reject(new Error("message" in failure ? failure.message : failure.kind));
      });
    });
  }

  /** Fresh encryptions of all inputs; between them, the page gets its turn. */
  async #encryptInputs(): Promise<Parcel[]> {
    const { client } = this.keyRing.keys;
    const parcels: Parcel[] = [];
    for (const row of this.inputs.rows.value) {
      parcels.push(this.inputs.encrypted(row, client));
      await new Promise((resolve) => setTimeout(resolve));
    }
    return parcels;
  }

  #onAnswer(answer: Answer): void {
    if (answer.run !== this.#number) return;
    this.monitor.answer(answer);
    clearTimeout(this.#patience);
    try {
      const { client } = this.keyRing.keys;
      this.results.value = answer.results.map(({ name, type, bytes }) => {
        return { name, type, bytes, value: decrypt(type, bytes, client) };
      });
      this.#run.value = { kind: "done", milliseconds: answer.milliseconds };
    } catch (error) {
      this.#fail(error);
    }
  }

  #onReport(report: Report): void {
    // What is said of a run that nobody waits for any more is of no interest.
    if ("run" in report && report.run !== this.#number) return;
    this.monitor.report(report);
    if (report.kind === "cancelled") this.#run.value = { kind: "cancelled" };
    else if (report.kind === "failed") this.#fail(new Error(`the server says: ${report.message}`));
    else return;
    clearTimeout(this.#patience);
  }

  #onCrash(reason: string): void {
    batch(() => {
      this.monitor.crashed(reason);
      if (this.busy) this.#giveUp({ kind: "failed", message: "the server has stopped" });
    });
  }

  #fail(error: unknown): void {
    this.#run.value = { kind: "failed", message: error instanceof Error ? error.message : String(error) };
  }
}

const BUSY: ReadonlySet<RunState["kind"]> = new Set([
  "compiling",
  "waiting",
  "encrypting",
  "computing",
  "cancelling",
]);
/** What a run does with the keys that there are. */
const KEYED: ReadonlySet<RunState["kind"]> = new Set(["encrypting", "computing", "cancelling"]);
const FAILURES: ReadonlySet<string> = new Set(["failed", "refused", "crashed"]);

function areEqual(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((one, i) => one === others[i]);
}

function textOf({ text }: Program): string {
  return text.trimEnd();
}

function declareTheSame(some: readonly Input[], others: readonly Input[]): boolean {
  const declaration = ({ name, type }: Input): string => `${name}: ${type}`;
  return some.map(declaration).join() === others.map(declaration).join();
}
