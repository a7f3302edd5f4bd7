import { ClientKey } from "tacet";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { disagreement } from "../src/client/check.ts";
import { Client } from "../src/client/client.ts";
import { examples } from "../src/examples/index.ts";
import type { Answer, Report, Request } from "../src/wire/protocol.ts";

/** A server that takes every key and computes nothing. */
class SilentServer {
  static all: SilentServer[] = [];
  onmessage: ((event: { data: Answer | Report }) => void) | undefined;
  onerror: ((event: Partial<ErrorEvent>) => void) | undefined;
  readonly heard: Request["kind"][] = [];
  alive = true;

  static get latest(): SilentServer {
    return SilentServer.all.at(-1)!;
  }

  constructor() {
    SilentServer.all.push(this);
  }

  postMessage(request: Request): void {
    this.heard.push(request.kind);
    const info = { threads: 1, sharedMemory: false, memoryBytes: 0 };
    if (request.kind === "server key") this.say({ kind: "ready", info });
  }

  say(data: Answer | Report): void {
    if (this.alive) this.onmessage?.({ data });
  }

  terminate(): void {
    this.alive = false;
  }
}

/** The worker of the clear check, which never answers. */
class SilentWorker extends EventTarget {
  static running = 0;
  constructor() {
    super();
    SilentWorker.running++;
  }
  postMessage(): void {}
  terminate(): void {
    SilentWorker.running--;
  }
}

beforeAll(() => void vi.stubGlobal("Worker", SilentWorker));
afterAll(() => void vi.unstubAllGlobals());
beforeEach(() => void (SilentServer.all = []));

function open(): Client {
  const client = new Client(() => new SilentServer() as unknown as Worker);
  client.show(examples[0]!);
  return client;
}

/** A client whose program is with the server. */
async function running(): Promise<Client> {
  const client = open();
  await client.makeKeys();
  void client.start();
  await vi.waitFor(() => expect(client.run.value.kind).toBe("computing"));
  return client;
}

describe("the client", () => {
  test("gives the first server the first key", async () => {
    const client = open();
    await client.makeKeys();
    expect(SilentServer.all).toHaveLength(1);
    expect(SilentServer.latest.heard).toEqual(["server key"]);
    expect(client.monitor.state.value.kind).toBe("ready");
  });

  test("gives another key to another server, as the former one may never hear of it", async () => {
    const client = await running();
    const loading = client.loadKey((await ClientKey.generate()).serialize(), "theirs.key");
    expect(client.run.value.kind).toBe("cancelled");
    expect(SilentServer.all.map(({ alive }) => alive)).toEqual([false, true]);
    expect(client.monitor.state.value.kind).toBe("without key");
    await loading;
    expect(SilentServer.latest.heard).toEqual(["server key"]);
    await vi.waitFor(() => expect(SilentWorker.running).toBe(0));
  });

  test("keeps the key and what runs if the file is no key", async () => {
    const client = await running();
    await expect(client.loadKey(new Uint8Array(9), "song.mp3")).rejects.toThrow();
    expect(client.run.value.kind).toBe("computing");
    expect(client.keyRing.state.value.kind).toBe("made");
    client.cancel();
  });

  test("waits for keys that are being made before it runs anything", async () => {
    const client = open();
    await client.makeKeys();
    const making = client.makeKeys();
    void client.start();
    await vi.waitFor(() => expect(client.run.value.kind).toBe("waiting"));
    await making;
    await vi.waitFor(() => expect(client.run.value.kind).toBe("computing"));
    expect(SilentServer.latest.heard).toEqual(["server key", "program"]);
    client.cancel();
  });

  test("starts the server again while keys are made, which then go to the new one", async () => {
    const client = open();
    const making = client.makeKeys();
    client.restartServer();
    await making;
    expect(SilentServer.all.map(({ heard }) => heard)).toEqual([[], ["server key"]]);
  });

  test("gives the key to another server if the one at hand has failed meanwhile", async () => {
    const client = open();
    const making = client.makeKeys();
    SilentServer.latest.onerror?.({ message: "no memory", preventDefault: () => {} });
    await making;
    expect(SilentServer.all.map(({ heard }) => heard)).toEqual([[], ["server key"]]);
    expect(client.monitor.state.value.kind).toBe("ready");
  });

  test("ends a server that has failed, and hears no more of it", async () => {
    const client = await running();
    SilentServer.latest.onerror?.({ message: "out of memory", preventDefault: () => {} });
    expect(SilentServer.latest.alive).toBe(false);
    expect(client.run.value).toEqual({ kind: "failed", message: "the server has stopped" });
    client.restartServer();
    await vi.waitFor(() => expect(client.monitor.state.value.kind).toBe("ready"));
  });

  test("ends the clear check with what it cancels", async () => {
    const client = await running();
    await vi.waitFor(() => expect(SilentWorker.running).toBe(1));
    client.cancel();
    await vi.waitFor(() => expect(SilentWorker.running).toBe(0));
    expect(client.run.value.kind).toBe("cancelling");
    SilentServer.latest.say({ kind: "cancelled", run: 1 });
    expect(client.run.value.kind).toBe("cancelled");
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
