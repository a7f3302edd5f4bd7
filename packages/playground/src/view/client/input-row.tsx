import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import type { Client } from "../../client/client.ts";
import { isInputType, type LoadedCiphertext, type Row, type RowProblems } from "../../client/rows.ts";
import { paddedSize } from "../../program/text-size.ts";
import { inputTypes, shapeOf } from "../../program/types.ts";
import { bytes, clearValue, count } from "../format.ts";
import { FileButton } from "../parts/file-button.tsx";
import { DownloadIcon, LoadIcon, RemoveIcon } from "../parts/icons.tsx";
import { Problem } from "../parts/problem.tsx";
import { save } from "../parts/save.ts";

interface InputRowProps {
  readonly row: Row;
  readonly problems: RowProblems;
  readonly client: Client;
  readonly onRemove: (id: number) => void;
}

/** One input: name, type, and a value or a ciphertext from a file. */
export function InputRow({ row, problems, client, onRemove }: InputRowProps): VNode {
  const { id, name, type, loaded } = row;
  const { inputs, keyRing } = client;
  const refused = useSignal<string | undefined>(undefined);
  const attempt = async (work: () => void | Promise<void>, problem: string): Promise<void> => {
    try {
      refused.value = undefined;
      await work();
    } catch (error) {
      refused.value = `${problem}: ${(error as Error).message}.`;
    }
  };
  const canSave = keyRing.state.value.kind === "made" && problems.value === undefined;
  return (
    <li class="input">
      <fieldset aria-label={`Input ${name}`}>
        <input
          id={`name-${id}`}
          class="name"
          type="text"
          aria-label="Name"
          aria-invalid={problems.name !== undefined}
          aria-describedby={problems.name && `name-problem-${id}`}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          value={name}
          onInput={({ currentTarget }) => inputs.rename(id, currentTarget.value)}
        />
        <select
          class="type"
          aria-label={`Type of ${name}`}
          value={type}
          onChange={({ currentTarget }) => {
            if (isInputType(currentTarget.value)) inputs.retype(id, currentTarget.value);
          }}
        >
          {inputTypes.map((shape) => (
            <option key={shape.type}>{shape.type}</option>
          ))}
        </select>
        {loaded === undefined ? (
          <ValueField row={row} problem={problems.value} client={client} />
        ) : (
          <LoadedValue
            row={row}
            loaded={loaded}
            client={client}
            onReveal={() =>
              attempt(() => inputs.reveal(id, keyRing.keys.client), `${loaded.file} does not decrypt`)
            }
          />
        )}
        <div class="row-actions">
          <FileButton
            class="bare"
            label={`Load a ciphertext for ${name}`}
            onFile={(content, file) => {
              attempt(
                () => inputs.load(id, file, content),
                `${file} is not a ciphertext that can be used here`,
              );
            }}
            onProblem={(message) => (refused.value = message)}
          >
            <LoadIcon />
          </FileButton>
          <button
            type="button"
            class="bare"
            aria-label={`Save ${name}, encrypted`}
            title={`Save ${name}, encrypted`}
            disabled={!canSave}
            onClick={() => save(`${name}.${type}.bin`, inputs.encrypted(row, keyRing.keys.client).bytes)}
          >
            <DownloadIcon />
          </button>
          <button
            type="button"
            class="bare"
            aria-label={`Remove ${name}`}
            title={`Remove ${name}`}
            onClick={() => onRemove(id)}
          >
            <RemoveIcon />
          </button>
        </div>
      </fieldset>
      {problems.name && <Problem id={`name-problem-${id}`}>{sentence(problems.name)}</Problem>}
      {loaded === undefined && problems.value === undefined && <SizeHint row={row} />}
      {problems.value && <Problem id={`value-problem-${id}`}>{sentence(problems.value)}</Problem>}
      {refused.value && <Problem>{refused.value}</Problem>}
    </li>
  );
}

function ValueField({
  row,
  problem,
  client,
}: {
  row: Row;
  problem: string | undefined;
  client: Client;
}): VNode {
  const { id, name, type, text } = row;
  const isText = shapeOf(type).kind === "text";
  const shared = {
    class: "value",
    "aria-label": `Value of ${name}`,
    "aria-invalid": problem !== undefined,
    "aria-describedby": problem ? `value-problem-${id}` : isText ? `size-hint-${id}` : undefined,
    value: text,
  };
  if (type === "FheBool") {
    return (
      <select {...shared} onChange={({ currentTarget }) => client.inputs.write(id, currentTarget.value)}>
        <option>true</option>
        <option>false</option>
      </select>
    );
  }
  return (
    <input
      {...shared}
      type="text"
      autocomplete="off"
      spellcheck={false}
      onInput={({ currentTarget }) => client.inputs.write(id, currentTarget.value)}
    />
  );
}

/** Says what becomes of the length of a text, which everybody sees unless it is hidden. */
function SizeHint({ row: { id, type, text } }: { row: Row }): VNode | null {
  const shape = shapeOf(type);
  if (shape.kind !== "text") return null;
  const unit = shape.units === "bytes" ? "byte" : "character";
  return (
    <p class="hint" id={`size-hint-${id}`}>
      Encrypted as {count(paddedSize(shape.type, text), unit)}: zeros behind it hide how long it is exactly.
    </p>
  );
}

interface LoadedValueProps {
  readonly row: Row;
  readonly loaded: LoadedCiphertext;
  readonly client: Client;
  readonly onReveal: () => void;
}

function LoadedValue({
  row: { name },
  loaded: { file, bytes: content, value },
  client,
  onReveal,
}: LoadedValueProps): VNode {
  const place = useRef<HTMLDivElement>(null);
  const reveal = (): void => {
    place.current?.focus(); // the button goes
    onReveal();
  };
  return (
    <div ref={place} class="value loaded" tabIndex={-1}>
      <span class="file" title={`${file}, ${bytes(content.length)}`}>
        {file}
      </span>
      {value === undefined ? (
        <button
          type="button"
          class="quiet"
          aria-label={`Decrypt ${name}`}
          disabled={client.keyRing.state.value.kind !== "made"}
          onClick={reveal}
        >
          Decrypt
        </button>
      ) : (
        <output>= {clearValue(value)}</output>
      )}
    </div>
  );
}

function sentence(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}
