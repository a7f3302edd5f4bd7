import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { LookupGraph } from "../graph/lookup-graph.ts";
import type { Answer, Estimate, Report, ServerInfo } from "../wire/protocol.ts";

/** What the server is doing. */
export type ServerState =
  | { readonly kind: "without key" }
  | { readonly kind: "loading"; readonly fraction: number }
  | { readonly kind: "ready" }
  | { readonly kind: "running" }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "crashed"; readonly message: string };

/** How the latest program went, or goes. */
export type Outcome =
  | { readonly kind: "none" }
  | { readonly kind: "running" }
  | { readonly kind: "done" }
  | { readonly kind: "cancelled" }
  | { readonly kind: "failed"; readonly message: string };

/** What the page knows of the server, from its reports. */
export class Monitor {
  readonly state = signal<ServerState>({ kind: "without key" });
  readonly outcome = signal<Outcome>({ kind: "none" });
  readonly info = signal<ServerInfo | undefined>(undefined);
  readonly estimate = signal<Estimate | undefined>(undefined);
  /** Time that the latest program has taken so far, in milliseconds. */
  readonly elapsed = signal(0);
  /** Number of bootstraps that each thread has computed for the latest program. */
  readonly threads = signal<readonly number[]>([]);
  /** The latest program's bootstraps; the same graph changes, and `revision` with it. */
  readonly graph = signal(new LookupGraph());
  readonly revision = signal(0);
  /** Number of bootstraps that are done, and of all that are known of. */
  readonly progress: ReadonlySignal<{ done: number; total: number }> = computed(() => {
    this.revision.value;
    const { counts, size } = this.graph.value;
    return { done: counts.done, total: Math.max(size, this.estimate.value?.bootstraps ?? 0) };
  });
  #started = 0;
  #clock: ReturnType<typeof setInterval> | undefined;

  /** Another server has taken the place of the former one. */
  renewed(): void {
    batch(() => {
      this.#reset(this.outcome.value.kind === "running" ? { kind: "cancelled" } : { kind: "none" });
      this.info.value = undefined;
      this.state.value = { kind: "without key" };
    });
  }

  /** A server key is on its way. */
  keySent(): void {
    this.state.value = { kind: "loading", fraction: 0 };
  }

  /** A program is on its way. */
  programSent(): void {
    batch(() => {
      this.#reset({ kind: "running" });
      this.state.value = { kind: "running" };
    });
    this.#started = performance.now();
    this.#clock = setInterval(() => (this.elapsed.value = performance.now() - this.#started), 100);
  }

  report(report: Report): void {
    batch(() => {
      switch (report.kind) {
        case "loading":
          this.state.value = report;
          break;
        case "ready":
          this.info.value = report.info;
          this.state.value = { kind: "ready" };
          break;
        case "refused":
          this.state.value = report;
          break;
        case "estimate":
          this.estimate.value = report.estimate;
          break;
        case "activity":
          this.#follow(report);
          break;
        case "cancelled":
          this.#stop({ kind: "cancelled" });
          break;
        case "failed":
          this.#stop({ kind: "failed", message: report.message });
      }
    });
  }

  answer({ info, milliseconds }: Answer): void {
    batch(() => {
      this.#stop({ kind: "done" });
      this.elapsed.value = milliseconds;
      this.info.value = info;
    });
  }

  crashed(message: string): void {
    batch(() => {
      if (this.outcome.value.kind === "running") this.#stop({ kind: "failed", message });
      this.state.value = { kind: "crashed", message };
    });
  }

  #follow({ planned, finished, cancelled }: Extract<Report, { kind: "activity" }>): void {
    const graph = this.graph.value;
    graph.add(planned);
    graph.cancel(cancelled);
    const threads = [...this.threads.value];
    for (const { ids, thread } of finished) {
      graph.finish(ids);
      threads[thread] = (threads[thread] ?? 0) + ids.length;
    }
    this.threads.value = threads;
    this.revision.value++;
  }

  #stop(outcome: Outcome): void {
    clearInterval(this.#clock);
    this.elapsed.value = performance.now() - this.#started;
    this.outcome.value = outcome;
    if (this.state.value.kind === "running") this.state.value = { kind: "ready" };
  }

  #reset(outcome: Outcome): void {
    clearInterval(this.#clock);
    this.outcome.value = outcome;
    this.estimate.value = undefined;
    this.elapsed.value = 0;
    this.threads.value = [];
    this.graph.value = new LookupGraph();
    this.revision.value++;
  }
}
