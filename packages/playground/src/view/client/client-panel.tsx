import type { VNode } from "preact";
import type { Client } from "../../client/client.ts";
import { Party } from "../parts/party.tsx";
import { InputsForm } from "./inputs-form.tsx";
import { KeysLine } from "./keys-line.tsx";
import { ProgramSection } from "./program-section.tsx";
import { Results } from "./results.tsx";
import { RunSection } from "./run-section.tsx";

/** The client: keys, inputs, program, results. */
export function ClientPanel({ client }: { client: Client }): VNode {
  return (
    <Party
      id="client"
      title="Client"
      summary="Has the secret key. Encrypts what goes out, and alone can read what comes back."
    >
      <KeysLine client={client} />
      <InputsForm client={client} />
      <ProgramSection client={client} />
      <RunSection client={client} />
      <Results client={client} />
    </Party>
  );
}
