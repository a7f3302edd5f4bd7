import { expect, test } from "vitest";
import { type Counts, counts } from "./counts.ts";

/** Rotations and depth at 8, 16, 32 and 64 bits. A change is meant to be seen here: fewer is better. */
const KNOWN: Record<string, Counts> = {
  add: { encrypted: ["4/4", "8/8", "16/16", "32/32"], clear: ["4/4", "8/8", "16/16", "32/32"] },
  sub: { encrypted: ["4/4", "8/8", "16/16", "32/32"], clear: ["4/4", "8/8", "16/16", "32/32"] },
  mul: { encrypted: ["23/9", "87/24", "304/29", "1099/71"], clear: ["7/4", "20/8", "67/20", "232/46"] },
  neg: { encrypted: ["4/4", "8/8", "16/16", "32/32"], clear: ["4/4", "8/8", "16/16", "32/32"] },
  and: { encrypted: ["4/1", "8/1", "16/1", "32/1"], clear: ["3/1", "4/1", "10/1", "18/1"] },
  or: { encrypted: ["4/1", "8/1", "16/1", "32/1"], clear: ["3/1", "4/1", "10/1", "18/1"] },
  xor: { encrypted: ["4/1", "8/1", "16/1", "32/1"], clear: ["3/1", "4/1", "10/1", "18/1"] },
  not: { encrypted: ["0/0", "0/0", "0/0", "0/0"], clear: ["0/0", "0/0", "0/0", "0/0"] },
  eq: { encrypted: ["5/2", "9/2", "17/3", "33/4"], clear: ["3/2", "5/2", "9/2", "18/3"] },
  ne: { encrypted: ["5/2", "9/2", "17/3", "33/4"], clear: ["3/2", "5/2", "9/2", "18/3"] },
  lt: { encrypted: ["4/4", "8/8", "17/7", "34/9"], clear: ["3/2", "6/3", "12/4", "24/4"] },
  le: { encrypted: ["4/4", "8/8", "17/7", "34/9"], clear: ["3/2", "6/3", "12/4", "24/4"] },
  gt: { encrypted: ["4/4", "8/8", "17/7", "34/9"], clear: ["3/2", "6/3", "12/4", "24/4"] },
  ge: { encrypted: ["4/4", "8/8", "17/7", "34/9"], clear: ["3/2", "6/3", "12/4", "24/4"] },
  min: { encrypted: ["8/5", "16/9", "33/8", "66/10"], clear: ["7/3", "14/4", "28/5", "56/5"] },
  max: { encrypted: ["8/5", "16/9", "33/8", "66/10"], clear: ["7/3", "14/4", "28/5", "56/5"] },
  square: { encrypted: ["18/9", "70/24", "230/26", "815/72"], clear: ["18/9", "70/24", "230/26", "815/72"] },
  "shl 3": { encrypted: ["3/1", "7/1", "15/1", "31/1"], clear: ["3/1", "7/1", "15/1", "31/1"] },
  "shr 3": { encrypted: ["3/1", "7/1", "15/1", "31/1"], clear: ["3/1", "7/1", "15/1", "31/1"] },
  select: { encrypted: ["5/2", "9/2", "17/2", "33/2"], clear: ["5/2", "9/2", "17/2", "33/2"] },
};

test.each(Object.entries(counts()))("%s needs as many rotations as it did", (name, found) => {
  expect(found).toEqual(KNOWN[name]);
});
