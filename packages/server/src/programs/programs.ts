import { hashOf } from "../blobs/blobs.ts";
import type { Database } from "../database/database.ts";
import { notFound, ServiceError } from "../errors.ts";
import { audit } from "../tenants/audit.ts";
import type { CheckedProgram, Computation, ProgramDescription } from "../worker/computation.ts";

/** A program, as it is listed. */
export interface ListedProgram {
  /** The hash of its graph. */
  readonly id: string;
  readonly name: string | null;
  readonly description: ProgramDescription;
  readonly bootstraps: number;
  readonly depth: number;
}

/** A program, to be run. */
export interface StoredProgram extends ListedProgram {
  /** The tenant that it belongs to; '' for the operator. */
  readonly owner: string;
  readonly graph: string;
}

/** Those that the operator gives to everybody. */
const OPERATOR = "";
/** The most programs that a tenant may store. */
const MOST = 1_000;

const COLUMNS = "id, name, description, bootstraps::float8 as bootstraps, depth";

/** Programs by the hash of their graphs: the operator's, for everybody, and each tenant's own. */
export class Programs {
  readonly #database: Database;
  readonly #computation: Computation;

  constructor(database: Database, computation: Computation) {
    this.#database = database;
    this.#computation = computation;
  }

  async list(tenant: string): Promise<ListedProgram[]> {
    return await this.#database.query<ListedProgram>(
      `select ${COLUMNS} from tacet.programs
       where owner = $1 or (owner = $2 and name is not null) order by name nulls last, id`,
      [tenant, OPERATOR],
    );
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

  /** @throws ServiceError `invalid-program`, `storage-full` if the tenant has too many. */
  async store(tenant: string, actor: string, graph: unknown): Promise<ListedProgram> {
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

async function insert(
  statements: Pick<Database, "query">,
  owner: string,
  name: string | null,
  { graph, description, bootstraps, depth }: CheckedProgram,
): Promise<ListedProgram> {
  const [program] = await statements.query<ListedProgram>(
    `insert into tacet.programs(owner, id, name, graph, description, bootstraps, depth)
     values ($1, $2, $3, $4, $5::text::jsonb, $6, $7)
     on conflict (owner, id) do update set name = excluded.name
     returning ${COLUMNS}`,
    [owner, hashOf(graph), name, graph, JSON.stringify(description), bootstraps, depth],
  );
  return program!;
}
