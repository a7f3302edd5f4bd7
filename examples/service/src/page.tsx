import { Mentions } from "./mentions.tsx";
import { Payroll } from "./payroll.tsx";
import { type Server, useServer } from "./use-server.ts";

/** Where the service is: chosen when the page is built. */
const SERVICE: string = import.meta.env.VITE_SERVICE ?? "http://127.0.0.1:8100";

export function Page() {
  const server = useServer(SERVICE);
  return (
    <main>
      <h1>Computed elsewhere, read only here</h1>
      <p>
        What you type is encrypted in this tab. The service at <code>{SERVICE}</code> computes with it and
        cannot read it; the result is decrypted here.
      </p>
      <p role="status">{statusOf(server)}</p>
      <Payroll connection={server.connection} />
      <Mentions connection={server.connection} />
    </main>
  );
}

function statusOf({ error, connection, keys, reachable }: Server): string {
  if (error !== undefined) return `The keys could not be made: ${error}`;
  if (!reachable) return "The service does not answer. It is asked again.";
  return connection === undefined ? `Making keys: ${Math.round(100 * keys)} %` : "Ready";
}
