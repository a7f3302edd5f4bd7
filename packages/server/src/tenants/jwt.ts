import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from "jose";
import { LRUCache } from "lru-cache";
import type { Statements } from "../database/database.ts";
import { ServiceError } from "../errors.ts";
import type { Bearer, BearerSource } from "./tokens.ts";

/** Whose JSON Web Tokens (RFC 7519) are taken. */
export interface JwtOptions {
  /** Where the keys are with which the issuer signs (RFC 7517), or a secret that the issuer shares. */
  readonly keys: { readonly url: string } | { readonly secret: string };
  readonly issuer?: string | undefined;
  /** What tokens that are meant for this service have in `aud`. */
  readonly audience?: string | undefined;
  /** Which claim has the tenant's name or id. */
  readonly tenantClaim: string;
}

/** Of an issuer with keys of its own; never "none", and never a secret's, for which its public keys would be taken. */
const PUBLIC_KEY_ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "EdDSA",
];
const SECRET_ALGORITHMS = ["HS256", "HS384", "HS512"];
/** By how many seconds clocks may differ. */
const TOLERANCE = 30;
/** An issuer that does not answer within so many milliseconds does not answer. */
const TIMEOUT_MS = 5_000;
/** For so long a tenant's name is not looked up again. */
const KNOWN_MS = 5_000;

type Verify = (token: string) => Promise<JWTPayload>;

/** Knows who shows a JSON Web Token: of a tenant that there is already, since the operator says who may compute. */
export class Jwts implements BearerSource {
  readonly #statements: Statements;
  readonly #claim: string;
  readonly #verify: Verify;
  readonly #tenants = new LRUCache<string, string>({ max: 10_000, ttl: KNOWN_MS });

  constructor(statements: Statements, { keys, issuer, audience, tenantClaim }: JwtOptions) {
    this.#statements = statements;
    this.#claim = tenantClaim;
    this.#verify = verifier(keys, {
      ...(issuer === undefined ? {} : { issuer }),
      ...(audience === undefined ? {} : { audience }),
      requiredClaims: ["exp", tenantClaim],
      clockTolerance: TOLERANCE,
    });
  }

  /**
   * @returns undefined for what is no token of the issuer, for this service, now.
   * @throws ServiceError `forbidden` for a tenant that there is not, `unavailable` if the issuer's keys cannot be had.
   */
  async bearer(token: string): Promise<Bearer | undefined> {
    if (!looksLikeJwt(token)) return undefined;
    const claims = await this.#claims(token);
    if (claims === undefined) return undefined;
    const named = claims[this.#claim];
    const tenant = typeof named === "string" ? await this.#tenant(named) : undefined;
    if (tenant === undefined)
      throw new ServiceError("forbidden", "The token is of a tenant that there is not.");
    return { tenant, actor: (claims.sub ?? "jwt").slice(0, 200) };
  }

  async #claims(token: string): Promise<JWTPayload | undefined> {
    try {
      return await this.#verify(token);
    } catch (error) {
      if (isOfToken(error)) return undefined;
      throw new ServiceError("unavailable", "The keys that sign tokens cannot be had at present.", {
        cause: error,
        retryAfter: 5,
      });
    }
  }

  async #tenant(named: string): Promise<string | undefined> {
    const known = this.#tenants.get(named);
    if (known !== undefined) return known;
    const [row] = await this.#statements.query<{ id: string }>(
      "select id from tacet.tenants where id = $1 or name = $1 order by id = $1 desc limit 1",
      [named],
    );
    if (row !== undefined) this.#tenants.set(named, row.id);
    return row?.id;
  }
}

/** Whether something is wrong with a token. What is of no kind of its own, `jose` says of keys that it could not fetch. */
function isOfToken(error: unknown): boolean {
  return (
    error instanceof errors.JOSEError &&
    error.constructor !== errors.JOSEError &&
    !(error instanceof errors.JWKSTimeout)
  );
}

function verifier(keys: JwtOptions["keys"], options: JWTVerifyOptions): Verify {
  if ("secret" in keys) {
    const secret = new TextEncoder().encode(keys.secret);
    return async (token) =>
      (await jwtVerify(token, secret, { ...options, algorithms: SECRET_ALGORITHMS })).payload;
  }
  const set = createRemoteJWKSet(new URL(keys.url), { timeoutDuration: TIMEOUT_MS });
  return async (token) =>
    (await jwtVerify(token, set, { ...options, algorithms: PUBLIC_KEY_ALGORITHMS })).payload;
}

/** Three parts, the first of which is JSON: tokens of the service's own have none. */
function looksLikeJwt(token: string): boolean {
  return /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(token);
}
