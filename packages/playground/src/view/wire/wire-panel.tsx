import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import type { Client } from "../../client/client.ts";
import type { Message } from "../../wire/message.ts";
import { count, integer } from "../format.ts";
import { Party } from "../parts/party.tsx";
import { MessageList } from "./message-list.tsx";
import { MessageView } from "./message-view.tsx";
import { Twice } from "./twice.tsx";

/** The wire: what went over it, and what somebody who listens makes of it. */
export function WirePanel({ client }: { client: Client }): VNode {
  const { log, count: sent, reports } = client.wire;
  const chosen = useSignal<number | undefined>(undefined);
  const shown = log.value.find(({ id }) => id === chosen.value) ?? log.value.find(isInput) ?? log.value[0];
  return (
    <Party id="wire" title="Wire" summary="Carries bytes between the two. Anybody may listen, and sees this.">
      <section class="part" aria-labelledby="messages-title">
        <h3 id="messages-title">Messages</h3>
        {log.value.length === 0 ? (
          <p class="soft">Nothing yet.</p>
        ) : (
          <MessageList messages={log.value} shown={shown} onChoose={({ id }) => (chosen.value = id)} />
        )}
        {sent > log.value.length && (
          <p class="soft small">{integer(sent)} in all, of which these are the latest, and the server key.</p>
        )}
        {reports.value > 0 && (
          <p class="soft small">
            And {count(reports.value, "report")} on the work, for this page to show it.
          </p>
        )}
      </section>
      {shown && <MessageView message={shown} />}
      <Twice client={client} />
      <section class="part">
        <details>
          <summary>What encryption does not hide</summary>
          <p>
            The program; the names and types of inputs and results, and with them their sizes; and when each
            was sent. The time that the server takes tells nothing about values: it does the same work
            whatever they are. It could compute something else than it was asked, though: results are private,
            not proven. And nothing is signed: who is on the wire can change a ciphertext unnoticed.
          </p>
        </details>
      </section>
    </Party>
  );
}

function isInput({ form, direction }: Message): boolean {
  return form === "ciphertext" && direction === "to server";
}
