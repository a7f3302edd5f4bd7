import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { LRUCache } from "lru-cache";
import { ServiceError } from "../errors.ts";
import { hashOf } from "../hash.ts";
import { LOCAL_TENANT, type Tenants } from "../tenants/tenants.ts";
import type { Bearer, BearerSource } from "../tenants/tokens.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks; set for all paths under /v1. */
    bearer: Bearer;
  }
  interface FastifyContextConfig {
    /** Who may ask: tenants unless given. */
    access?: "everybody" | "operator";
  }
}

/** How callers are known. */
export interface AuthenticationOptions {
  readonly tenants: Tenants;
  /** Who knows tokens, in the order in which they are asked. */
  readonly bearers: readonly BearerSource[];
  /** What the operator shows; without it nobody is the operator. */
  readonly adminToken: string | undefined;
  /** Whether whoever reaches the service is the local tenant, and the operator. */
  readonly anonymous: boolean;
}

/** For so long, a token that was revoked can still be taken for good. */
const KNOWN_MS = 5_000;
/** Tokens that are not known which one address may try in a minute. */
const FAILURES = 60;

/** Has all requests under /v1 known by their tokens, before anything else of them is looked at. */
export async function authenticate(app: FastifyInstance, options: AuthenticationOptions): Promise<void> {
  const known = new LRUCache<string, Bearer>({ max: 10_000, ttl: KNOWN_MS });
  const countFailure = app.createRateLimit({
    max: FAILURES,
    timeWindow: 60_000,
    keyGenerator: ({ ip }) => ip,
  });
  if (options.anonymous) await options.tenants.local();
  app.decorateRequest("bearer", null as unknown as Bearer);

  const bearerOf = async (request: FastifyRequest): Promise<Bearer | undefined> => {
    const token = tokenOf(request);
    if (token === undefined) return undefined;
    const hash = hashOf(token);
    const seen = known.get(hash);
    if (seen !== undefined) return seen;
    // Looked up in any case: others come from the same address with tokens that are good.
    for (const source of options.bearers) {
      const bearer = await source.bearer(token);
      if (bearer === undefined) continue;
      known.set(hash, bearer);
      return bearer;
    }
    const failures = await countFailure(request);
    if (failures.isAllowed || !failures.isExceeded) return undefined;
    throw new ServiceError("too-many-requests", "Too many unknown tokens from this address.", {
      retryAfter: failures.ttlInSeconds,
    });
  };

  app.addHook("onRequest", async (request) => {
    const { access = "tenant" } = request.routeOptions.config;
    if (access === "everybody" || request.is404) return;
    if (options.anonymous) {
      refuseForeignHost(request);
      request.bearer = { tenant: LOCAL_TENANT, actor: LOCAL_TENANT };
      return;
    }
    const operator = options.adminToken !== undefined && same(tokenOf(request), options.adminToken);
    if (access === "operator") {
      if (!operator) throw unauthorized("The operator's token is needed.");
      request.bearer = { tenant: "", actor: "operator" };
      return;
    }
    const bearer = operator ? undefined : await bearerOf(request);
    if (bearer === undefined) throw unauthorized("A token of a tenant is needed: Authorization: Bearer …");
    request.bearer = bearer;
  });
}

function tokenOf({ headers }: FastifyRequest): string | undefined {
  return /^Bearer ([\w~+/.-]{1,8192}=*)$/i.exec(headers.authorization ?? "")?.[1];
}

/** Compares in a time that does not depend on where the difference is. */
function same(given: string | undefined, expected: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return given !== undefined && timingSafeEqual(hash(given), hash(expected));
}

function unauthorized(detail: string): ServiceError {
  return new ServiceError("unauthorized", detail, {
    headers: { "www-authenticate": 'Bearer realm="tacet"' },
  });
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/**
 * Where nobody shows a token, a page of anybody's could have its own name lead to this machine, and its visitor's browser
 * ask here (DNS rebinding): but then it asks under that name.
 */
function refuseForeignHost({ headers: { host = "" } }: FastifyRequest): void {
  if (LOOPBACK.test(host)) return;
  throw new ServiceError("forbidden", "Without tokens, the service answers under the name localhost alone.");
}
