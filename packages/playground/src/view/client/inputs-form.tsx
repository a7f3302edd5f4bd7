import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import type { Client } from "../../client/client.ts";
import { AddIcon } from "../parts/icons.tsx";
import { InputRow } from "./input-row.tsx";

/** The inputs of the program. */
export function InputsForm({ client }: { client: Client }): VNode {
  const { inputs } = client;
  const list = useRef<HTMLUListElement>(null);
  const addButton = useRef<HTMLButtonElement>(null);
  const add = (): void => {
    const id = inputs.add();
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`#name-${id}`)?.focus());
  };
  const remove = (id: number): void => {
    inputs.remove(id);
    addButton.current?.focus(); // the button that had the focus is gone
  };
  return (
    <section class="part" aria-labelledby="inputs-title">
      <h3 id="inputs-title">Inputs</h3>
      <ul class="inputs" ref={list}>
        {inputs.rows.value.map((row, i) => (
          <InputRow
            key={row.id}
            row={row}
            problems={inputs.problems.value[i]!}
            client={client}
            onRemove={remove}
          />
        ))}
      </ul>
      <button ref={addButton} type="button" class="quiet add" onClick={add}>
        <AddIcon /> Add an input
      </button>
    </section>
  );
}
