import { SALT_BYTES } from "../encoding/hash.ts";
import { layoutOf } from "../encoding/layout.ts";
import { checkShape, type PatternShape } from "../encoding/shape.ts";
import { slotTruths } from "../encoding/truths.ts";
import type { ServerEngine } from "../engine/engine.ts";
import type { Job, Truth } from "../engine/job.ts";
import { LimitError, RequestError, SchemaError, StaleSchemaError } from "../errors.ts";
import { analyze } from "../language/analyze.ts";
import { DEFAULT_FORM, type FormBounds } from "../language/hidden-form.ts";
import { loadParser } from "../language/parse.ts";
import { boundsOf, recordsOf } from "../plan/bounds.ts";
import type { BaseQuery, Plan } from "../plan/plan.ts";
import type { Table } from "../schema/schema.ts";
import type {
  ClearAnswer,
  Connection,
  QueryRequest,
  QueryResponse,
  RecordsRequest,
  SentParameter,
} from "../wire.ts";
import { type Prepared, prepare } from "./answer.ts";
import { Answers } from "./answers.ts";
import { isRepeatable, PreparedCache } from "./cache.ts";
import { Candidates } from "./candidates.ts";
import { type Database, openDatabase, type PgliteLike, type PoolLike, type Reader } from "./database.ts";
import { expectWithin, type Limits, limitsWith } from "./limits.ts";
import { readInfo } from "./read-info.ts";

/** What a server answers queries on, and how. */
export interface EncryptedSqlOptions {
  /** PGlite, or a pool of `pg`. */
  readonly db: PgliteLike | PoolLike;
  /** The tables and columns that queries may name. */
  readonly tables: Readonly<Record<string, Table>>;
  /** What computes on encrypted flags. */
  readonly engines: readonly ServerEngine[];
  readonly limits?: Partial<Limits>;
  /**
   * What of WHERE is hidden: constants that are secret, or all of it (`"shape"`, or how much it may say): which columns, how
   * they are compared, and how that goes together. `"constants"` if left out.
   */
  readonly hide?: "constants" | "shape" | FormBounds;
}

/**
 * Answers queries of which some constants are secret.
 *
 * @throws SchemaError if the database does not have the tables, or has other types.
 */
export async function encryptedSql(options: EncryptedSqlOptions): Promise<Connection> {
  const limits = limitsWith(options.limits);
  if (options.engines.length === 0) throw new SchemaError("there is no engine to compute with");
  await loadParser();
  const database = openDatabase(options.db, limits);
  const engines = new Map(options.engines.map((engine) => [engine.name, engine]));
  const info = async () => ({
    ...(await readInfo(database, { tables: options.tables, rows: limits.rows })),
    form: formOf(options.hide),
    records: limits.records,
    engines: [...engines.keys()],
  });
  return new Server(database, engines, limits, await info(), info);
}

function formOf(hide: EncryptedSqlOptions["hide"] = "constants"): FormBounds | null {
  if (hide === "constants") return null;
  const form = hide === "shape" ? DEFAULT_FORM : hide;
  const isCount = (value: unknown) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 64;
  if (!isCount(form?.clauses) || !isCount(form.literals)) {
    throw new SchemaError("a form has 1 to 64 clauses, and as many literals");
  }
  return { clauses: form.clauses, literals: form.literals };
}

type Info = Awaited<ReturnType<Connection["info"]>>;

class Server implements Connection {
  readonly #database: Database;
  readonly #engines: ReadonlyMap<string, ServerEngine>;
  readonly #limits: Limits;
  readonly #answers: Answers;
  readonly #cache: PreparedCache;
  readonly #read: () => Promise<Info>;
  #info: Info;

  constructor(
    database: Database,
    engines: ReadonlyMap<string, ServerEngine>,
    limits: Limits,
    info: Info,
    read: () => Promise<Info>,
  ) {
    this.#database = database;
    this.#engines = engines;
    this.#limits = limits;
    this.#answers = new Answers(limits);
    this.#cache = new PreparedCache(limits.cacheBytes);
    this.#info = info;
    this.#read = read;
  }

  /** Reads anew what is public of the tables. */
  async info(): Promise<Info> {
    this.#info = await this.#read();
    return this.#info;
  }

  async query(request: QueryRequest, signal?: AbortSignal): Promise<QueryResponse> {
    const { text, parameters, shapes, flags } = checkRequest(request);
    if (request.version !== this.#info.version)
      throw new StaleSchemaError("what is public of the tables has changed");
    const secrets = new Set(parameters.flatMap((value, index) => (isSecret(value) ? [index + 1] : [])));
    const analysis = analyze(text, this.#info.schema, secrets, this.#info.form ?? undefined);
    if (analysis.kind === "clear") return this.#clear(analysis.base, parameters, analysis.names);

    const engine = this.#engines.get(request.engine);
    if (engine === undefined) throw new RequestError("there is no such engine here");
    const { plan } = analysis;
    const bounds = boundsOf(plan, (number) => clearOf(parameters, number));
    const layout = layoutOf(plan, shapes);
    expectWithin(layout.flags, this.#limits, "flags", "flags of the query");
    const prepared = await this.#fresh(() => this.#prepare(plan, request, shapes));
    signal?.throwIfAborted();
    const { truths, asked, sums, info } = prepared;
    const job: Job = { vectors: layout.vectors, truths, asked, sums };
    expectWithin(workOf(truths), this.#limits, "work", "flags to read");
    const allowed = recordsOf(plan, info, bounds, this.#limits.records);
    const evaluation = await engine.evaluate(job, flags, signal === undefined ? {} : { signal });
    const shelves = prepared.shelves.map((shelf) => shelf.padded());
    const ticket = this.#answers.keep({ engine: engine.name, shelves }, allowed);
    return { kind: "secret", info, ticket, ...evaluation };
  }

  /** Goes through the tables, or takes what is kept of that while no table changes. */
  #prepare(
    plan: Plan,
    { text, parameters, salt }: QueryRequest,
    shapes: readonly PatternShape[],
  ): Promise<Prepared> {
    const key = isRepeatable(plan)
      ? JSON.stringify([this.#info.version, text, parameters, shapes])
      : undefined;
    return this.#database.snapshot((reader) =>
      this.#cache.get(key, reader, () => {
        const candidates = new Candidates(plan, slotTruths(plan, shapes, salt));
        return prepare(plan, candidates, read(reader, plan.base, parameters), this.#limits);
      }),
    );
  }

  /** Reads dictionaries anew when they turn out to have changed; the client asks again then. */
  async #fresh<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof StaleSchemaError) await this.info();
      throw error;
    }
  }

  async records({ ticket, shelf, selection }: RecordsRequest): Promise<Uint8Array> {
    if (typeof ticket !== "string" || !Number.isInteger(shelf) || !(selection instanceof Uint8Array)) {
      throw new RequestError("a request for records has a ticket, a shelf and what is selected");
    }
    const engine = this.#engines.get(this.#answers.engineOf(ticket) ?? "");
    if (engine === undefined) throw new RequestError("there is no such answer (any more)");
    const records = this.#answers.take(ticket, shelf, (_, count) => engine.asked(selection, count));
    return await engine.fetch(records, selection);
  }

  async #clear(
    base: BaseQuery,
    parameters: readonly SentParameter[],
    names: readonly string[],
  ): Promise<ClearAnswer> {
    return await this.#database.snapshot(async (reader) => {
      const rows: (readonly (string | null)[])[] = [];
      let types: readonly number[] = [];
      for await (const chunk of read(reader, base, parameters)) {
        types = chunk.types;
        rows.push(...chunk.rows);
        if (rows.length > this.#limits.records) {
          throw new LimitError(`an answer has ${this.#limits.records} rows at most: add a LIMIT`);
        }
      }
      return { kind: "clear", names, types, rows };
    });
  }
}

function read(reader: Reader, { text, parameters }: Plan["base"], given: readonly SentParameter[]) {
  return reader.read(
    text,
    parameters.map((number) => clearOf(given, number)),
  );
}

function isSecret(value: SentParameter): boolean {
  return typeof value === "object" && value !== null;
}

function clearOf(parameters: readonly SentParameter[], number: number): string | null {
  const value = parameters[number - 1];
  if (value === undefined) throw new RequestError(`there is no value for $${number}`);
  if (typeof value === "object" && value !== null) throw new RequestError(`$${number} is secret`);
  return value;
}

function checkRequest(request: QueryRequest): QueryRequest {
  const { text, parameters, shapes, salt, flags } = request;
  const isParameter = (value: unknown) =>
    typeof value === "string" ||
    value === null ||
    (value as { secret?: unknown } | undefined)?.secret === true;
  if (typeof text !== "string") throw new RequestError("a query has a text");
  if (!Array.isArray(parameters) || parameters.length > 1000 || !parameters.every(isParameter)) {
    throw new RequestError("parameters are texts, NULL, or secret");
  }
  if (!Array.isArray(shapes)) throw new RequestError("the shapes of patterns are a list");
  if (!(salt instanceof Uint8Array) || salt.length !== SALT_BYTES)
    throw new RequestError(`a salt has ${SALT_BYTES} bytes`);
  if (!(flags instanceof Uint8Array)) throw new RequestError("flags are bytes");
  return { ...request, shapes: shapes.map(checkShape) };
}

/** How many flags truths read, each truth that several have in common once. */
function workOf(truths: readonly Truth[]): number {
  const seen = new Set<Truth>();
  let work = 0;
  const visit = (truth: Truth): void => {
    if (typeof truth !== "object") {
      work++;
      return;
    }
    if (seen.has(truth)) return;
    seen.add(truth);
    if (truth.kind === "order") work += truth.before.length + truth.equal.length;
    else truth.of.forEach(visit);
  };
  truths.forEach(visit);
  return work;
}
