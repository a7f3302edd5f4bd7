/** A runner for tests: `node fake-runner.ts <name> <platform> <nanoseconds>`. It has everything but multiplication. */
import { serve } from "../../bench/peers/driver/protocol.ts";

const [name, platform, nanoseconds] = process.argv.slice(2);
await serve({ name, version: "1.0.0", platform }, async ({ operation, batch }) => {
  if (operation === "exit") process.exit(3);
  return operation === "mul" ? null : Number(nanoseconds) * batch;
});
