import type { VNode } from "preact";
import type { Client } from "../client/client.ts";
import { ClientPanel } from "./client/client-panel.tsx";
import { Examples } from "./examples.tsx";
import { Announcer } from "./parts/announcer.tsx";
import { ServerPanel } from "./server/server-panel.tsx";
import { WirePanel } from "./wire/wire-panel.tsx";
import { Wordmark } from "./wordmark.tsx";

/** The whole page. */
export function App({ client }: { client: Client }): VNode {
  return (
    <>
      <header class="masthead">
        <Wordmark />
        <p class="lead">
          Compute on numbers and texts that stay encrypted. The three parties below run in this tab, each for
          itself; only the client can read a value, and nothing leaves your machine.
        </p>
      </header>
      <main>
        <Examples client={client} />
        <div class="parties">
          <ClientPanel client={client} />
          <WirePanel client={client} />
          <ServerPanel client={client} />
        </div>
      </main>
      <Announcer />
    </>
  );
}
