import type { JobWatch } from "../jobs/watch.ts";
import { jobJson } from "./schemas.ts";

/** What lies between may end a connection on which nothing comes for long. */
const QUIET_MS = 15_000;

/** The changes of a job as server-sent events: each is the whole job. */
export async function* eventStream(
  watch: JobWatch,
  tenant: string,
  id: string,
  goesOn: () => boolean,
): AsyncGenerator<string> {
  const changes = watch.changes(tenant, id, goesOn);
  try {
    // How soon to come again if the connection breaks.
    yield "retry: 1000\n\n";
    for (;;) {
      const next = changes.next();
      for (;;) {
        const result = await within(next, QUIET_MS);
        if (result === undefined) {
          yield ": still there\n\n";
          continue;
        }
        if (result.done) return;
        yield `event: job\ndata: ${JSON.stringify(jobJson(result.value))}\n\n`;
        break;
      }
    }
  } finally {
    await changes.return(undefined);
  }
}

/** What a promise resolves to, or `undefined` if it takes longer. */
async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, milliseconds, undefined);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
