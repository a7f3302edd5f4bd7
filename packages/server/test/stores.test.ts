import { execFileSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FolderStore } from "../src/blobs/folder.ts";
import { S3Store } from "../src/blobs/s3.ts";
import { placeOf, type SegmentStore, type StoredSegment } from "../src/blobs/store.ts";
import { ServiceError } from "../src/errors.ts";
import { Caller, keyOf, newFolder, startTestService } from "./harness.ts";
import { S3Server } from "./s3-server.ts";

const credentials = { region: "eu-central-1", accessKeyId: "key", secretAccessKey: "secret" };
const hash = "ab".repeat(32);

let folder: string;
let server: S3Server;
let url: string;

beforeEach(async () => {
  folder = await newFolder();
  server = new S3Server();
  url = await server.start();
});

afterEach(async () => {
  server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function all(segments: AsyncIterable<StoredSegment>): Promise<string[]> {
  const places: string[] = [];
  for await (const { place, writtenAt } of segments) {
    expect(Math.abs(writtenAt.getTime() - Date.now())).toBeLessThan(60_000);
    places.push(place);
  }
  return places.sort();
}

describe.each([
  ["folder", (): SegmentStore => new FolderStore(folder)],
  ["S3", (): SegmentStore => new S3Store({ ...credentials, url })],
])("%s", (_, make) => {
  test("segments are written, read, listed by tenant, and removed", async () => {
    const store = make();
    await store.check();
    const places = [0, 1, 2].map((at) => placeOf(at === 2 ? "tb" : "ta", hash, at));
    for (const [at, place] of places.entries()) await store.write(place, new Uint8Array([at, 1, 2]));
    expect(Buffer.from(await store.read(places[1]!))).toEqual(Buffer.from([1, 1, 2]));
    expect(await all(store.list("ta"))).toEqual(places.slice(0, 2).sort());
    expect(await all(store.list(undefined))).toEqual(places.toSorted());
    await store.remove([places[0]!, "ta/ab/nothing"]);
    expect(await all(store.list("ta"))).toEqual([places[1]]);
    await expect(store.read(places[0]!)).rejects.toMatchObject({ kind: "unavailable" });
    expect(server.unsigned).toBe(0);
  });
});

test.each([500, 403, "silent"] as const)("S3 that answers %s is a typed error, in time", async (failing) => {
  const store = new S3Store({ ...credentials, url, timeoutMs: 200, retries: 1 });
  server.failing = failing;
  const place = placeOf("ta", hash, 0);
  const all = [() => store.write(place, new Uint8Array(1)), () => store.read(place), () => store.check()];
  for (const work of all) {
    const error = await work().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ServiceError);
    expect(error).toMatchObject({ kind: "unavailable" });
    expect((error as ServiceError).message).not.toMatch(/secret|127\.0\.0\.1|bucket/);
  }
});

/** A file system of 3 MB, where the machine lets one have it. */
function mountSmall(): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tacet-test", folder], { stdio: "ignore" });
    return true;
  } catch {
    console.warn("No file system can be mounted here: the test of a full one is left out.");
    return false;
  }
}

test("a file system that is full is 507, and the service goes on", async ({ skip }) => {
  if (!mountSmall()) skip();
  const full = await startTestService({ blobs: { kind: "folder", folder: join(folder, "blobs") } });
  try {
    const caller = new Caller(full.url);
    const response = await caller.ask("PUT", `/v1/blobs/${hash}`, new Uint8Array(2 ** 23));
    expect(response.status).toBe(507);
    expect(await response.json()).toMatchObject({ type: "urn:tacet:problem:storage-full" });
    const small = await caller.upload(new Uint8Array([1]));
    expect((await caller.download(small)).length).toBe(1);
    expect(full.errors).toEqual([]);
  } finally {
    await full.stop();
    execFileSync("umount", [folder]);
  }
});

test("a service on S3: jobs wait while the store does not answer, and go on then", async () => {
  const options = { retries: 0, timeoutMs: 300 };
  const service = await startTestService({ blobs: { kind: "s3", url, ...credentials, ...options } as never });
  try {
    const caller = new Caller(service.url);
    const program = await caller.storeProgram({ op: "add", inputs: ["x"] });
    const serverKey = await caller.upload(keyOf("s3"));
    const x = await caller.upload(new Uint8Array([1, 2]));
    server.failing = 500;
    const upload = await caller.ask("PUT", `/v1/blobs/${hash}`, new Uint8Array(10));
    expect(upload.status).toBe(503);
    expect(Number(upload.headers.get("retry-after"))).toBeGreaterThan(0);
    const { id } = await caller.submit({ program, serverKey, inputs: { x } });
    await expect.poll(async () => (await caller.json("GET", `/v1/jobs/${id}`)).state).toBe("running");
    server.failing = undefined;
    expect(await caller.finished(id)).toMatchObject({ state: "succeeded", attempts: 1 });
    expect((await caller.ask("DELETE", "/v1/tenant")).status).toBe(204);
    expect(server.objects.size).toBe(0);
  } finally {
    await service.stop();
  }
});
