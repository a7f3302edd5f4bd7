import { z } from "zod";
import { notFound } from "../../errors.ts";
import { audit } from "../../tenants/audit.ts";
import type { Tenant } from "../../tenants/tenants.ts";
import { overview, usageByTenant } from "../admin/overview.ts";
import type { App } from "../app.ts";
import type { HttpContext } from "../context.ts";
import { problems } from "../schemas.ts";

const params = z.object({ tenant: z.string().min(1).max(100) });
const name = z.string().min(1).max(200);

const quota = z.object({
  windowBootstraps: z.int().min(0).nullable().describe("Bootstraps within a window; any number if null"),
  windowSeconds: z.int().min(60).max(31_536_000),
  storedBytes: z.int().min(0).nullable().describe("Bytes of keys, values and results; any number if null"),
  waitingJobs: z.int().min(0).max(1_000_000),
});

const tenant = quota.extend({ id: z.string(), name, createdAt: z.iso.datetime() }).meta({ id: "Tenant" });

const config = { access: "operator" } as const;
const tags = ["operator"];

/** For the operator: who may use the service, and how it does. */
export function operatorRoutes(app: App, { tenants, tokens, deletion, database }: HttpContext): void {
  const found = async (id: string): Promise<Tenant> => {
    const one = await tenants.find(id);
    if (one === undefined) throw notFound("tenant");
    return one;
  };

  app.get(
    "/v1/admin/tenants",
    { config, schema: { tags, response: { 200: z.object({ tenants: z.array(tenant) }), ...problems } } },
    async () => ({ tenants: (await tenants.list()).map(tenantJson) }),
  );

  app.post(
    "/v1/admin/tenants",
    {
      config,
      schema: { tags, body: quota.partial().extend({ name }), response: { 201: tenant, ...problems } },
    },
    async (request, reply) => {
      const { name: given, ...limits } = request.body;
      const created = await tenants.create(given, defined(limits));
      await audit(database, { ...request.bearer, tenant: created.id, action: "tenant.create" });
      return await reply.code(201).send(tenantJson(created));
    },
  );

  app.patch(
    "/v1/admin/tenants/:tenant",
    { config, schema: { tags, params, body: quota.partial(), response: { 200: tenant, ...problems } } },
    async (request) => {
      const { tenant: id } = request.params;
      await tenants.setQuota(id, defined(request.body));
      await audit(database, { ...request.bearer, tenant: id, action: "tenant.quota" });
      return tenantJson(await found(id));
    },
  );

  app.delete(
    "/v1/admin/tenants/:tenant",
    { config, schema: { tags, params, response: { 204: z.null(), ...problems } } },
    async (request, reply) => {
      await found(request.params.tenant);
      await deletion.remove(request.params.tenant, request.bearer.actor);
      return await reply.code(204).send(null);
    },
  );

  app.post(
    "/v1/admin/tenants/:tenant/tokens",
    {
      config,
      schema: {
        tags,
        params,
        body: z.object({ name, expiresAt: z.iso.datetime().optional() }),
        response: { 201: z.object({ token: z.string().describe("Shown this once") }), ...problems },
      },
    },
    async (request, reply) => {
      const { id } = await found(request.params.tenant);
      const { name: given, expiresAt } = request.body;
      const token = await tokens.create(id, given, expiresAt === undefined ? undefined : new Date(expiresAt));
      await audit(database, { ...request.bearer, tenant: id, action: "token.create", subject: given });
      return await reply.code(201).header("cache-control", "no-store").send({ token });
    },
  );

  app.delete(
    "/v1/admin/tenants/:tenant/tokens/:name",
    { config, schema: { tags, params: params.extend({ name }), response: { 204: z.null(), ...problems } } },
    async (request, reply) => {
      const { tenant: id, name: given } = request.params;
      if ((await tokens.revoke(id, given)) === 0) throw notFound("token");
      await audit(database, { ...request.bearer, tenant: id, action: "token.revoke", subject: given });
      return await reply.code(204).send(null);
    },
  );

  app.get(
    "/v1/admin/overview",
    { config, schema: { tags, summary: "What waits, what is computed, and by whom" } },
    async () => await overview(database),
  );

  app.get(
    "/v1/admin/usage",
    { config, schema: { tags, summary: "What tenants use, and what they may" } },
    async () => ({ tenants: await usageByTenant(database) }),
  );
}

function tenantJson({ createdAt, ...rest }: Tenant): z.infer<typeof tenant> {
  return { ...rest, createdAt: createdAt.toISOString() };
}

/** Without what was not given: an object with `undefined` in it would overwrite what is there. */
function defined<T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;
}
