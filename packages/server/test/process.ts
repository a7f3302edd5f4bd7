/**
 * A process of the service with the stand-in computation, for tests that kill it: `node process.ts <options as JSON>`. It
 * tells its parent where it listens.
 */
import { join } from "node:path";
import { DEFAULT_OPTIONS, type ServiceOptions } from "../src/service/options.ts";
import { startService } from "../src/service/service.ts";
import { StandIn } from "./stand-in.ts";

const { folder, ...given } = JSON.parse(process.argv[2]!) as Partial<ServiceOptions> & { folder: string };
const service = await startService(
  {
    ...DEFAULT_OPTIONS,
    database: { folder: join(folder, "database") },
    blobs: { kind: "folder", folder: join(folder, "blobs") },
    port: 0,
    limits: { ...DEFAULT_OPTIONS.limits, eventLoopMs: 0 },
    onError: (error) => process.env.TACET_TEST_ERRORS !== undefined && console.error(error),
    ...given,
  },
  () => new StandIn(),
);
process.send?.({ url: service.url });
process.on("SIGTERM", () => {
  service.stop().then(() => process.exit(0));
});
