import { encodeQuery } from "../encoding/encode.ts";
import { SALT_BYTES } from "../encoding/hash.ts";
import { layoutOf } from "../encoding/layout.ts";
import type { ClientEngine } from "../engine/engine.ts";
import { RequestError, StaleSchemaError } from "../errors.ts";
import { loadParser } from "../language/parse.ts";
import type { AnswerInfo, ShelfInfo } from "../plan/answer.ts";
import { type Bounds, boundsOf, recordsOf } from "../plan/bounds.ts";
import type { Plan } from "../plan/plan.ts";
import { checkSchema } from "../schema/schema.ts";
import type { Connection, SecretAnswer, ServerInfo } from "../wire.ts";
import { checkAnswer } from "./check-answer.ts";
import { type Decoded, type Decoding, decodeGroups, decodeRows, type Take } from "./decode.ts";
import type { Parameters } from "./parameters.ts";
import { prepareQuery } from "./prepare-query.ts";
import { type Result, resultOf } from "./result.ts";
import type { ParameterValue, Secret } from "./secret.ts";

/** A database that is asked with secrets. */
export interface SecretDatabase {
  /**
   * Asks one SELECT. Parameters in `secret()` stay with the client; all else the server gets as it is.
   *
   * @throws QueryError for what cannot be answered, ConstantError for secrets that do not fit, LimitError, DataError
   */
  query(
    text: string,
    parameters?: readonly (ParameterValue | Secret)[],
    options?: QueryOptions,
  ): Promise<Result>;
  /** What a query would send and ask for, without asking it. */
  explain(text: string, parameters?: readonly (ParameterValue | Secret)[]): Promise<QueryExplanation>;
}

export interface QueryOptions {
  readonly signal?: AbortSignal;
}

/** What the server gets of a query. */
export interface QueryExplanation {
  /** What PostgreSQL computes in the clear; `undefined` for LIMIT. */
  readonly base: string;
  /** Flags that are sent encrypted: one for each value that a column, or a digit of it, can have. */
  readonly flags: number;
  /** How many vectors they are in. */
  readonly vectors: number;
  /** The probability that anything of the answer is wrong because two hashes are alike, as an exponent of 2; `-Infinity` without. */
  readonly hashErrorLog2: number;
}

export interface ConnectOptions {
  readonly connection: Connection;
  /** What encrypts, and holds the secret key. */
  readonly engine: ClientEngine;
}

/** Connects to a server. @throws RequestError if it does not have the engine. */
export async function connect({ connection, engine }: ConnectOptions): Promise<SecretDatabase> {
  await loadParser();
  return new Client(connection, engine, await infoOf(connection, engine));
}

async function infoOf(connection: Connection, engine: ClientEngine): Promise<ServerInfo> {
  const info = await connection.info();
  checkSchema(info.schema);
  if (!info.engines.includes(engine.name)) {
    throw new RequestError("the server does not compute with this engine");
  }
  return info;
}

class Client implements SecretDatabase {
  readonly #connection: Connection;
  readonly #engine: ClientEngine;
  #info: ServerInfo;

  constructor(connection: Connection, engine: ClientEngine, info: ServerInfo) {
    this.#connection = connection;
    this.#engine = engine;
    this.#info = info;
  }

  async query(
    text: string,
    given: readonly (ParameterValue | Secret)[] = [],
    options: QueryOptions = {},
  ): Promise<Result> {
    try {
      return await this.#ask(text, given, options);
    } catch (error) {
      if (!(error instanceof StaleSchemaError)) throw error;
      this.#info = await infoOf(this.#connection, this.#engine);
      return await this.#ask(text, given, options);
    }
  }

  async #ask(
    given: string,
    values: readonly (ParameterValue | Secret)[],
    options: QueryOptions,
  ): Promise<Result> {
    const { signal } = options;
    const { folding, version } = this.#info;
    const { analysis, text, parameters, constants } = prepareQuery(this.#info, given, values);
    const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
    const encoded =
      analysis.kind === "plan"
        ? encodeQuery(analysis.plan, constants, salt, folding)
        : { vectors: [], shapes: [] };
    const flags = await this.#engine.encrypt(encoded.vectors);
    signal?.throwIfAborted();
    const { shapes } = encoded;
    const request = {
      version,
      engine: this.#engine.name,
      text,
      parameters: parameters.sent,
      shapes,
      salt,
      flags,
    };
    const response = await this.#connection.query(request, signal);
    if (analysis.kind === "clear") {
      if (response.kind !== "clear") throw new RequestError("the answer is not one to the query");
      const fields = response.names.map((name, index) => ({ name, type: response.types[index]! }));
      return resultOf(fields, response.rows);
    }
    if (response.kind !== "secret") throw new RequestError("the answer is not one to the query");
    return await this.#decode(analysis.plan, response, parameters, signal);
  }

  async explain(text: string, given: readonly (ParameterValue | Secret)[] = []): Promise<QueryExplanation> {
    const { schema, folding } = this.#info;
    const { analysis, constants } = prepareQuery(this.#info, text, given);
    if (analysis.kind === "clear") {
      return { base: analysis.base.text, flags: 0, vectors: 0, hashErrorLog2: Number.NEGATIVE_INFINITY };
    }
    const { plan } = analysis;
    const { shapes } = encodeQuery(plan, constants, new Uint8Array(SALT_BYTES), folding);
    const { flags, vectors } = layoutOf(plan, shapes);
    return {
      base: plan.base.text,
      flags,
      vectors: vectors.length,
      hashErrorLog2: hashErrorOf(plan, schema.rows),
    };
  }

  async #decode(
    plan: Plan,
    answer: SecretAnswer,
    parameters: Parameters,
    signal: AbortSignal | undefined,
  ): Promise<Result> {
    const info = checkAnswer(plan, answer.info);
    const { own } = parameters;
    const parameter = (number: number) => {
      const value = own[number - 1];
      if (typeof value !== "string" && value !== null)
        throw new RequestError(`$${number} is an array or missing`);
      return value;
    };
    const bounds = boundsOf(plan, parameter);
    const take = this.#taker(plan, info, bounds, answer.ticket, signal);
    const decoding: Decoding = { plan, bounds, most: this.#info.records, parameter, take };
    const rows = await this.#rows(plan, info, answer, decoding);
    const fields = plan.outputs.map(({ name }, column) => ({ name, type: rows[0]?.[column]?.oid ?? 25 }));
    return resultOf(
      fields,
      rows.map((row) => row.map(({ text }) => text)),
    );
  }

  async #rows(plan: Plan, info: AnswerInfo, answer: SecretAnswer, decoding: Decoding): Promise<Decoded> {
    if (plan.answer.kind === "rows" && info.kind === "rows") {
      const truths = await this.#engine.decryptTruths(answer.truths, info.candidates);
      return await decodeRows(truths, info, plan.answer, decoding);
    }
    if (plan.answer.kind !== "groups" || info.kind !== "groups")
      throw new RequestError("the answer is of another kind");
    const ranges = info.ranges.map(([low, high]) => ({ low: BigInt(low), high: BigInt(high) }));
    const sums = await this.#engine.decryptSums(answer.sums, ranges);
    return await decodeGroups(sums, info, plan.answer, decoding);
  }

  /** Takes records, always as many of each shelf as the query allows, so that their number tells nothing. */
  #taker(
    plan: Plan,
    info: AnswerInfo,
    bounds: Bounds,
    ticket: string,
    signal: AbortSignal | undefined,
  ): Take {
    const counts = recordsOf(plan, info, bounds, this.#info.records);
    return async (shelf, places) => {
      const count = counts[shelf]!;
      if (count === 0) return places.map(() => []);
      const padded = Array.from({ length: count }, (_, index) => places[index] ?? 0);
      const { count: all, size, types } = info.shelves[shelf]!;
      const selection = await this.#engine.select(padded, all, size);
      const bytes = await this.#connection.records({ ticket, shelf, selection }, signal);
      const records = await this.#engine.open(bytes, padded, size);
      return places.map((_, index) => recordOf(records[index]!, { types }));
    };
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function recordOf(bytes: Uint8Array, { types }: Pick<ShelfInfo, "types">): readonly (string | null)[] {
  try {
    const record: unknown = JSON.parse(decoder.decode(bytes));
    const isEntry = (entry: unknown) => typeof entry === "string" || entry === null;
    if (Array.isArray(record) && record.length === types.length && record.every(isEntry)) return record;
  } catch (error) {
    throw new RequestError("a record is malformed", { cause: error });
  }
  throw new RequestError("a record is not what was asked for");
}

/** Each comparison by hash is wrong for a row with probability 2^-(11·digits). */
function hashErrorOf({ slots }: Plan, rows: number): number {
  const errors = slots.map((slot) =>
    slot.kind === "equal" && slot.hashed ? rows * 2 ** (-11 * slot.sizes.length) : 0,
  );
  return Math.log2(errors.reduce((sum, error) => sum + error, 0));
}
