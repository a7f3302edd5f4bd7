import type { VNode } from "preact";
import type { Client } from "../client/client.ts";
import { examples } from "../examples/index.ts";

/** Programs to begin with, one click away. */
export function Examples({ client }: { client: Client }): VNode {
  const shown = client.example.value;
  return (
    <nav class="examples" aria-label="Examples">
      <ul>
        {examples.map((example) => (
          <li key={example.id}>
            <button
              type="button"
              class="example"
              aria-pressed={example.id === shown?.id}
              disabled={client.busy}
              onClick={() => client.show(example)}
            >
              {example.title}
            </button>
          </li>
        ))}
      </ul>
      <p class="description">{shown?.description}</p>
    </nav>
  );
}
