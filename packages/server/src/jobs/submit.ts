import type { Database, Transaction } from "../database/database.ts";
import { ServiceError } from "../errors.ts";
import { hashOf } from "../hash.ts";
import type { Programs, StoredProgram } from "../programs/programs.ts";
import type { Queue } from "../queue/queue.ts";
import { laneOf, priorityOf } from "../queue/task.ts";
import { audit } from "../tenants/audit.ts";
import { charge, type WindowQuota } from "../tenants/usage.ts";
import type { Computation } from "../worker/computation.ts";
import { JOB_COLUMNS, type Job } from "./job.ts";
import type { JobRequest } from "./request.ts";
import { leavesIn } from "./tree.ts";

/** Who asks, and how not to be taken for asking twice. */
export interface Submitter {
  readonly tenant: string;
  readonly actor: string;
  readonly idempotencyKey?: string | undefined;
}

/** What came of it. */
export interface Submission {
  readonly job: Job;
  /** Whether the job had been there already, under the same idempotency key. */
  readonly repeated: boolean;
}

/** What submissions need. */
export interface SubmitContext {
  readonly database: Database;
  readonly queue: Queue;
  readonly programs: Programs;
  readonly computation: Computation;
  /** The most bytes that the inputs of a job may have together: workers hold all of them. */
  readonly inputBytes: number;
}

interface Owner extends WindowQuota {
  readonly waitingJobs: number;
}

/**
 * Takes a job in: in one transaction it is noted, charged and queued, or nothing happens.
 *
 * @throws ServiceError `not-found` for a program, key or value that the tenant does not have, `invalid-request`,
 *   `idempotency-mismatch`, `quota-exceeded`, `too-large`.
 */
export async function submitJob(
  context: SubmitContext,
  submitter: Submitter,
  request: JobRequest,
): Promise<Submission> {
  const { database, programs, computation } = context;
  const requestHash = hashOf(
    JSON.stringify([request.program, request.serverKey, request.inputs, request.parameters]),
  );
  const earlier = await repeated(database, submitter, requestHash);
  if (earlier !== undefined) return { job: earlier, repeated: true };
  const { program, parameters } = await programs.forJob(submitter, request);
  computation.checkInputs(program.description, request.inputs, parameters);
  return await database.transaction(async (transaction) => {
    const owner = await lockOwner(transaction, submitter.tenant);
    // Of two requests with the same key at the same time, the second has waited for the lock.
    const other = await repeated(transaction, submitter, requestHash);
    if (other !== undefined) return { job: other, repeated: true };
    await checkWaiting(transaction, submitter.tenant, owner.waitingJobs);
    const job = await insert(
      context,
      transaction,
      submitter,
      { ...request, parameters },
      { program, owner, requestHash },
    );
    return { job, repeated: false };
  });
}

async function repeated(
  statements: Pick<Database, "query">,
  { tenant, idempotencyKey }: Submitter,
  requestHash: string,
): Promise<Job | undefined> {
  if (idempotencyKey === undefined) return undefined;
  const [row] = await statements.query<Job & { requestHash: string }>(
    `select ${JOB_COLUMNS}, request_hash as "requestHash" from tacet.jobs where tenant = $1 and idempotency_key = $2`,
    [tenant, idempotencyKey],
  );
  if (row === undefined || row.requestHash === requestHash) return row;
  throw new ServiceError(
    "idempotency-mismatch",
    "A job with this idempotency key was asked for with another program, key, inputs or parameters.",
  );
}

async function lockOwner(transaction: Transaction, tenant: string): Promise<Owner> {
  const [owner] = await transaction.query<Owner>(
    `select window_bootstraps::float8 as "windowBootstraps", window_seconds as "windowSeconds",
       waiting_jobs as "waitingJobs"
     from tacet.tenants where id = $1 for no key update`,
    [tenant],
  );
  if (owner === undefined) throw new ServiceError("not-found", "There is no such tenant.");
  return owner;
}

/** Jobs that wait take room, in the database and before the eyes of others. */
async function checkWaiting(transaction: Transaction, tenant: string, most: number): Promise<void> {
  const [row] = await transaction.query<{ waiting: number }>(
    "select count(distinct job)::int as waiting from tacet.tasks where tenant = $1",
    [tenant],
  );
  if (row!.waiting < most) return;
  // One of them is done after as long as the latest took.
  const [recent] = await transaction.query<{ seconds: number | null }>(
    `select avg(extract(epoch from finished_at - started_at))::float8 as seconds from (
       select finished_at, started_at from tacet.jobs
       where tenant = $1 and state = 'succeeded' order by created_at desc limit 20) recent`,
    [tenant],
  );
  throw new ServiceError("quota-exceeded", `${most} jobs of the tenant wait or run already.`, {
    retryAfter: Math.max(1, Math.ceil(recent!.seconds ?? 1)),
  });
}

async function insert(
  { queue, inputBytes }: SubmitContext,
  transaction: Transaction,
  { tenant, actor, idempotencyKey }: Submitter,
  request: JobRequest,
  { program, owner, requestHash }: { program: StoredProgram; owner: Owner; requestHash: string },
): Promise<Job> {
  const id = crypto.randomUUID();
  const chargedAt = await charge(transaction, tenant, owner, program.bootstraps);
  const { parameters } = request;
  const [job] = await transaction.query<Job>(
    `insert into tacet.jobs(id, tenant, idempotency_key, request_hash, program_owner, program, server_key, inputs,
       parameters, bootstraps, charged_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8::text::jsonb, $9::text::jsonb, $10, $11) returning ${JOB_COLUMNS}`,
    [
      id,
      tenant,
      idempotencyKey ?? null,
      requestHash,
      program.owner,
      program.id,
      request.serverKey,
      JSON.stringify(request.inputs),
      parameters === undefined ? null : JSON.stringify(parameters),
      program.bootstraps,
      chargedAt,
    ],
  );
  await holdInputs(transaction, tenant, id, request, inputBytes);
  const priority = priorityOf(program.bootstraps);
  await queue.send(transaction, { id, job: id, tenant, lane: laneOf(request.serverKey), priority });
  await audit(transaction, { tenant, actor, action: "job.submit", subject: id });
  return job!;
}

/** Sees to it that all inputs are there, and stay. */
async function holdInputs(
  transaction: Transaction,
  tenant: string,
  job: string,
  { serverKey, inputs }: JobRequest,
  most: number,
): Promise<void> {
  const needed = new Set([serverKey, ...leavesIn(inputs)]);
  const held = await transaction.query<{ sha256: string; length: number }>(
    `with found as (
       update tacet.blobs set used_at = now() where tenant = $2 and sha256 = any($3) and complete
       returning sha256, length
     ), held as (
       insert into tacet.job_blobs(job, tenant, sha256) select $1, $2, sha256 from found
     )
     select sha256, length::float8 as length from found`,
    [job, tenant, [...needed]],
  );
  for (const { sha256 } of held) needed.delete(sha256);
  const [missing] = needed;
  if (missing !== undefined) {
    throw new ServiceError("not-found", `There is no blob ${missing}.`, {
      members: { missing: [...needed].slice(0, 1000) },
    });
  }
  const bytes = held.reduce((sum, { sha256, length }) => sum + (sha256 === serverKey ? 0 : length), 0);
  if (bytes <= most) return;
  throw new ServiceError("too-large", `The inputs have ${bytes} bytes together, and ${most} are allowed.`);
}
