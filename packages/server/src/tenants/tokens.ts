import type { Database } from "../database/database.ts";
import { hashOf } from "../hash.ts";

/** Who shows a token. */
export interface Bearer {
  readonly tenant: string;
  /** The token's name, for the audit log. */
  readonly actor: string;
}

/** Knows who shows a token. */
export interface BearerSource {
  /** @returns undefined for a token that it does not know. */
  bearer(token: string): Promise<Bearer | undefined>;
}

const PREFIX = "tacet_";
const RANDOM_BYTES = 32;

/**
 * Tokens, of which only the hash is kept. SHA-256 is enough: a token has 256 random bits, which no dictionary has, so a
 * slow hash would only slow down those who call.
 */
export class Tokens implements BearerSource {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @returns the token, which cannot be had again. */
  async create(tenant: string, name: string, expiresAt?: Date): Promise<string> {
    const token =
      PREFIX + Buffer.from(crypto.getRandomValues(new Uint8Array(RANDOM_BYTES))).toString("base64url");
    await this.#database.query(
      "insert into tacet.tokens(hash, tenant, name, expires_at) values ($1, $2, $3, $4)",
      [hashOf(token), tenant, name, expiresAt ?? null],
    );
    return token;
  }

  /** @returns undefined for a token that there is not, or that has expired. */
  async bearer(token: string): Promise<Bearer | undefined> {
    const [row] = await this.#database.query<Bearer>(
      `select t.tenant, t.name as actor from tacet.tokens t
       where t.hash = $1 and (t.expires_at is null or t.expires_at > now())`,
      [hashOf(token)],
    );
    return row;
  }

  /** @returns how many were revoked. */
  async revoke(tenant: string, name: string): Promise<number> {
    const rows = await this.#database.query(
      "delete from tacet.tokens where tenant = $1 and name = $2 returning 1",
      [tenant, name],
    );
    return rows.length;
  }
}
