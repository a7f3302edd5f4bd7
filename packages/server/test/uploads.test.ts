import { createHash } from "node:crypto";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Caller, startTestService, TEST_LIMITS, type TestService } from "./harness.ts";

const MEGABYTE = 2 ** 20;

let service: TestService;
let caller: Caller;

beforeAll(async () => {
  const limits = { ...TEST_LIMITS, blobBytes: 32 * MEGABYTE, uploadIdleMs: 300 };
  service = await startTestService({ limits });
  caller = new Caller(service.url);
});

afterAll(async () => {
  await service.stop();
  expect(service.errors).toEqual([]);
});

function blob(length: number, seed: number): { bytes: Uint8Array; hash: string } {
  const bytes = new Uint8Array(length).map((_, at) => (at * 31 + seed) & 255);
  return { bytes, hash: createHash("sha256").update(bytes).digest("hex") };
}

/** Sends the beginning of an upload on a bare connection, and breaks it off, or leaves it open. */
async function sendPart(hash: string, headers: string, part: Uint8Array, breakOff: boolean): Promise<string> {
  const { hostname, port } = new URL(service.url);
  const socket = connect(Number(port), hostname);
  let answer = "";
  socket.on("data", (data) => {
    answer += data.toString();
  });
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.write(
    `PUT /v1/blobs/${hash} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n${headers}\r\n\r\n`,
  );
  socket.write(part, () => breakOff && socket.destroy());
  await closed;
  return answer;
}

async function offsetOf(hash: string): Promise<number> {
  const response = await caller.ask("HEAD", `/v1/blobs/${hash}`);
  return Number(response.headers.get("upload-offset"));
}

test("a blob in one request, which is not taken in twice", async () => {
  const { bytes, hash } = blob(9 * MEGABYTE + 5, 1);
  const missing = await caller.ask("HEAD", `/v1/blobs/${hash}`);
  expect([missing.status, missing.headers.get("upload-offset")]).toEqual([404, "0"]);
  const first = await caller.ask("PUT", `/v1/blobs/${hash}`, bytes);
  expect(first.status).toBe(201);
  const there = await caller.ask("HEAD", `/v1/blobs/${hash}`);
  expect([there.status, there.headers.get("upload-complete")]).toEqual([200, "?1"]);
  expect(there.headers.get("content-length")).toBe(String(bytes.length));
  expect((await caller.ask("PUT", `/v1/blobs/${hash}`, bytes)).status).toBe(200);
  expect(Buffer.compare(await caller.download(hash), bytes)).toBe(0);
});

test("a blob of no bytes", async () => {
  const { bytes, hash } = blob(0, 0);
  expect((await caller.ask("PUT", `/v1/blobs/${hash}`, bytes)).status).toBe(201);
  expect((await caller.download(hash)).length).toBe(0);
});

test("a blob in several requests", async () => {
  const { bytes, hash } = blob(5 * MEGABYTE, 2);
  const cuts = [0, 1, 1000, 4 * MEGABYTE + 7, bytes.length];
  for (const [index, start] of cuts.slice(0, -1).entries()) {
    const response = await caller.ask("PUT", `/v1/blobs/${hash}`, bytes.subarray(start, cuts[index + 1]), {
      "upload-offset": String(start),
      "upload-length": String(bytes.length),
    });
    expect(response.status).toBe(index === cuts.length - 2 ? 201 : 202);
    expect(response.headers.get("upload-offset")).toBe(String(cuts[index + 1]));
  }
  expect(Buffer.compare(await caller.download(hash), bytes)).toBe(0);
});

test("what has arrived stays when the connection breaks", async () => {
  const { bytes, hash } = blob(6 * MEGABYTE, 3);
  await sendPart(hash, `Content-Length: ${bytes.length}`, bytes.subarray(0, 5 * MEGABYTE), true);
  await expect.poll(() => offsetOf(hash)).toBeGreaterThanOrEqual(4 * MEGABYTE);
  // The rest of what had arrived is written when the service has noticed.
  let offset = await offsetOf(hash);
  for (let before = -1; before !== offset; offset = await offsetOf(hash)) {
    before = offset;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect((await caller.ask("GET", `/v1/blobs/${hash}`)).status).toBe(404);
  const response = await caller.ask("PUT", `/v1/blobs/${hash}`, bytes.subarray(offset), {
    "upload-offset": String(offset),
  });
  expect(response.status).toBe(201);
  expect(Buffer.compare(await caller.download(hash), bytes)).toBe(0);
});

test("an upload that goes on elsewhere is told where", async () => {
  const { bytes, hash } = blob(3000, 4);
  const headers = { "upload-length": "3000" };
  await caller.ask("PUT", `/v1/blobs/${hash}`, bytes.subarray(0, 1000), headers);
  const wrong = await caller.ask("PUT", `/v1/blobs/${hash}`, bytes.subarray(2000), {
    ...headers,
    "upload-offset": "2000",
  });
  expect(wrong.status).toBe(409);
  expect(wrong.headers.get("upload-offset")).toBe("1000");
  expect(await wrong.json()).toMatchObject({ type: "urn:tacet:problem:offset-mismatch", offset: 1000 });
  const other = await caller.ask("PUT", `/v1/blobs/${hash}`, bytes.subarray(1000), {
    "upload-offset": "1000",
    "upload-length": "4000",
  });
  expect(other.status).toBe(400);
  expect(await other.json()).toMatchObject({ type: "urn:tacet:problem:length-mismatch" });
});

test("a wrong hash is refused, and what was there is dropped", async () => {
  const { bytes } = blob(5 * MEGABYTE, 5);
  const { hash } = blob(10, 6);
  const response = await caller.ask("PUT", `/v1/blobs/${hash}`, bytes);
  expect(response.status).toBe(422);
  expect(response.headers.get("content-type")).toContain("application/problem+json");
  expect(await response.json()).toMatchObject({ type: "urn:tacet:problem:hash-mismatch", status: 422 });
  expect(await offsetOf(hash)).toBe(0);
  const right = blob(10, 6);
  expect((await caller.ask("PUT", `/v1/blobs/${hash}`, right.bytes)).status).toBe(201);
});

test("a part that is damaged makes the whole refused", async () => {
  const { bytes, hash } = blob(2000, 7);
  const damaged = bytes.slice(0, 1000);
  damaged[500]! ^= 1;
  await caller.ask("PUT", `/v1/blobs/${hash}`, damaged, { "upload-length": "2000" });
  const last = await caller.ask("PUT", `/v1/blobs/${hash}`, bytes.subarray(1000), {
    "upload-offset": "1000",
  });
  expect(last.status).toBe(422);
  expect(await offsetOf(hash)).toBe(0);
});

test("more bytes than announced are refused", async () => {
  const { bytes, hash } = blob(3000, 8);
  const response = await caller.ask("PUT", `/v1/blobs/${hash}`, bytes, { "upload-length": "2000" });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ type: "urn:tacet:problem:length-mismatch" });
});

test("blobs that are too large are refused before they are sent", async () => {
  const { hash } = blob(1, 9);
  const answer = await sendPart(hash, `Content-Length: ${33 * MEGABYTE}`, new Uint8Array(10), false);
  expect(answer).toContain("HTTP/1.1 413");
  expect(answer).toContain("urn:tacet:problem:too-large");
});

test("a body that stops coming is answered, and what has arrived stays", async () => {
  const { bytes, hash } = blob(1000, 10);
  const answer = await sendPart(hash, "Content-Length: 1000", bytes.subarray(0, 400), false);
  expect(answer).toContain("HTTP/1.1 408");
  expect(answer).toContain("urn:tacet:problem:request-timeout");
  expect(await offsetOf(hash)).toBe(400);
});

test("two uploads of one blob at the same time", async () => {
  const { bytes, hash } = blob(9 * MEGABYTE, 11);
  const both = await Promise.all([1, 2].map(() => caller.ask("PUT", `/v1/blobs/${hash}`, bytes)));
  const codes = both.map(({ status }) => status).sort();
  expect([
    [200, 201],
    [201, 201],
    [201, 409],
  ]).toContainEqual(codes);
  expect(Buffer.compare(await caller.download(hash), bytes)).toBe(0);
});

test.each(["x", "A".repeat(64), `${"a".repeat(64)}0`, "..%2f..%2fetc%2fpasswd", "a".repeat(300)])(
  "%s is no hash",
  async (name) => {
    for (const method of ["GET", "PUT"]) {
      const response = await caller.ask(
        method,
        `/v1/blobs/${name}`,
        method === "PUT" ? new Uint8Array(1) : undefined,
      );
      expect([400, 404, 413, 414]).toContain(response.status);
      expect(response.headers.get("content-type")).toContain("application/problem+json");
    }
  },
);

test.each([
  ["upload-offset", "-1"],
  ["upload-offset", "1e3x"],
  ["upload-length", "99999999999999999999"],
])("%s: %s is refused", async (header, value) => {
  const { bytes, hash } = blob(10, 12);
  const response = await caller.ask("PUT", `/v1/blobs/${hash}`, bytes, { [header]: value });
  expect(response.status).toBe(400);
});
