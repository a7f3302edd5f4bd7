import { z } from "zod";
import type { App } from "../app.ts";
import type { HttpContext } from "../context.ts";
import { estimate, problems, program } from "../schemas.ts";

const graph = z.looseObject({}).describe("A program as a graph of named operations");

/** Programs, and what they would take. */
export function programRoutes(app: App, { programs, computation, fleet, limits }: HttpContext): void {
  app.get(
    "/v1/programs",
    {
      schema: {
        tags: ["programs"],
        summary: "The operator's programs, and the tenant's own",
        response: { 200: z.object({ programs: z.array(program) }), ...problems },
      },
    },
    async (request) => ({ programs: await programs.list(request.bearer.tenant) }),
  );

  app.get(
    "/v1/programs/:program",
    {
      schema: {
        params: z.object({ program: z.string().min(1).max(200) }),
        tags: ["programs"],
        summary: "A program by hash or name",
        response: { 200: program, ...problems },
      },
    },
    async (request) => {
      const { id, name, description, bootstraps, depth } = await programs.describe(
        request.bearer.tenant,
        request.params.program,
      );
      return { id, name, description, bootstraps, depth };
    },
  );

  app.post(
    "/v1/programs",
    {
      bodyLimit: limits.programBytes,
      schema: {
        body: graph,
        tags: ["programs"],
        summary: "Stores a program, as a graph in JSON",
        response: { 201: program, ...problems },
      },
    },
    async (request, reply) => {
      const { tenant, actor } = request.bearer;
      return await reply.code(201).send(await programs.store(tenant, actor, request.body));
    },
  );

  app.post(
    "/v1/estimates",
    {
      bodyLimit: limits.programBytes,
      schema: {
        body: z
          .object({
            program: z.string().min(1).max(200).optional().describe("Hash or name of a program"),
            graph: graph.optional(),
          })
          .refine(
            (body) => (body.program === undefined) !== (body.graph === undefined),
            "has either a program or a graph",
          ),
        tags: ["programs"],
        summary: "What a program takes, before anything runs",
        response: { 200: estimate, ...problems },
      },
    },
    async (request) => {
      const { program: name, graph: given } = request.body;
      const { bootstraps, depth } =
        name === undefined
          ? await computation.check(given)
          : await programs.find(request.bearer.tenant, name);
      return {
        bootstraps,
        depth,
        seconds: computation.milliseconds(bootstraps, depth, await fleet.speed()) / 1000,
      };
    },
  );
}
