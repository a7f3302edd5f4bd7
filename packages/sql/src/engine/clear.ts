import { RequestError } from "../errors.ts";
import type { ClientEngine, Evaluation, ServerEngine } from "./engine.ts";
import type { Job, Range, Truth } from "./job.ts";

/**
 * An engine without encryption, for tests of everything else: the server sees all flags.
 */
export function clearEngine(): ClientEngine & ServerEngine {
  return {
    name: "clear",
    encrypt: async (vectors) => concatenated(vectors),
    decryptTruths: async (bytes, count) => expectLength(bytes, count),
    decryptSums: async (bytes, ranges) => readSums(bytes, ranges),
    select: async (places) => new Uint8Array(Uint32Array.from(places).buffer),
    open: async (bytes, places, size) => {
      expectLength(bytes, places.length * size);
      return places.map((_, index) => bytes.subarray(index * size, (index + 1) * size));
    },
    evaluate: async (job, flags) => evaluate(job, flags),
    asked: (request, count) => placesOf(request, count).length,
    fetch: async (shelf, request) =>
      concatenated(placesOf(request, shelf.length).map((place) => shelf[place]!)),
  };
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function expectLength(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length)
    throw new RequestError(`there are ${bytes.length} bytes where ${length} belong`);
  return bytes;
}

function placesOf(request: Uint8Array, count: number): number[] {
  if (request.length % 4 !== 0) throw new RequestError("a request for records has four bytes for each");
  const view = new DataView(request.buffer, request.byteOffset, request.byteLength);
  const places = Array.from({ length: request.length / 4 }, (_, index) => view.getUint32(4 * index, true));
  if (places.some((place) => place >= count)) throw new RequestError("there is no such record");
  return places;
}

function evaluate(job: Job, flags: Uint8Array): Evaluation {
  expectLength(
    flags,
    job.vectors.reduce((sum, size) => sum + size, 0),
  );
  const known = new Map<Truth, boolean>();
  const truths = job.truths.map((truth) => holds(truth, flags, known));
  const sums = job.sums.map((sum) =>
    sum.truths.reduce((total, truth, index) => (truths[truth] ? total + sum.weights[index]! : total), 0n),
  );
  return {
    truths: Uint8Array.from(job.asked, (truth) => Number(truths[truth])),
    sums: new TextEncoder().encode(sums.join()),
  };
}

function holds(truth: Truth, flags: Uint8Array, known: Map<Truth, boolean>): boolean {
  if (typeof truth === "boolean") return truth;
  if (typeof truth === "number") return flags[truth] === 1;
  const found = known.get(truth);
  if (found !== undefined) return found;
  const value =
    truth.kind === "order"
      ? truth.before.some(
          (flag, digit) => flags[flag] === 1 && truth.equal.slice(0, digit).every((f) => flags[f] === 1),
        )
      : truth.kind === "all"
        ? truth.of.every((part) => holds(part, flags, known))
        : truth.of.some((part) => holds(part, flags, known));
  known.set(truth, value);
  return value;
}

function readSums(bytes: Uint8Array, ranges: readonly Range[]): bigint[] {
  const text = new TextDecoder().decode(bytes);
  const sums = text === "" ? [] : text.split(",").map((sum) => BigInt(sum));
  if (sums.length !== ranges.length || sums.some((sum, i) => sum < ranges[i]!.low || sum > ranges[i]!.high)) {
    throw new RequestError("these are not the sums that were asked for");
  }
  return sums;
}
