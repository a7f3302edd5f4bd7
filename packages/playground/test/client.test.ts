import { effect, type Signal, signal } from "@preact/signals";
import { ClientKey } from "tacet";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { disagreement } from "../src/client/check.ts";
import { Client, type RunState } from "../src/client/client.ts";
import { examples } from "../src/examples/index.ts";
import type { Answer, Report, Request } from "../src/wire/protocol.ts";

/** A server that takes every key, hears what it is told, and computes nothing. As a worker does, it answers later. */
class IdleServer {
  onmessage: ((event: { data: Answer | Report }) => void) | undefined;
  onerror: ((event: Partial<ErrorEvent>) => void) | undefined;
  readonly heard: Request["kind"][] = [];
  alive = true;
  /** Whether it is at something that never ends. */
  deaf = false;

  postMessage(request: Request): void {
    this.heard.push(request.kind);
    const info = { threads: 1, sharedMemory: false, memoryBytes: 0 };
    if (request.kind === "server key") this.say({ kind: "ready", info });
    if (request.kind === "cancel") this.say({ kind: "cancelled", run: request.run });
  }

  say(data: Answer | Report): void {
    queueMicrotask(() => {
      if (this.alive && !this.deaf) this.onmessage?.({ data });
    });
  }

  fail(message: string): void {
    this.onerror?.({ message, preventDefault: () => {} });
  }

  terminate(): void {
    this.alive = false;
  }
}

/** A client, with servers that no other test's client has. */
interface Scene {
  readonly client: Client;
  readonly servers: readonly IdleServer[];
  latest(): IdleServer;
}

/** Number of clear checks that go on. */
let checks: Signal<number>;
let scenes: Scene[];

beforeEach(() => {
  const running = signal(0);
  // The worker of a clear check, which never answers.
  class IdleWorker extends EventTarget {
    constructor() {
      super();
      running.value++;
    }
    postMessage(): void {}
    terminate(): void {
      running.value--;
    }
  }
  vi.stubGlobal("Worker", IdleWorker);
  checks = running;
  scenes = [];
});
afterEach(async () => {
  for (const { client } of scenes) {
    client.cancel();
    await until(() => !client.busy);
  }
  await until(() => checks.value === 0);
  vi.unstubAllGlobals();
});

/** Resolves when what is computed from signals is so, with the change that makes it so. */
function until(condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = effect(() => {
      if (!condition()) return;
      queueMicrotask(() => stop());
      resolve();
    });
  });
}

/** Resolves when a client's run is in a state. */
function reached({ client }: Scene, state: RunState["kind"]): Promise<void> {
  return until(() => client.run.value.kind === state);
}

function open(): Scene {
  const servers: IdleServer[] = [];
  const client = new Client(() => {
    servers.push(new IdleServer());
    return servers.at(-1) as unknown as Worker;
  });
  client.show(examples[0]!);
  const scene = { client, servers, latest: () => servers.at(-1)! };
  scenes.push(scene);
  return scene;
}

/** A client whose server has a key. */
async function ready(): Promise<Scene> {
  const scene = open();
  await scene.client.makeKeys();
  await until(() => scene.client.monitor.state.value.kind === "ready");
  return scene;
}

/** A client whose program is with the server. */
async function running(): Promise<Scene> {
  const scene = await ready();
  void scene.client.start();
  await reached(scene, "computing");
  return scene;
}

describe("the client", () => {
  test("gives the first server the first key", async () => {
    const { servers, latest } = await ready();
    expect(servers).toHaveLength(1);
    expect(latest().heard).toEqual(["server key"]);
  });

  test("gives another key to another server, as the former one may never hear of it", async () => {
    const { client, servers, latest } = await running();
    const key = (await ClientKey.generate()).serialize();
    const loading = client.loadKey(key, "theirs.key");
    expect(client.run.value.kind).toBe("cancelled");
    expect(servers.map(({ alive }) => alive)).toEqual([false, true]);
    expect(client.monitor.state.value.kind).toBe("without key");
    await loading;
    expect(latest().heard).toEqual(["server key"]);
    await until(() => checks.value === 0);
  });

  test("keeps the key and what runs if the file is no key", async () => {
    const { client } = await running();
    await expect(client.loadKey(new Uint8Array(9), "song.mp3")).rejects.toThrow();
    expect(client.run.value.kind).toBe("computing");
    expect(client.keyRing.state.value.kind).toBe("made");
  });

  test("waits for keys that are being made before it runs anything", async () => {
    const scene = await ready();
    const making = scene.client.makeKeys();
    void scene.client.start();
    await reached(scene, "waiting");
    await making;
    await reached(scene, "computing");
    expect(scene.servers.map(({ heard }) => heard)).toEqual([["server key"], ["server key", "program"]]);
  });

  test("starts the server again while keys are made, which then go to the new one", async () => {
    const { client, servers } = open();
    const making = client.makeKeys();
    client.restartServer();
    await making;
    expect(servers.map(({ heard }) => heard)).toEqual([[], ["server key"]]);
  });

  test("gives the key to another server if the one at hand has failed meanwhile", async () => {
    const { client, servers, latest } = open();
    const making = client.makeKeys();
    latest().fail("no memory");
    await making;
    expect(servers.map(({ heard }) => heard)).toEqual([[], ["server key"]]);
    await until(() => client.monitor.state.value.kind === "ready");
  });

  test("ends a server that has failed, and hears no more of it", async () => {
    const { client, latest } = await running();
    latest().fail("out of memory");
    expect(latest().alive).toBe(false);
    expect(client.run.value).toEqual({ kind: "failed", message: "the server has stopped" });
    client.restartServer();
    await until(() => client.monitor.state.value.kind === "ready");
  });

  test("ends the clear check with what it cancels", async () => {
    const scene = await running();
    expect(checks.value).toBe(1);
    scene.client.cancel();
    expect(scene.client.run.value.kind).toBe("cancelling");
    await until(() => checks.value === 0);
    await reached(scene, "cancelled");
    expect(scene.latest().heard).toEqual(["server key", "program", "cancel"]);
    expect(scene.servers).toHaveLength(1);
  });

  test("ends a server that does not hear of a cancellation, and gives the next one the key", async () => {
    const scene = await running();
    scene.latest().deaf = true;
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      scene.client.cancel();
      vi.runAllTimers();
    } finally {
      vi.useRealTimers();
    }
    expect(scene.client.run.value.kind).toBe("cancelled");
    expect(scene.servers.map(({ alive }) => alive)).toEqual([false, true]);
    expect(scene.latest().heard).toEqual(["server key"]);
  });

  test("says nothing of the server before it is so", async () => {
    const scene = open();
    const { client, latest } = scene;
    const heard: Record<string, Request["kind"] | undefined> = {};
    effect(() => void (heard[client.run.value.kind] ??= latest().heard.at(-1)));
    effect(() => void (heard[`server ${client.monitor.state.value.kind}`] ??= latest().heard.at(-1)));
    await client.makeKeys();
    void client.start();
    await reached(scene, "computing");
    client.cancel();
    await reached(scene, "cancelled");
    expect(heard).toMatchObject({
      "server loading": "server key",
      "server running": "program",
      computing: "program",
      cancelling: "cancel",
    });
  });

  test("says that nothing runs, and nothing was sent, if the program cannot be sent", async () => {
    const scene = await ready();
    const { client, latest } = scene;
    latest().postMessage = () => {
      throw new Error("no room for it");
    };
    void client.start();
    await reached(scene, "failed");
    expect(client.run.value).toEqual({ kind: "failed", message: "no room for it" });
    expect(client.monitor.state.value.kind).toBe("ready");
    expect(client.wire.log.value.map(({ label }) => label)).toEqual(["server key"]);
    expect(checks.value).toBe(0);
  });
});

test("the first example is plain JavaScript, as the client runs it before TypeScript is there", () => {
  const { inputs, text } = examples[0]!.program;
  expect(() => new Function(...inputs.map(({ name }) => name), text)).not.toThrow();
  expect(text).toMatch(/^return /m);
});

describe("the clear check", () => {
  const known = (values: Record<string, number | bigint>) =>
    ({ kind: "known", values: new Map(Object.entries(values)) }) as const;

  test("agrees with the same values, be they numbers or bigints", () => {
    expect(disagreement([{ name: "a", value: 5 }], known({ a: 5n }))).toBeUndefined();
    expect(disagreement([{ name: "a", value: 5 }], { kind: "pending" })).toBeUndefined();
  });

  test("names what differs, what it does not have, and what is missing", () => {
    const results = ["a", "b", "c"].map((name) => ({ name, value: 1 }));
    expect(disagreement(results, known({ a: 1, b: 2, d: 4 }))).toEqual({
      different: ["b", "c"],
      missing: ["d"],
    });
  });
});
