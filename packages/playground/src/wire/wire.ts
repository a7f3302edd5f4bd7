import { type ReadonlySignal, signal } from "@preact/signals";
import { type Draft, type Message, messagesIn } from "./message.ts";
import type { Answer, Report, Request } from "./protocol.ts";

/** Who hears what comes from the server. */
export interface WireListener {
  onAnswer(answer: Answer): void;
  onReport(report: Report): void;
  /** The server has died. */
  onCrash(reason: string): void;
}

/** Messages that are kept to be shown, beside server keys. */
const KEPT = 40;

/**
 * All that is between the client and the server. Only bytes and names pass here, and each message is written down, as
 * somebody who listens could do.
 */
export class Wire {
  readonly #log = signal<readonly Message[]>([]);
  readonly #reports = signal(0);
  readonly #connect: () => Worker;
  readonly #listener: WireListener;
  #server: Worker;
  #sent = 0;

  constructor(connect: () => Worker, listener: WireListener) {
    this.#connect = connect;
    this.#listener = listener;
    this.#server = this.#open();
  }

  /** What was sent, the latest first. */
  get log(): ReadonlySignal<readonly Message[]> {
    return this.#log;
  }

  /** Number of messages, also of those that are not kept. */
  get count(): number {
    return (this.#log.value[0]?.id ?? -1) + 1;
  }

  /** Number of the server's reports on how its work goes, which only this page asks for. */
  get reports(): ReadonlySignal<number> {
    return this.#reports;
  }

  send(request: Request): void {
    const drafts = messagesIn(request); // before the bytes are gone
    // The server key's 30 MB change hands; ciphertexts are copied, as they stay at hand to be saved.
    this.#server.postMessage(request, request.kind === "server key" ? [request.bytes.buffer] : []);
    this.#write("to server", drafts);
  }

  /** Ends the server wherever it is, and begins with a new one, which has no key yet. */
  restart(): void {
    this.#server.terminate();
    this.#server = this.#open();
  }

  #open(): Worker {
    const server = this.#connect();
    server.onmessage = ({ data }: MessageEvent<Answer | Report>) => {
      if (data.kind === "results") {
        this.#write("to client", messagesIn(data));
        this.#listener.onAnswer(data);
      } else {
        this.#reports.value++;
        this.#listener.onReport(data);
      }
    };
    const crash = (reason: string): void => {
      server.terminate(); // what it would do from here on, nobody knows
      this.#listener.onCrash(reason);
    };
    server.onmessageerror = () => crash("a message could not be read");
    server.onerror = (event) => {
      event.preventDefault();
      crash(event.message || "its script could not be loaded");
    };
    return server;
  }

  #write(direction: Message["direction"], drafts: readonly Draft[]): void {
    const time = performance.now();
    const messages = drafts.map((draft) => ({ id: this.#sent++, direction, time, ...draft }));
    const all = [...messages.reverse(), ...this.#log.value];
    this.#log.value = all.filter(({ form }, i) => form === "key" || i < KEPT);
  }
}
