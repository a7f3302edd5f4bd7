import { z } from "zod";
import type { App } from "../app.ts";
import type { HttpContext } from "../context.ts";
import { problems } from "../schemas.ts";

/** What concerns all that a tenant has. */
export function tenantRoutes(app: App, { deletion }: HttpContext): void {
  app.delete(
    "/v1/tenant",
    {
      schema: {
        tags: ["tenant"],
        summary: "Deletes everything of the tenant: jobs, results, programs, keys and values. Tokens stay",
        response: { 204: z.null(), ...problems },
      },
    },
    async (request, reply) => {
      const { tenant, actor } = request.bearer;
      await deletion.empty(tenant, actor);
      return await reply.code(204).send(null);
    },
  );
}
