import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { CUT_FROM, DEFAULT_FHE, type FheOptions } from "../computation/computation.ts";
import { type BlobPlace, DEFAULT_OPTIONS, type ServiceOptions } from "../service/options.ts";
import type { JwtOptions } from "../tenants/jwt.ts";
import { FLAGS, SECRETS, SettingError } from "./flags.ts";

/** All that can be set. */
const SETTINGS = z.strictObject({
  data: z.string().default("./tacet-data"),
  database: z
    .string()
    .regex(/^postgres(?:ql)?:\/\//, "is a URL of PostgreSQL: postgres://…")
    .optional(),
  blobs: z.string().optional(),
  s3Endpoint: z.url().optional(),
  s3Region: z.string().default("us-east-1"),
  s3AccessKeyId: z.string().optional(),
  s3SecretAccessKey: z.string().optional(),
  s3SessionToken: z.string().optional(),
  adminToken: z
    .string()
    .min(20, "has at least 20 characters")
    .regex(/^[\w~+/.-]{1,512}=*$/, "has letters, digits and - . _ ~ + / alone, as tokens that are shown have")
    .optional(),
  role: z.enum(["all", "api", "worker"]).default("all"),
  host: z.string().default(DEFAULT_OPTIONS.host),
  port: z.number().int().default(DEFAULT_OPTIONS.port),
  metricsPort: z.number().int().optional(),
  jwtKeys: z.url({ protocol: /^https?$/ }).optional(),
  jwtSecret: z.string().min(32, "has at least 32 characters").optional(),
  jwtIssuer: z.string().min(1).optional(),
  jwtAudience: z.string().min(1).optional(),
  jwtTenantClaim: z.string().min(1).default("tenant"),
  origins: z.array(z.string()).default([]),
  concurrency: z.number().int().min(1).default(DEFAULT_OPTIONS.concurrency),
  threads: z.number().int().min(0).optional(),
  keyMemory: z.number().default(DEFAULT_OPTIONS.keyBytes / 2 ** 20),
  engineMemory: z.number().default(DEFAULT_FHE.engineBytes / 2 ** 20),
  mostBootstraps: z.number().default(DEFAULT_FHE.mostBootstraps),
  cutFrom: z.number().default(CUT_FROM),
  blobLimit: z.number().default(DEFAULT_OPTIONS.limits.blobBytes / 2 ** 20),
  requestsPerMinute: z.number().default(DEFAULT_OPTIONS.limits.requestsPerMinute),
  retention: z.number().default(DEFAULT_OPTIONS.retention.seconds / 86_400),
  grace: z.number().default(DEFAULT_OPTIONS.graceMs / 1_000),
  logLevel: z.enum(["silent", "error", "warn", "info", "debug"]).default("info"),
});

export type Settings = z.infer<typeof SETTINGS>;

/**
 * What flags, the environment and the file say, in this order.
 *
 * @throws SettingError, which names the setting.
 */
export function settingsOf(command: Command, environment: NodeJS.ProcessEnv): Settings {
  const given = command.opts<Record<string, unknown>>();
  const fromFile = given.config === undefined ? {} : fileOf(String(given.config));
  const all: Record<string, unknown> = { ...fromFile };
  for (const { name } of FLAGS) if (name !== "config" && given[name] !== undefined) all[name] = given[name];
  for (const [name, variable] of Object.entries(SECRETS)) {
    const secret = environment[variable];
    if (secret !== undefined && secret !== "") all[name] = secret;
  }
  const parsed = SETTINGS.safeParse(all);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new SettingError(`${path.join(".") || "the settings"}: ${message}`);
}

function fileOf(path: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  } catch (error) {
    throw new SettingError(`the file ${path} cannot be read: ${(error as Error).message}`);
  }
}

/** What a process of the service is started with. */
export function serviceOptionsOf(settings: Settings): Omit<ServiceOptions, "onError" | "programs"> {
  const { database, data, role, host, port, origins, adminToken, concurrency } = settings;
  if (database === undefined && role !== "all") {
    throw new SettingError(`role: ${role} needs --database: an embedded database has a single process`);
  }
  const folder = resolve(data);
  return {
    ...DEFAULT_OPTIONS,
    role,
    host,
    port,
    origins,
    adminToken,
    jwt: jwtOf(settings),
    metricsPort: settings.metricsPort,
    concurrency,
    database: database === undefined ? { folder: `${folder}/database` } : { url: database },
    blobs: blobPlaceOf(settings, folder),
    keyBytes: settings.keyMemory * 2 ** 20,
    graceMs: settings.grace * 1_000,
    retention: { ...DEFAULT_OPTIONS.retention, seconds: settings.retention * 86_400 },
    limits: {
      ...DEFAULT_OPTIONS.limits,
      blobBytes: settings.blobLimit * 2 ** 20,
      requestsPerMinute: settings.requestsPerMinute,
    },
  };
}

export function fheOptionsOf({ threads, engineMemory, mostBootstraps, cutFrom }: Settings): FheOptions {
  return { ...DEFAULT_FHE, threads, engineBytes: engineMemory * 2 ** 20, mostBootstraps, cutFrom };
}

function jwtOf(settings: Settings): JwtOptions | undefined {
  const { jwtKeys: url, jwtSecret: secret, jwtIssuer: issuer, jwtAudience: audience } = settings;
  const tenantClaim = settings.jwtTenantClaim;
  if (url !== undefined && secret !== undefined)
    throw new SettingError("jwtKeys: tokens are signed with keys of an issuer or with a secret, not both");
  if (secret !== undefined) return { keys: { secret }, issuer, audience, tenantClaim };
  if (url === undefined) {
    if (issuer === undefined && audience === undefined) return undefined;
    throw new SettingError(
      "jwtKeys: an issuer's tokens need --jwt-keys, or TACET_JWT_SECRET in the environment",
    );
  }
  // An issuer signs for others as well: their tokens are to be good for nothing here.
  if (issuer === undefined) throw new SettingError("jwtIssuer: --jwt-keys needs --jwt-issuer");
  if (audience === undefined) throw new SettingError("jwtAudience: --jwt-keys needs --jwt-audience");
  return { keys: { url }, issuer, audience, tenantClaim };
}

function blobPlaceOf(settings: Settings, folder: string): BlobPlace {
  const { blobs, database, role } = settings;
  if (blobs === "database") {
    if (database === undefined)
      throw new SettingError("blobs: an embedded database holds none: give a folder or s3://…");
    return { kind: "database" };
  }
  if (blobs?.startsWith("s3://")) return bucketOf(settings, blobs);
  if (blobs === undefined && role !== "all") {
    throw new SettingError(
      `blobs: ${role} needs --blobs, where all processes find them: s3://…, database, or a shared folder`,
    );
  }
  return { kind: "folder", folder: blobs === undefined ? `${folder}/blobs` : resolve(blobs) };
}

function bucketOf(settings: Settings, blobs: string): BlobPlace {
  const { s3Region: region, s3AccessKeyId, s3SecretAccessKey, s3SessionToken, s3Endpoint } = settings;
  if (s3AccessKeyId === undefined || s3SecretAccessKey === undefined) {
    throw new SettingError("blobs: S3 needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment");
  }
  const path = blobs.slice("s3://".length).replace(/\/+$/, "");
  if (path === "") throw new SettingError("blobs: s3://bucket or s3://bucket/prefix");
  const endpoint = (s3Endpoint ?? `https://s3.${region}.amazonaws.com`).replace(/\/+$/, "");
  return {
    kind: "s3",
    url: `${endpoint}/${path}`,
    region,
    accessKeyId: s3AccessKeyId,
    secretAccessKey: s3SecretAccessKey,
    sessionToken: s3SessionToken,
  };
}
