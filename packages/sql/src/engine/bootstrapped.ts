import {
  type BoolHandle,
  type ClientKey,
  type Engine,
  FheBool,
  FheUint8,
  FheUint16,
  FheUint32,
  FheUint64,
  FheUint128,
  FheUint256,
} from "tacet";
import { flagModulus, loadFlags, PackedVector } from "tacet/leveled";
import { LimitError, RequestError } from "../errors.ts";
import { readFrame, writeFrame } from "../frame.ts";
import { Circuit } from "./circuit.ts";
import type { ClientEngine, Evaluation, ServerEngine } from "./engine.ts";
import { fetchRecords, openRecords, recordsAsked, selectRecords } from "./fetch.ts";
import type { Job, Range, Sum } from "./job.ts";
import { told, toldAsync } from "./told.ts";

const NAME = "bootstrapped";

/** The client's side of an engine that computes with bootstraps. */
export interface BootstrappedClientOptions {
  readonly clientKey: ClientKey;
}

/** The server's side: it serves the one client whose server key its engine has. */
export interface BootstrappedServerOptions {
  readonly engine: Engine;
  /** Threads of what fetches records; as many as there are processors unless given. */
  readonly threads?: number;
}

/** Sums are sent in the narrowest of these that has room for them. */
const SUM_TYPES = [
  [8, FheUint8],
  [16, FheUint16],
  [32, FheUint32],
  [64, FheUint64],
  [128, FheUint128],
  [256, FheUint256],
] as const;

/** Encrypts the flags of a query in packed vectors: six bytes each. */
export function bootstrappedClient({ clientKey }: BootstrappedClientOptions): ClientEngine {
  return {
    name: NAME,
    async encrypt(vectors) {
      const flags = vectors.flatMap((vector) => [...vector]);
      if (flags.length === 0) return new Uint8Array();
      return (
        await PackedVector.encrypt(flags, clientKey, { modulus: flagModulus(clientKey.parameters) })
      ).serialize();
    },
    decryptTruths: async (bytes, count) =>
      told(() => {
        const { parts } = readFrame(bytes, count);
        return Uint8Array.from(parts, (part) =>
          part.length === 1 ? part[0]! & 1 : Number(FheBool.deserialize(part).decrypt(clientKey)),
        );
      }),
    decryptSums: async (bytes, ranges) => told(() => decryptSums(bytes, ranges, clientKey)),
    select: (places, count, size) => selectRecords(clientKey, places, count, size),
    open: async (bytes, places, size) => told(() => openRecords(clientKey, bytes, places.length, size)),
  };
}

/** Computes each distinct truth with about one bootstrap for fifteen flags, and sums digit by digit. */
export function bootstrappedServer({ engine, threads }: BootstrappedServerOptions): ServerEngine {
  const { parameters } = engine.info;
  const leveled = { parameters, ...(threads !== undefined && { threads }) };
  return {
    name: NAME,
    evaluate: (job, flags, { signal } = {}) => evaluate(engine, job, flags, signal),
    asked: (request) => recordsAsked(request),
    fetch: (shelf, request) => toldAsync(() => fetchRecords(leveled, shelf, request)),
  };
}

async function evaluate(
  engine: Engine,
  job: Job,
  flags: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<Evaluation> {
  const count = job.vectors.reduce((sum, size) => sum + size, 0);
  const vector = count === 0 ? undefined : told(() => PackedVector.deserialize(flags));
  if ((vector?.length ?? 0) !== count) throw new RequestError(`there are flags where ${count} belong`);
  const loaded = vector && told(() => loadFlags(engine, vector));
  const circuit = new Circuit(engine, (flag) => loaded!.at(flag));
  try {
    const truths = job.truths.map((truth) => circuit.build(truth));
    const wanted = new Set(job.asked);
    const options = signal === undefined ? {} : { signal };
    const bytesOf = async (truth: boolean | BoolHandle) =>
      typeof truth === "boolean" ? Uint8Array.of(Number(truth)) : await truth.serialize(options);
    const asked = await Promise.all(
      truths.map((truth, index) => (wanted.has(index) ? bytesOf(truth) : undefined)),
    );
    const sums = await Promise.all(job.sums.map((sum) => sumOf(engine, sum, truths, options)));
    return {
      truths: writeFrame({ header: null, parts: job.asked.map((truth) => asked[truth]!) }),
      sums: writeFrame({
        header: sums.map(({ known, bits }) => [known.toString(), bits]),
        parts: sums.map(({ bytes }) => bytes),
      }),
    };
  } finally {
    circuit.dispose();
  }
}

/** A sum as it is sent: what is known of it, and the rest in so many bits. */
interface SentSum {
  readonly known: bigint;
  readonly bits: number;
  readonly bytes: Uint8Array;
}

/** What is known of a sum, and the rest encrypted: weights below zero count where their truth does not hold. */
async function sumOf(
  engine: Engine,
  { truths, weights }: Sum,
  handles: readonly (boolean | BoolHandle)[],
  options: { readonly signal?: AbortSignal },
): Promise<SentSum> {
  let known = 0n;
  let most = 0n;
  const [flags, values]: [BoolHandle[], bigint[]] = [[], []];
  for (const [index, truth] of truths.entries()) {
    const [handle, weight] = [handles[truth]!, weights[index]!];
    if (typeof handle === "boolean") known += handle ? weight : 0n;
    else if (weight !== 0n) {
      if (weight < 0n) known += weight;
      flags.push(weight < 0n ? handle.not() : handle);
      values.push(weight < 0n ? -weight : weight);
      most += values.at(-1)!;
    }
  }
  if (flags.length === 0) return { known, bits: 0, bytes: new Uint8Array() };
  const [bits, type] = sumType(most);
  return { known, bits, bytes: await engine.dotProduct(flags, values, type).serialize(options) };
}

function sumType(most: bigint) {
  const found = SUM_TYPES.find(([bits]) => most < 1n << BigInt(bits));
  if (found === undefined) throw new LimitError("a sum has more than 256 bits");
  return found;
}

function decryptSums(bytes: Uint8Array, ranges: readonly Range[], clientKey: ClientKey): bigint[] {
  const { header, parts } = readFrame(bytes, ranges.length);
  const isSent = (sent: unknown) => Array.isArray(sent) && /^-?\d{1,1000}$/.test(String(sent[0]));
  if (!Array.isArray(header) || header.length !== ranges.length || !header.every(isSent)) {
    throw new RequestError("these are not the sums that were asked for");
  }
  return parts.map((part, index) => {
    const [known, bits] = header[index] as [string, number];
    const value = BigInt(known) + decryptSum(part, bits, clientKey);
    const { low, high } = ranges[index]!;
    if (value < low || value > high) throw new RequestError("a sum is out of its range");
    return value;
  });
}

function decryptSum(part: Uint8Array, bits: number, clientKey: ClientKey): bigint {
  if (bits === 0 && part.length === 0) return 0n;
  const type = SUM_TYPES.find(([width]) => width === bits)?.[1];
  if (type === undefined) throw new RequestError("a sum has another number of bits than there are");
  return BigInt(type.deserialize(part).decrypt(clientKey));
}
