import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { useBrowser, visit } from "./pages.ts";

useBrowser();

describe.each([
  { isolated: true, kind: "an isolated page" },
  { isolated: false, kind: "a page that is not isolated" },
])("long work in $kind", ({ isolated }) => {
  test("reports progress up to the end", async () => {
    await using site = await visit({ isolated });
    const reports = await site.page.evaluate(async () => {
      const { ClientKey, Engine, FheUint8, ServerKey } = tacet;
      const reports: Record<string, number[]> = { serverKey: [], engine: [], product: [] };
      const into = (name: string) => ({
        onProgress: (fraction: number): void => void reports[name]!.push(fraction),
      });
      const clientKey = await ClientKey.generate();
      const serverKey = await ServerKey.from(clientKey, into("serverKey"));
      const engine = await Engine.create(serverKey, into("engine"));
      const x = engine.load(FheUint8.encrypt(12, clientKey));
      await x.mul(x).serialize(into("product"));
      engine.dispose();
      return reports;
    });
    for (const [name, fractions] of Object.entries(reports)) {
      expect(fractions.length, name).toBeGreaterThan(2);
      expect(fractions, name).toEqual(fractions.toSorted((a, b) => a - b));
      expect(fractions[0], name).toBeLessThan(1);
      expect(fractions.at(-1), name).toBe(1);
    }
  });

  test("can be cancelled, and the engine computes afterwards", async () => {
    await using site = await visit({ isolated });
    const outcome = await site.page.evaluate(async () => {
      const { ClientKey, Engine, FheUint16, ServerKey } = tacet;
      type Options = Parameters<typeof ServerKey.from>[1];
      /** How work ends that is cancelled at its first report of progress. */
      const cancelled = async (work: (options: Options) => Promise<unknown>): Promise<string> => {
        const controller = new AbortController();
        const onProgress = (): void => controller.abort(new Error("enough"));
        return work({ signal: controller.signal, onProgress }).then(
          () => "finished",
          (error: Error) => error.message,
        );
      };
      const clientKey = await ClientKey.generate();
      const ofServerKey = await cancelled((options) => ServerKey.from(clientKey, options));
      const serverKey = await ServerKey.from(clientKey);
      const ofEngine = await cancelled((options) => Engine.create(serverKey, options));

      const engine = await Engine.create(serverKey);
      const x = engine.load(FheUint16.encrypt(300, clientKey));
      const ofProduct = await cancelled((options) => x.mul(x).serialize(options));
      const sum = (await x.add(x).ciphertext()).decrypt(clientKey);
      engine.dispose();
      return { ofServerKey, ofEngine, ofProduct, sum };
    });
    expect(outcome).toEqual({ ofServerKey: "enough", ofEngine: "enough", ofProduct: "enough", sum: 600 });
  });

  // The promise is 50 ms, which the benchmark measures; slow machines get five times that here.
  test("leaves the page responsive", async () => {
    await using site = await visit({ isolated, path: "/blank.html" });
    const { page } = site;
    await page.evaluate(installCounter);
    const figures: Record<string, Figures> = {};
    const measured = async (name: string, code: string): Promise<void> => {
      figures[name] = await measure(page, code);
    };
    await measured("load the library", `await import("/page.js")`);
    await measured("client key", "globalThis.clientKey = await tacet.ClientKey.generate()");
    await measured("server key", "globalThis.serverKey = await tacet.ServerKey.from(clientKey)");
    await measured("engine", "globalThis.engine = await tacet.Engine.create(serverKey)");
    await measured("encrypt", "globalThis.x = engine.load(tacet.FheUint16.encrypt(300, clientKey))");
    await measured("compute", "globalThis.product = await x.mul(x).ciphertext()");
    await measured("dispose", "engine.dispose()");
    expect(await page.evaluate("product.decrypt(clientKey)")).toBe(90_000 % 2 ** 16);

    console.table(figures);
    for (const [name, { longestTask }] of Object.entries(figures)) {
      expect(longestTask, name).toBeGreaterThan(0); // or nothing was measured
      expect(longestTask, name).toBeLessThan(250);
    }
    for (const name of ["server key", "engine", "compute"])
      expect(figures[name]!.turns, name).toBeGreaterThan(3);
  });
});

/** What a page did meanwhile. */
interface Figures {
  /** Turns of its event loop. */
  readonly turns: number;
  /** The longest time for which it could not react, in milliseconds of its thread: what else the machine does is not in it. */
  readonly longestTask: number;
}

/** What Chromium writes down of a task, among other things. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly args: { readonly name?: string };
  /** Time of its thread, in microseconds. */
  readonly tdur?: number;
}

/** Has a page run some code, and watches its event loop. */
async function measure(page: Page, code: string): Promise<Figures> {
  const browser = page.context().browser()!;
  await browser.startTracing(page, { categories: ["disabled-by-default-devtools.timeline"] });
  const turns = await page.evaluate<number>(`turnsDuring(async () => { ${code} })`);
  const trace: { traceEvents: TraceEvent[] } = JSON.parse((await browser.stopTracing()).toString());
  const threadOf = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;
  const pages = new Set(
    trace.traceEvents
      .filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain")
      .map(threadOf),
  );
  const times = trace.traceEvents
    .filter((event) => event.name === "RunTask" && pages.has(threadOf(event)))
    .map(({ tdur = 0 }) => tdur / 1000);
  return { turns, longestTask: Math.max(0, ...times) };
}

/** Gives a page a function that does something, and counts how often the event loop comes round meanwhile. */
function installCounter(): void {
  const turnsDuring = async (work: () => Promise<void>): Promise<number> => {
    let turns = 0;
    const interval = setInterval(() => turns++, 1);
    await work();
    await new Promise((resolve) => setTimeout(resolve)); // what the work did last is a task of its own then
    clearInterval(interval);
    return turns;
  };
  Object.assign(globalThis, { turnsDuring });
}
