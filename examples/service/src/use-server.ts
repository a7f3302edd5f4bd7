import { useEffect, useState } from "react";
import { ClientKey, ServerKey } from "tacet";
import { connect, type ServiceConnection } from "tacet-server/client";

/** A service, as a component sees it. */
export interface Server {
  /** There once the keys are made. */
  readonly connection: ServiceConnection | undefined;
  /** The fraction of the keys that is made, from 0 to 1. */
  readonly keys: number;
  /** Whether the last request reached it. What did not is tried again for a while. */
  readonly reachable: boolean;
  /** Why there are no keys. */
  readonly error: string | undefined;
}

const FIRST: Server = { connection: undefined, keys: 0, reachable: true, error: undefined };

/**
 * Makes keys and connects to a service. The client key stays in this tab, and is gone with it: a page that is to read its
 * results another day keeps `clientKey.serialize()` where only its visitor can reach it.
 */
export function useServer(url: string): Server {
  const [server, setServer] = useState(FIRST);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const change = (part: Partial<Server>) => {
      if (!signal.aborted) setServer((before) => ({ ...before, ...part }));
    };
    const watchedFetch: typeof fetch = async (...request) => {
      try {
        const response = await fetch(...request);
        change({ reachable: true });
        return response;
      } catch (error) {
        if ((error as Error).name !== "AbortError") change({ reachable: false });
        throw error;
      }
    };
    const start = async () => {
      const clientKey = await ClientKey.generate();
      const onProgress = (keys: number) => change({ keys });
      const serverKey = await ServerKey.from(clientKey, { onProgress, signal });
      change({ keys: 1, connection: connect(url, { clientKey, serverKey, fetch: watchedFetch }) });
    };
    start().catch((error: unknown) => change({ error: String(error) }));
    return () => controller.abort();
  }, [url]);
  return server;
}
