import { z } from "zod";
import { JOB_STATES, type Job } from "../jobs/job.ts";
import type { Tree } from "../jobs/tree.ts";

/** The most names, list entries and levels that are taken in. */
const NAMES = 1_000;
const ENTRIES = 100_000;
const DEPTH = 8;

export const sha256: z.ZodString = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "is a SHA-256 in 64 lower-case hexadecimal digits");

/** Zod's own recursion would follow what is nested a million times; JSON.parse's does as well, but in little stack. */
function nested(levels: number): z.ZodType<Tree<string>> {
  return levels === 0 ? sha256 : z.union([sha256, z.array(nested(levels - 1)).max(ENTRIES)]);
}

const hashTree = nested(DEPTH).meta({ id: "Hashes", description: "A hash, or lists of hashes" });

export const names = z
  .record(z.string().min(1).max(200), hashTree)
  .refine((all) => Object.keys(all).length <= NAMES, `has more than ${NAMES} names`);

export const problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
  })
  .meta({ id: "Problem", description: "RFC 9457" });

export const job = z
  .object({
    id: z.uuid(),
    state: z.enum(JOB_STATES),
    progress: z.number().min(0).max(1),
    program: sha256,
    serverKey: sha256,
    bootstraps: z.number(),
    attempts: z.int(),
    createdAt: z.iso.datetime(),
    startedAt: z.iso.datetime().nullable(),
    finishedAt: z.iso.datetime().nullable(),
    outputs: z.record(z.string(), hashTree).nullable(),
    problem: problem.nullable(),
  })
  .meta({ id: "Job" });

export type JobJson = z.infer<typeof job>;

export function jobJson(one: Job): JobJson {
  const { id, state, progress, program, serverKey, bootstraps, attempts, problem: wrong } = one;
  return {
    id,
    state,
    progress,
    program,
    serverKey,
    bootstraps,
    attempts,
    createdAt: one.createdAt.toISOString(),
    startedAt: one.startedAt?.toISOString() ?? null,
    finishedAt: one.finishedAt?.toISOString() ?? null,
    outputs: one.outputs as JobJson["outputs"],
    problem: wrong,
  };
}

export const program = z
  .object({
    id: sha256.nullable().describe("The hash of its graph; null if that depends on what it is run with"),
    name: z.string().nullable(),
    description: z.looseObject({}),
    bootstraps: z.number().nullable(),
    depth: z.int().nullable(),
  })
  .meta({ id: "Program" });

export const estimate = z
  .object({
    bootstraps: z.number().describe("Bootstraps, the unit of work and of quotas"),
    depth: z.number().describe("The longest chain of bootstraps that wait for each other"),
    seconds: z.number().describe("Expected seconds on one worker that does nothing else"),
  })
  .meta({ id: "Estimate" });

/** What every route can answer beside its own. */
export const problems: Record<"4xx" | "5xx", typeof problem> = { "4xx": problem, "5xx": problem };
