import type { Blobs, Segment, StagedBlob } from "../blobs/blobs.ts";
import type { Database, Transaction } from "../database/database.ts";
import { type Problem, ServiceError } from "../errors.ts";
import { finish, JOB_CHANNEL } from "../jobs/jobs.ts";
import { addParts, countWorkers, findPart, finishPart, removeParts } from "../jobs/parts.ts";
import { leavesIn, mapTrees, type Tree } from "../jobs/tree.ts";
import { passes, patiently } from "../patience.ts";
import type { Queue } from "../queue/queue.ts";
import type { Task } from "../queue/task.ts";
import { inSpan } from "../telemetry/spans.ts";
import type { Computation, NewPart, OpenKey, PartResult } from "./computation.ts";
import { exchangeThrough } from "./exchange.ts";
import type { KeyCache } from "./key-cache.ts";

/** What attempts need. */
export interface AttemptContext {
  readonly database: Database;
  readonly blobs: Blobs;
  readonly queue: Queue;
  readonly computation: Computation;
  readonly keys: KeyCache;
  /** For how long an attempt waits for a database or store that does not answer. */
  readonly patienceMs: number;
  /** Hears of jobs that have succeeded. */
  readonly onJob?: ((times: JobTimes) => void) | undefined;
  /** Hears of what is not the client's fault. */
  readonly onError: (error: unknown) => void;
}

/** How long a job took. */
export interface JobTimes {
  /** Seconds until a worker took it. */
  readonly waited: number;
  /** Seconds from request to results. */
  readonly total: number;
}

/** How an attempt ended. */
export type Outcome = "succeeded" | "failed" | "given back" | "lost";

/** What is to be computed. */
interface Work {
  readonly graph: string;
  readonly serverKey: string;
  readonly inputs: Readonly<Record<string, Tree<string>>>;
  readonly parameters: unknown;
}

/** What comes of a task: the results of its job, or what the rest of it goes on from. */
type Made = PartResult | { readonly parts: readonly NewPart[] };

/** Thrown to roll a transaction back whose task another attempt has, or nobody any longer. */
class Lost extends Error {}

/** Results that are written to the store at the same time. */
const AT_ONCE = 8;
/** Progress is told no more often than this. */
const PROGRESS_MS = 500;

/**
 * Computes what a task asks for, and notes what came of it.
 *
 * @param signal gives the attempt up: with a `ServiceError` as reason when the job is no longer wanted, with anything else
 *   when this worker stops, and another is to do it.
 */
export async function attempt(context: AttemptContext, task: Task, signal: AbortSignal): Promise<Outcome> {
  const patience = { signal, patienceMs: context.patienceMs };
  try {
    const work = await patiently(() => workOf(context.database, task), patience);
    if (work === undefined) return "lost";
    const made = await compute(context, task, work, signal);
    if ("outputs" in made) return await succeed(context, task, made.outputs, patience);
    return await passOn(context, task, work, made, patience);
  } catch (error) {
    if (error instanceof Lost || (signal.aborted && signal.reason instanceof ServiceError)) return "lost";
    if (signal.aborted || passes(error)) return await giveBack(context, task, error);
    return await patiently(() => fail(context, task, problemOf(context, error)), patience);
  }
}

async function workOf(database: Database, task: Task): Promise<Work | undefined> {
  const [work] = await database.query<Work>(
    `select p.graph, j.server_key as "serverKey", j.inputs, j.parameters
     from tacet.jobs j join tacet.programs p on p.owner = j.program_owner and p.id = j.program
     where j.id = $1 and j.state = 'running'`,
    [task.job],
  );
  return work;
}

async function compute(context: AttemptContext, task: Task, work: Work, signal: AbortSignal): Promise<Made> {
  const { keys, database } = context;
  const name = { tenant: task.tenant, sha256: work.serverKey };
  const held = await inSpan("tacet.key", {}, (note) => {
    note({ "tacet.key.ready": keys.has(name) });
    return keys.hold(name, () => openKey(context, task, work, signal));
  });
  try {
    const read = (all: Iterable<string>) => readAll(context, task, all, signal);
    if (task.part !== undefined) return await computePart(context, task, work, held.key, { read, signal });
    const bytes = await inSpan("tacet.inputs", {}, () => read(leavesIn(work.inputs)));
    const inputs = mapTrees(work.inputs, (sha256) => bytes.get(sha256)!);
    const parts = await cut(context, task, work, held.key, inputs, signal);
    if (parts !== undefined) return { parts };
    const options = { signal, onProgress: progressOf(database, task) };
    const outputs = await inSpan("tacet.compute", {}, () =>
      held.key.run(work.graph, inputs, work.parameters ?? undefined, options),
    );
    return { outputs };
  } catch (error) {
    if (passes(error)) held.discard();
    throw error;
  } finally {
    held.release();
  }
}

async function openKey(
  { blobs, computation, patienceMs }: AttemptContext,
  { tenant }: Task,
  { serverKey }: Work,
  signal: AbortSignal,
): Promise<OpenKey> {
  const bytes = await patiently(() => blobs.readAll(tenant, serverKey), { signal, patienceMs });
  return await computation.open(bytes);
}

/** The bytes of blobs, by hash. */
async function readAll(
  { blobs, patienceMs }: AttemptContext,
  { tenant }: Task,
  all: Iterable<string>,
  signal: AbortSignal,
): Promise<Map<string, Uint8Array>> {
  const bytes = new Map<string, Uint8Array>();
  const hashes = [...new Set(all)];
  for (let at = 0; at < hashes.length; at += AT_ONCE) {
    await Promise.all(
      hashes.slice(at, at + AT_ONCE).map(async (sha256) => {
        bytes.set(sha256, await patiently(() => blobs.readAll(tenant, sha256), { signal, patienceMs }));
      }),
    );
  }
  return bytes;
}

/** Cuts a job into parts, if it is large and there are workers for them. */
async function cut(
  { computation, database }: AttemptContext,
  { bootstraps }: Task,
  { graph }: Work,
  key: OpenKey,
  inputs: Readonly<Record<string, Tree<Uint8Array>>>,
  signal: AbortSignal,
): Promise<readonly NewPart[] | undefined> {
  const { cutFrom = Number.POSITIVE_INFINITY } = computation;
  if (bootstraps < cutFrom || key.cut === undefined) return undefined;
  const workers = await countWorkers(database);
  if (workers < 2) return undefined;
  return await inSpan("tacet.cut", {}, () =>
    key.cut!(graph, inputs, workers, { signal, onProgress: () => undefined }),
  );
}

/** Computes the part of a job that a task is. */
async function computePart(
  { database, onError }: AttemptContext,
  task: Task,
  { graph, inputs }: Work,
  key: OpenKey,
  {
    read,
    signal,
  }: { read: (all: Iterable<string>) => Promise<Map<string, Uint8Array>>; signal: AbortSignal },
): Promise<PartResult> {
  const part = await findPart(database, task);
  if (part === undefined || key.runPart === undefined || key.readsOf === undefined) throw new Lost();
  const { data, needed } = part;
  const reads = key.readsOf(graph, inputs, data);
  const bytes = await inSpan("tacet.inputs", {}, () =>
    read([...reads, ...needed.map(({ result }) => result)]),
  );
  const results = new Map(needed.map(({ index, result }) => [index, bytes.get(result)!]));
  const options = { signal, onProgress: () => undefined };
  return await inSpan("tacet.compute", {}, () =>
    key.runPart!(graph, inputs, data, bytes, results, options, (team) =>
      exchangeThrough(database, task, team, onError),
    ),
  );
}

/** Notes what the rest of a job goes on from: the parts that it has been cut into, or the result of one. */
async function passOn(
  { database, blobs, queue }: AttemptContext,
  task: Task,
  { serverKey }: Work,
  made: { readonly parts: readonly NewPart[] } | { readonly bytes: Uint8Array },
  patience: { signal: AbortSignal; patienceMs: number },
): Promise<Outcome> {
  const staged =
    "bytes" in made ? [await patiently(() => blobs.stage(task.tenant, made.bytes), patience)] : [];
  try {
    const unused = await patiently(
      () =>
        database.transaction(async (transaction) => {
          // The job before the task: see `recordSuccess`.
          const running = await transaction.query(
            "select 1 from tacet.jobs where id = $1 and state = 'running' for no key update",
            [task.job],
          );
          if (running.length === 0 || !(await queue.complete(transaction, task))) throw new Lost();
          if ("parts" in made) {
            await addParts(transaction, queue, task, serverKey, made.parts);
            return [];
          }
          const left = await blobs.record(transaction, task.tenant, staged);
          await finishPart(transaction, queue, task, serverKey, staged[0]!.sha256);
          return left;
        }),
      patience,
    );
    await blobs.removeBytes(unused);
    return "succeeded";
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
    await removeUnrecorded(database, blobs, staged);
    return "lost";
  }
}

/** Notes progress now and then. That it is lost does not matter. */
function progressOf(database: Database, task: Task): (fraction: number) => void {
  let told = performance.now();
  return (fraction) => {
    if (performance.now() - told < PROGRESS_MS) return;
    told = performance.now();
    database
      .query(
        `with changed as (
           update tacet.jobs set progress = least(1, greatest(progress, $2)) where id = $1 and state = 'running' returning id
         ) select pg_notify('${JOB_CHANNEL}', id::text) from changed`,
        [task.job, fraction],
      )
      .catch(() => undefined);
  };
}

async function succeed(
  { database, blobs, queue, onJob }: AttemptContext,
  task: Task,
  outputs: Readonly<Record<string, Tree<Uint8Array>>>,
  patience: { signal: AbortSignal; patienceMs: number },
): Promise<Outcome> {
  const staged = new Map<Uint8Array, StagedBlob>();
  const leaves = [...new Set(leavesIn(outputs))];
  for (let at = 0; at < leaves.length; at += AT_ONCE) {
    await Promise.all(
      leaves.slice(at, at + AT_ONCE).map(async (bytes) => {
        staged.set(bytes, await patiently(() => blobs.stage(task.tenant, bytes), patience));
      }),
    );
  }
  const hashes = mapTrees(outputs, (bytes) => staged.get(bytes)!.sha256);
  const all = [...staged.values()];
  try {
    const { unused, times } = await patiently(
      () =>
        database.transaction((transaction) =>
          recordSuccess({ blobs, queue }, transaction, task, all, hashes),
        ),
      patience,
    );
    onJob?.(times);
    await blobs.removeBytes(unused);
    return "succeeded";
  } catch (error) {
    // After any other error nobody knows whether the transaction has committed: then the sweep finds what is not needed.
    if (!(error instanceof Lost)) throw error;
    await removeUnrecorded(database, blobs, all);
    return "lost";
  }
}

/** A transaction whose commit was not heard of may have recorded the results before it was tried again in vain. */
async function removeUnrecorded(
  database: Database,
  blobs: Blobs,
  staged: readonly StagedBlob[],
): Promise<void> {
  const segments = staged.flatMap((blob) => blob.segments);
  const rows = await database.query<{ place: string }>(
    "select place from tacet.segments where place = any($1)",
    [segments.map(({ place }) => place)],
  );
  const recorded = new Set(rows.map(({ place }) => place));
  await blobs.removeBytes(segments.filter(({ place }) => !recorded.has(place)));
}

/** Results and completion in one transaction: a job has succeeded with all of its results, once, or not at all. */
async function recordSuccess(
  { blobs, queue }: Pick<AttemptContext, "blobs" | "queue">,
  transaction: Transaction,
  task: Task,
  staged: readonly StagedBlob[],
  outputs: Readonly<Record<string, Tree<string>>>,
): Promise<{ unused: Segment[]; times: JobTimes }> {
  // The job before the task, as whoever cancels it locks them, so that neither waits for the other for ever.
  const [times] = await transaction.query<JobTimes>(
    `update tacet.jobs set state = 'succeeded', progress = 1, finished_at = now(), outputs = $2::text::jsonb
     where id = $1 and state = 'running'
     returning extract(epoch from started_at - created_at)::float8 as waited,
       extract(epoch from now() - created_at)::float8 as total`,
    [task.job, JSON.stringify(outputs)],
  );
  if (times === undefined || !(await queue.complete(transaction, task))) throw new Lost();
  const unused = await blobs.record(transaction, task.tenant, staged);
  if (task.part !== undefined) await removeParts(transaction, task.job);
  // Of the blobs, the results are held now, and inputs no longer.
  await transaction.query(
    `with released as (delete from tacet.job_blobs where job = $1 and sha256 <> all($3)),
       held as (
         insert into tacet.job_blobs(job, tenant, sha256) select distinct $1::uuid, $2::text, * from unnest($3::text[])
         on conflict do nothing
       )
     select pg_notify('${JOB_CHANNEL}', $1::text)`,
    [task.job, task.tenant, staged.map(({ sha256 }) => sha256)],
  );
  return { unused, times };
}

async function fail({ database, queue }: AttemptContext, task: Task, problem: Problem): Promise<Outcome> {
  try {
    await database.transaction(async (transaction) => {
      if ((await finish(transaction, [task.job], "failed", problem)) === 0) throw new Lost();
      if (!(await queue.complete(transaction, task))) throw new Lost();
      await queue.cancel(transaction, task.job);
    });
    return "failed";
  } catch (error) {
    if (error instanceof Lost) return "lost";
    throw error;
  }
}

async function giveBack(context: AttemptContext, task: Task, error: unknown): Promise<Outcome> {
  if (error !== undefined) context.onError(error);
  // If that fails as well, the task is taken back when its heartbeat is missed.
  await context.queue.giveBack(task).catch(context.onError);
  return "given back";
}

/** What the client is told: what is wrong with what it sent, and nothing of what is wrong with the service. */
function problemOf({ onError }: AttemptContext, error: unknown): Problem {
  if (error instanceof ServiceError) return error.problem;
  onError(error);
  return new ServiceError(
    "computation-failed",
    "The program failed for a reason that the service did not expect.",
  ).problem;
}
