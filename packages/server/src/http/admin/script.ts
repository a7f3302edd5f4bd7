/** What the service says to the operator: `GET /v1/admin/overview`. */
export interface Overview {
  readonly queues: readonly { tenant: string; name: string; waiting: number; running: number }[];
  readonly workers: readonly {
    id: string;
    startedAt: string;
    seenAt: string;
    details: {
      host: string;
      pid: number;
      running: number;
      keys: number;
      keyBytes: number;
      keysAsked?: number;
      keyHits?: number;
      tasks?: number;
      bootstraps?: number;
      speed?: { threads: number; inBatchMs: number } | undefined;
    };
  }[];
  readonly running: readonly {
    id: string;
    tenant: string;
    worker: string;
    progress: number;
    bootstraps: number;
    attempts: number;
    startedAt: string;
  }[];
  /** Of the last minute. */
  readonly finished: { succeeded: number; failed: number; cancelled: number; bootstraps: number };
}

/** What tenants have and use: `GET /v1/admin/usage`. */
export interface Usage {
  readonly tenants: readonly {
    id: string;
    name: string;
    usedBootstraps: number;
    windowBootstraps: number | null;
    windowSeconds: number;
    usedBytes: number;
    storedBytes: number | null;
    jobs: number;
  }[];
}

/**
 * What the operator's page does. It is sent to browsers as its own text, so it uses nothing that is not in it. The token stays
 * in memory: whoever opens the page anew types it anew. All that comes from the service is shown as text, never as markup.
 */
export function showService(document: Document): void {
  const EVERY_MS = 2_000;
  const USAGE_EVERY = 10;
  let token = "";
  let usage: Usage = { tenants: [] };
  let count = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const element = (id: string) => document.getElementById(id)!;
  const number = (value: number) => Math.round(value).toLocaleString("en");
  const bytes = (value: number) =>
    value >= 1e9 ? `${(value / 1e9).toFixed(1)} GB` : `${(value / 1e6).toFixed(1)} MB`;
  const ago = (time: string) => {
    const seconds = Math.max(0, (Date.now() - Date.parse(time)) / 1000);
    if (seconds < 100) return `${Math.round(seconds)} s`;
    return seconds < 6_000 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
  };
  const percent = (part: number, whole: number) =>
    whole === 0 ? "–" : `${Math.round((100 * part) / whole)} %`;

  /** A cell: text, a number (which stands on the right), or an element. */
  type Cell = string | { readonly number: string } | Element;

  function row(kind: "th" | "td", cells: readonly Cell[]): Element {
    const line = document.createElement("tr");
    for (const cell of cells) {
      const box = document.createElement(kind);
      if (kind === "th") box.setAttribute("scope", "col");
      if (typeof cell === "string") box.textContent = cell;
      else if ("number" in cell) {
        box.textContent = cell.number;
        box.className = "number";
      } else box.append(cell);
      line.append(box);
    }
    return line;
  }

  function table(id: string, head: readonly Cell[], rows: readonly (readonly Cell[])[], none: string): void {
    const top = document.createElement("thead");
    top.append(row("th", head));
    const body = document.createElement("tbody");
    body.append(...rows.map((cells) => row("td", cells)));
    if (rows.length === 0) {
      const line = row("td", [none]);
      line.firstElementChild!.className = "none";
      line.firstElementChild!.setAttribute("colspan", String(head.length));
      body.append(line);
    }
    element(id).replaceChildren(top, body);
  }

  function figures(all: readonly (readonly [string, string])[]): void {
    const boxes = all.map(([name, value]) => {
      const box = document.createElement("div");
      const term = document.createElement("dt");
      term.textContent = name;
      const description = document.createElement("dd");
      description.textContent = value;
      box.append(term, description);
      return box;
    });
    element("figures").replaceChildren(...boxes);
  }

  function bar(fraction: number): Element {
    const progress = document.createElement("progress");
    progress.value = fraction;
    progress.setAttribute("aria-label", "Progress");
    return progress;
  }

  function show({ queues, workers, running, finished }: Overview): void {
    const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
    const speed = sum(
      workers.map(({ details }) =>
        details.speed === undefined ? 0 : (1_000 * details.speed.threads) / details.speed.inBatchMs,
      ),
    );
    const asked = sum(workers.map(({ details }) => details.keysAsked ?? 0));
    const hits = sum(workers.map(({ details }) => details.keyHits ?? 0));
    figures([
      ["waiting", number(sum(queues.map(({ waiting }) => waiting)))],
      ["being computed", number(sum(queues.map((queue) => queue.running)))],
      ["done in a minute", number(finished.succeeded)],
      ["failed in a minute", number(finished.failed)],
      ["bootstraps per second", number(finished.bootstraps / 60)],
      ["possible at most", speed === 0 ? "–" : number(speed)],
      ["keys that were ready", percent(hits, asked)],
    ]);
    const names = new Map(
      [...queues, ...usage.tenants.map(({ id, name }) => ({ tenant: id, name }))].map((one) => [
        one.tenant,
        one.name,
      ]),
    );
    const places = new Map(workers.map(({ id, details }) => [id, `${details.host} ${details.pid}`]));
    table(
      "running",
      [
        "Job",
        "Tenant",
        "Worker",
        "Progress",
        { number: "Bootstraps" },
        { number: "Attempt" },
        { number: "For" },
      ],
      running.map((job) => [
        job.id,
        names.get(job.tenant) ?? job.tenant,
        places.get(job.worker) ?? job.worker,
        bar(job.progress),
        { number: number(job.bootstraps) },
        { number: String(job.attempts) },
        { number: ago(job.startedAt) },
      ]),
      "Nothing is being computed.",
    );
    table(
      "workers",
      [
        "Machine",
        { number: "Process" },
        { number: "Up for" },
        { number: "Seen before" },
        { number: "Tasks at once" },
        { number: "Done" },
        { number: "Keys" },
        { number: "Their memory" },
        { number: "Keys that were ready" },
        { number: "Bootstraps per second" },
      ],
      workers.map(({ startedAt, seenAt, details }) => [
        details.host,
        { number: String(details.pid) },
        { number: ago(startedAt) },
        { number: ago(seenAt) },
        { number: String(details.running) },
        { number: number(details.tasks ?? 0) },
        { number: String(details.keys) },
        { number: bytes(details.keyBytes) },
        { number: percent(details.keyHits ?? 0, details.keysAsked ?? 0) },
        {
          number:
            details.speed === undefined
              ? "–"
              : number((1_000 * details.speed.threads) / details.speed.inBatchMs),
        },
      ]),
      "No worker lives: jobs wait.",
    );
    table(
      "queues",
      ["Tenant", { number: "Waiting" }, { number: "Running" }],
      queues.map((queue) => [
        queue.name,
        { number: number(queue.waiting) },
        { number: number(queue.running) },
      ]),
      "Nothing waits.",
    );
    table(
      "tenants",
      [
        "Tenant",
        { number: "Jobs kept" },
        { number: "Bootstraps in the window" },
        { number: "Of" },
        { number: "Window" },
        { number: "Stored" },
        { number: "Of" },
      ],
      usage.tenants.map((one) => [
        one.name,
        { number: number(one.jobs) },
        { number: number(one.usedBootstraps) },
        { number: one.windowBootstraps === null ? "any" : number(one.windowBootstraps) },
        { number: `${number(one.windowSeconds / 60)} min` },
        { number: bytes(one.usedBytes) },
        { number: one.storedBytes === null ? "any" : bytes(one.storedBytes) },
      ]),
      "There are no tenants.",
    );
  }

  async function ask<T>(path: string): Promise<T | undefined> {
    const headers: Record<string, string> = token === "" ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(path, { headers, cache: "no-store" });
    if (response.status === 401) {
      element("ask").hidden = false;
      element("main").hidden = true;
      element("state").textContent = token === "" ? "" : "That is not the operator's token.";
      return undefined;
    }
    if (!response.ok) throw new Error(`the service answers ${response.status}`);
    return (await response.json()) as T;
  }

  async function look(): Promise<void> {
    clearTimeout(timer);
    try {
      const overview = await ask<Overview>("/v1/admin/overview");
      if (overview === undefined) return;
      if (count++ % USAGE_EVERY === 0) usage = (await ask<Usage>("/v1/admin/usage")) ?? usage;
      element("ask").hidden = true;
      element("main").hidden = false;
      show(overview);
      element("state").textContent = `As of ${new Date().toLocaleTimeString("en-GB")}`;
    } catch (error) {
      element("state").textContent = `Out of reach: ${(error as Error).message}`;
    }
    // A page that nobody sees asks for nothing.
    if (!document.hidden) timer = setTimeout(look, EVERY_MS);
  }

  element("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    const field = element("token") as HTMLInputElement;
    token = field.value.trim();
    field.value = "";
    count = 0;
    void look();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && element("ask").hidden) void look();
  });
  void look();
}
