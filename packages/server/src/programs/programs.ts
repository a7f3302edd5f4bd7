import type { Database } from "../database/database.ts";
import { notFound, ServiceError } from "../errors.ts";
import { hashOf } from "../hash.ts";
import type { JobRequest } from "../jobs/request.ts";
import { audit } from "../tenants/audit.ts";
import type { Bearer } from "../tenants/tokens.ts";
import type { CheckedProgram, Computation, ProgramDescription } from "../worker/computation.ts";
import type { NamedProgram } from "./named-program.ts";

/** A program, as it is listed. */
export interface ListedProgram {
  /** The hash of its graph; `null` if which graph it is depends on what it is run with. */
  readonly id: string | null;
  readonly name: string | null;
  readonly description: ProgramDescription;
  /** Bootstraps that it takes; `null` if that depends on what it is run with. */
  readonly bootstraps: number | null;
  readonly depth: number | null;
}

/** A graph that is stored. */
export interface GraphProgram extends ListedProgram {
  readonly id: string;
  readonly bootstraps: number;
  readonly depth: number;
}

/** A program, to be run. */
export interface StoredProgram extends GraphProgram {
  /** The tenant that it belongs to; '' for the operator. */
  readonly owner: string;
  readonly graph: string;
}

/** Those that the operator gives to everybody. */
const OPERATOR = "";
/** The most programs that a tenant may store. */
const MOST = 10_000;

const COLUMNS = "id, name, description, bootstraps::float8 as bootstraps, depth";

/** Programs by the hash of their graphs: the operator's, for everybody, and each tenant's own. */
export class Programs {
  readonly #database: Database;
  readonly #computation: Computation;
  readonly #named: ReadonlyMap<string, NamedProgram>;

  constructor(database: Database, computation: Computation, named: readonly NamedProgram[] = []) {
    this.#database = database;
    this.#computation = computation;
    this.#named = new Map(named.map((one) => [one.name, one]));
  }

  async list(tenant: string): Promise<ListedProgram[]> {
    const stored = await this.#database.query<ListedProgram>(
      `select ${COLUMNS} from tacet.programs
       where owner = $1 or (owner = $2 and name is not null) order by name nulls last, id limit $3`,
      [tenant, OPERATOR, MOST],
    );
    return [...[...this.#named.values()].map(listed), ...stored];
  }

  /** @throws ServiceError `not-found` unless it is the tenant's own or the operator's. */
  async describe(tenant: string, idOrName: string): Promise<ListedProgram> {
    const named = this.#named.get(idOrName);
    return named === undefined ? await this.find(tenant, idOrName) : listed(named);
  }

  /** @throws ServiceError `not-found` unless it is the tenant's own or the operator's. */
  async find(tenant: string, idOrName: string): Promise<StoredProgram> {
    const [program] = await this.#database.query<StoredProgram>(
      `select owner, graph, ${COLUMNS} from tacet.programs
       where owner in ($1, $2) and (id = $3 or (owner = $2 and name = $3)) order by owner desc limit 1`,
      [tenant, OPERATOR, idOrName],
    );
    if (program === undefined) throw notFound("program");
    return program;
  }

  /**
   * The graph that is to be run: one that is stored, or what the operator's program of that name becomes with such inputs
   * and clear parameters, which is then stored as the tenant's.
   *
   * @returns also the parameters that are left.
   * @throws ServiceError `not-found`, `invalid-request`, and as `store`.
   */
  async forJob(
    { tenant, actor }: Bearer,
    { program, inputs, parameters }: Pick<JobRequest, "program" | "inputs" | "parameters">,
  ): Promise<{ program: StoredProgram; parameters: unknown }> {
    const named = this.#named.get(program);
    if (named === undefined) return { program: await this.find(tenant, program), parameters };
    const { id } = await this.store(tenant, actor, named.graphFor(inputs, parameters));
    return { program: await this.find(tenant, id), parameters: undefined };
  }

  /** @throws ServiceError `invalid-program`, `storage-full` if the tenant has too many. */
  async store(tenant: string, actor: string, graph: unknown): Promise<GraphProgram> {
    const known = await this.#touch(tenant, hashOf(JSON.stringify(graph)));
    if (known !== undefined) return known;
    const checked = await this.#computation.check(graph);
    return await this.#database.transaction(async (transaction) => {
      const [row] = await transaction.query<{ count: number }>(
        "select count(*)::int as count from tacet.programs where owner = $1",
        [tenant],
      );
      if (row!.count >= MOST) {
        throw new ServiceError("storage-full", `A tenant may store ${MOST} programs.`);
      }
      const program = await insert(transaction, tenant, null, checked);
      await audit(transaction, { tenant, actor, action: "program.store", subject: program.id });
      return program;
    });
  }

  /** A program that the tenant has stored before: what has been checked is not checked again. */
  async #touch(tenant: string, id: string): Promise<GraphProgram | undefined> {
    const [program] = await this.#database.query<GraphProgram>(
      `update tacet.programs set used_at = now() where owner = $1 and id = $2 returning ${COLUMNS}`,
      [tenant, id],
    );
    return program;
  }

  /** Gives programs to everybody, under their names; those of an earlier start that are not among them lose theirs. */
  async publish(programs: Readonly<Record<string, unknown>>): Promise<void> {
    const checked: { name: string; program: CheckedProgram }[] = [];
    for (const [name, graph] of Object.entries(programs)) {
      checked.push({ name, program: await this.#computation.check(graph) });
    }
    await this.#database.transaction(async (transaction) => {
      await transaction.query("update tacet.programs set name = null where owner = $1", [OPERATOR]);
      for (const { name, program } of checked) await insert(transaction, OPERATOR, name, program);
    });
  }
}

function listed({ name, description }: NamedProgram): ListedProgram {
  return { id: null, name, description, bootstraps: null, depth: null };
}

async function insert(
  statements: Pick<Database, "query">,
  owner: string,
  name: string | null,
  { graph, description, bootstraps, depth }: CheckedProgram,
): Promise<GraphProgram> {
  const [program] = await statements.query<GraphProgram>(
    `insert into tacet.programs(owner, id, name, graph, description, bootstraps, depth)
     values ($1, $2, $3, $4, $5::text::jsonb, $6, $7)
     on conflict (owner, id) do update set name = excluded.name, used_at = now()
     returning ${COLUMNS}`,
    [owner, hashOf(graph), name, graph, JSON.stringify(description), bootstraps, depth],
  );
  return program!;
}
