import { z } from "zod";
import { ServiceError } from "../../errors.ts";
import type { App } from "../app.ts";
import type { HttpContext } from "../context.ts";

const fine = z.object({ status: z.literal("ok") });

/** For those who look after the service. */
export function healthRoutes(app: App, { database, blobs, metrics, stopping }: HttpContext): void {
  const config = { access: "everybody", rateLimit: false } as const;
  app.get(
    "/healthz",
    {
      config,
      schema: { tags: ["operation"], summary: "Whether the process lives", response: { 200: fine } },
    },
    async () => ({ status: "ok" as const }),
  );

  app.get(
    "/readyz",
    {
      config,
      schema: {
        tags: ["operation"],
        summary:
          "Whether the service can do its work: it reaches its database and store, and is not about to stop",
        response: { 200: fine },
      },
    },
    async () => {
      if (stopping()) throw new ServiceError("unavailable", "The service is about to stop.");
      await database.query("select 1", []);
      await blobs.store.check();
      return { status: "ok" as const };
    },
  );

  app.get(
    "/metrics",
    {
      config: { access: "operator", rateLimit: false },
      schema: { tags: ["operation"], summary: "For Prometheus" },
    },
    async (_request, reply) =>
      await reply.type("text/plain; version=0.0.4; charset=utf-8").send(await metrics()),
  );
}
