import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ADMIN, Caller, keyOf, newTenant, startTestService, type TestService } from "./harness.ts";

const ISSUER = "https://issuer.test/";
const AUDIENCE = "tacet";
const SECRET = "a secret of thirty-two characters";

const { publicKey, privateKey } = await generateKeyPair("ES256");
const other = await generateKeyPair("ES256");
let issuer: Server;
let failing = false;
let service: TestService;

beforeAll(async () => {
  const jwk = { ...(await exportJWK(publicKey)), kid: "first", alg: "ES256" };
  issuer = createServer((_request, response) => {
    if (failing) response.writeHead(500).end();
    else response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ keys: [jwk] }));
  });
  issuer.listen(0, "127.0.0.1");
  await once(issuer, "listening");
  const url = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/keys`;
  const jwt = { keys: { url }, issuer: ISSUER, audience: AUDIENCE, tenantClaim: "org" };
  service = await startTestService({ adminToken: ADMIN, jwt });
  await newTenant(service.url, "alice");
  await newTenant(service.url, "bob");
});

afterAll(async () => {
  await service.stop();
  issuer.close();
  expect(service.errors).toEqual([]);
});

/** A token that is good, but for what is said. */
async function tokenOf(
  claims: JWTPayload,
  { key = privateKey as CryptoKey | Uint8Array, alg = "ES256", expires = "5m" } = {},
): Promise<string> {
  const all = { iss: ISSUER, aud: AUDIENCE, org: "alice", sub: "ann", ...claims };
  return await new SignJWT(all)
    .setProtectedHeader({ alg, ...(alg === "ES256" ? { kid: "first" } : {}) })
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(key);
}

async function statusOf(token: string): Promise<number> {
  return (await new Caller(service.url, token).ask("GET", "/v1/jobs")).status;
}

test("keys that cannot be had are the service's trouble, not the caller's", async () => {
  failing = true;
  const response = await new Caller(service.url, await tokenOf({ jti: "early" })).ask("GET", "/v1/jobs");
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
  failing = false;
});

test("a tenant's users compute with tokens of the issuer, and are apart from others", async () => {
  const alice = new Caller(service.url, await tokenOf({}));
  const serverKey = await alice.upload(keyOf("alice"));
  const program = await alice.storeProgram({ op: "add", inputs: [] });
  const { id } = await alice.submit({ program, serverKey, inputs: {} });
  expect((await alice.finished(id)).state).toBe("succeeded");
  const again = new Caller(service.url, await tokenOf({ sub: "another of alice's" }));
  expect((await again.ask("GET", `/v1/jobs/${id}`)).status).toBe(200);
  const bob = new Caller(service.url, await tokenOf({ org: "bob" }));
  expect((await bob.ask("GET", `/v1/jobs/${id}`)).status).toBe(404);
  expect((await bob.ask("GET", `/v1/blobs/${serverKey}`)).status).toBe(404);
});

test("tokens of others, for others, of before, and of no tenant", async () => {
  const [head, body] = (await tokenOf({})).split(".");
  const none = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
  const publicBytes = new TextEncoder().encode(JSON.stringify(await exportJWK(publicKey)));
  const refused = [
    await tokenOf({}, { key: other.privateKey }),
    await tokenOf({ iss: "https://other.test/" }),
    await tokenOf({ aud: "another service" }),
    await tokenOf({}, { expires: "-5m" }),
    await tokenOf({}, { key: publicBytes, alg: "HS256" }), // the public key as if it were a secret
    `${head}.${body}.`,
    `${none}.${body}.${"A".repeat(86)}`,
    `${head}.${body}.${"A".repeat(86)}`,
    "eyJ.eyJ.eyJ",
    `eyJ${"A".repeat(9_000)}.a.b`,
  ];
  for (const token of refused) expect(await statusOf(token), token.slice(0, 60)).toBe(401);
  for (const org of ["mallory", "", 7, null, ["alice"], { toString: "alice" }]) {
    expect(await statusOf(await tokenOf({ org })), JSON.stringify(org)).toBe(403);
  }
  const operator = new Caller(service.url, await tokenOf({ org: "operator" }));
  expect((await operator.ask("GET", "/v1/admin/tenants")).status).toBe(401);
});

test("a secret that the issuer shares, and nothing without a token", async () => {
  const jwt = { keys: { secret: SECRET }, tenantClaim: "tenant" };
  const shared = await startTestService({ adminToken: ADMIN, jwt });
  await newTenant(shared.url, "carol");
  const key = new TextEncoder().encode(SECRET);
  const sign = (secret: Uint8Array, claims: JWTPayload) =>
    new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).setExpirationTime("1m").sign(secret);
  const ask = async (token?: string) => (await new Caller(shared.url, token).ask("GET", "/v1/jobs")).status;
  expect(await ask(await sign(key, { tenant: "carol" }))).toBe(200);
  expect(await ask(await sign(new TextEncoder().encode(`${SECRET}!`), { tenant: "carol" }))).toBe(401);
  const endless = await new SignJWT({ tenant: "carol" }).setProtectedHeader({ alg: "HS256" }).sign(key);
  expect(await ask(endless)).toBe(401);
  expect(await ask()).toBe(401);
  await shared.stop();
});
