import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lockFolder } from "../src/database/folder-lock.ts";
import { inOrder, type Waiting } from "../src/queue/choose.ts";
import { LANES, laneOf, priorityOf } from "../src/queue/task.ts";
import { KeyCache } from "../src/worker/key-cache.ts";

function waiting(part: Partial<Waiting>): Waiting {
  return { lane: 0, tenant: "a", seconds: 1, running: 0, served: 0, owned: false, ...part };
}

test("workers take tasks of their keys and of nobody's first, others' after half a second", () => {
  const mine = waiting({ lane: 1, owned: true, seconds: 0, served: 9 });
  const nobodys = waiting({ lane: 2, seconds: 0, served: 10 });
  const fresh = waiting({ lane: 3, owned: true, seconds: 0.4 });
  const old = waiting({ lane: 4, owned: true, seconds: 0.6 });
  const overdue = waiting({ lane: 5, owned: true, seconds: 31 });
  const order = inOrder([old, fresh, nobodys, overdue, mine], new Set([1]));
  expect(order).toEqual([overdue, mine, nobodys, old]);
});

test("tenants take turns: first who has the least running, then who waited longest for a turn", () => {
  const busy = waiting({ tenant: "busy", running: 2, served: 0 });
  const early = waiting({ tenant: "early", served: 1 });
  const late = waiting({ tenant: "late", served: 2, seconds: 100 });
  expect(inOrder([busy, late, early], new Set()).map(({ tenant }) => tenant)).toEqual([
    "early",
    "late",
    "busy",
  ]);
});

test("keys are spread over all lanes, and jobs over classes", () => {
  const lanes = new Set(
    Array.from({ length: 2_000 }, (_, at) => laneOf((at * 2_654_435).toString(16).padStart(8, "0"))),
  );
  expect(lanes.size).toBe(LANES);
  expect([1, 100, 101, 1_501, 1e6].map(priorityOf)).toEqual([3, 3, 2, 1, 0]);
});

test("the cache keeps the keys used last, and ends none that is in use", async () => {
  const disposed: string[] = [];
  const asked: boolean[] = [];
  const cache = new KeyCache({ bytes: 250, idleMs: 60_000, onAsked: (hit) => asked.push(hit) });
  let opened = 0;
  const hold = (sha256: string, tenant = "t") =>
    cache.hold({ tenant, sha256 }, async () => {
      opened++;
      return { bytes: 100, run: async () => ({}), dispose: () => disposed.push(`${tenant}/${sha256}`) };
    });
  const [a, again] = await Promise.all([hold("0000000a"), hold("0000000a")]);
  expect(opened).toBe(1);
  (await hold("0000000b")).release();
  again.release();
  (await hold("0000000c")).release();
  expect(disposed).toEqual([]); // a went out, and is in use
  expect(cache.size).toBe(2);
  a.release();
  a.release();
  expect(disposed).toEqual(["t/0000000a"]);
  (await hold("0000000b", "other")).release(); // the same bytes, another's
  expect(opened).toBe(4);
  cache.forget("t");
  expect(disposed.length).toBe(3);
  (await hold("0000000b", "other")).discard();
  expect(cache.size).toBe(0);
  expect(asked).toEqual([false, false, false, false, false, true]);
});

test("a folder is locked by one at a time, also where its name is long", async () => {
  const folder = join(await mkdtemp(join(tmpdir(), "tacet-lock-")));
  const lock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toThrow("in use");
  await lock.release();
  await (await lockFolder(folder)).release();
  const long = join(folder, "x".repeat(150));
  const other = await lockFolder(long);
  await expect(lockFolder(long)).rejects.toThrow("in use");
  await other.release();
  await rm(folder, { recursive: true });
});
