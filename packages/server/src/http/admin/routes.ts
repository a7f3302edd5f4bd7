import type { FastifyReply } from "fastify";
import type { App } from "../app.ts";
import type { HttpContext } from "../context.ts";
import { page, styles } from "./page.ts";
import { showService } from "./script.ts";

/** The page runs what the service sends, and asks the service: nothing else. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const config = { access: "everybody" } as const;

/** A page for the operator. What it is made of is no secret; what it shows, it asks for with the operator's token. */
export function adminPage(app: App, _context: HttpContext): void {
  const send = (type: string, text: string) => async (_request: unknown, reply: FastifyReply) =>
    await reply
      .type(`${type}; charset=utf-8`)
      .headers({
        "content-security-policy": POLICY,
        "cache-control": "no-cache",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
      })
      .send(text);
  const schema = { hide: true } as object;
  app.get("/admin", { config, schema }, send("text/html", page));
  app.get("/admin/page.css", { config, schema }, send("text/css", styles));
  app.get("/admin/page.js", { config, schema }, send("text/javascript", `(${showService})(document);\n`));
}
