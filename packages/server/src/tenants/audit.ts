import type { Statements } from "../database/database.ts";

/** What is noted. */
export type AuditAction =
  | "blob.store"
  | "blob.read"
  | "program.store"
  | "job.submit"
  | "job.cancel"
  | "tenant.empty"
  | "tenant.create"
  | "tenant.delete"
  | "tenant.quota"
  | "token.create"
  | "token.revoke";

/** One line of the audit log. */
export interface AuditEntry {
  readonly tenant: string | undefined;
  /** Name of the token that was shown. */
  readonly actor: string;
  readonly action: AuditAction;
  /** A hash, or the name of a job, token or tenant: never a content. */
  readonly subject?: string | undefined;
}

/** Notes who did what. Within a transaction, it is noted if what was done is. */
export async function audit(statements: Statements, entry: AuditEntry): Promise<void> {
  await statements.query("insert into tacet.audit(tenant, actor, action, subject) values ($1, $2, $3, $4)", [
    entry.tenant ?? null,
    entry.actor,
    entry.action,
    entry.subject ?? null,
  ]);
}
