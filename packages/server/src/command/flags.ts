import { InvalidArgumentError, Option } from "commander";

/** One thing to be configured: by a flag, by the environment, or in the file. */
export interface Flag {
  /** As in the file. */
  readonly name: string;
  readonly option: Option;
}

/** In the environment, `--key-memory` is TACET_KEY_MEMORY. */
function flag(flags: string, description: string, read?: (text: string) => unknown): Flag {
  const option = new Option(flags, description);
  option.env(`TACET_${option.name().replaceAll("-", "_").toUpperCase()}`);
  if (read !== undefined) option.argParser(read);
  return { name: option.attributeName(), option };
}

/** A secret: by the environment or from a file, but not as a flag, which everybody on the machine can read. */
export const SECRETS: Readonly<Record<string, string>> = {
  adminToken: "TACET_ADMIN_TOKEN",
  jwtSecret: "TACET_JWT_SECRET",
  s3AccessKeyId: "AWS_ACCESS_KEY_ID",
  s3SecretAccessKey: "AWS_SECRET_ACCESS_KEY",
  s3SessionToken: "AWS_SESSION_TOKEN",
};

export const FLAGS: readonly Flag[] = [
  flag("--config <file>", "a file of settings in JSON, named as here in camel case"),
  flag("--data <folder>", "where an embedded database, and blobs unless --blobs says otherwise, lie"),
  flag(
    "--database <url>",
    "PostgreSQL, as in postgres://user:password@host/name, in place of an embedded database",
  ),
  flag("--blobs <place>", "where blobs lie: a folder, s3://bucket/prefix, or database"),
  flag("--s3-endpoint <url>", "a store that speaks S3, in place of Amazon's"),
  flag("--s3-region <region>", "the region of the bucket"),
  flag("--role <role>", "what this process does: all, api or worker", roleOf),
  flag("--host <address>", "address to listen on; others than loopback need an operator's token"),
  flag("--port <number>", "port to listen on", numberIn(0, 65_535)),
  flag("--metrics-port <number>", "port on which a worker tells how it does", numberIn(0, 65_535)),
  flag(
    "--jwt-keys <url>",
    "where an issuer of JSON Web Tokens has its keys (JWKS): tenants may show its tokens",
  ),
  flag("--jwt-issuer <text>", "what such tokens have in iss"),
  flag("--jwt-audience <text>", "what such tokens have in aud"),
  flag("--jwt-tenant-claim <name>", "which claim has the tenant's name or id; tenant unless given"),
  flag(
    "--origins <list>",
    "pages that may ask from browsers, as origins separated by commas; * for all",
    listOf,
  ),
  flag("--concurrency <number>", "tasks at the same time in this process", numberIn(1, 64)),
  flag(
    "--threads <number>",
    "threads of an engine; as many as there are processors unless given",
    numberIn(0, 1_024),
  ),
  flag("--key-memory <megabytes>", "memory for keys that are ready", numberIn(100, 1e7)),
  flag(
    "--engine-memory <megabytes>",
    "memory that the computations with one key may take",
    numberIn(100, 4_096),
  ),
  flag("--most-bootstraps <number>", "the most bootstraps of one program", numberIn(1, 1e9)),
  flag(
    "--cut-from <number>",
    "bootstraps from which on a job is cut into parts, if there is more than one worker",
    numberIn(1, 1e9),
  ),
  flag("--blob-limit <megabytes>", "the most bytes of one blob", numberIn(1, 1e6)),
  flag("--requests-per-minute <number>", "requests of one tenant", numberIn(1, 1e9)),
  flag(
    "--retention <days>",
    "how long finished jobs, and blobs that nobody uses, are kept",
    numberIn(0.001, 1e5),
  ),
  flag("--grace <seconds>", "how long tasks may go on when the process is told to end", numberIn(0, 86_400)),
  flag("--log-level <level>", "what is logged: silent, error, warn, info or debug", levelOf),
];

function numberIn(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a number from ${least} to ${most}.`);
  };
}

function listOf(text: string): string[] {
  return text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

function oneOf(words: readonly string[]): (text: string) => string {
  return (text) => {
    if (words.includes(text)) return text;
    throw new InvalidArgumentError(`Expected one of ${words.join(", ")}.`);
  };
}

function roleOf(text: string): string {
  return oneOf(["all", "api", "worker"])(text);
}

function levelOf(text: string): string {
  return oneOf(["silent", "error", "warn", "info", "debug"])(text);
}

/** A setting is not what it should be: told without a stack, which would help nobody. */
export class SettingError extends Error {
  override readonly name = "SettingError";
}
