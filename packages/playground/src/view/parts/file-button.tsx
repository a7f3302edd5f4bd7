import type { ComponentChildren, VNode } from "preact";
import { useRef } from "preact/hooks";
import type { Bytes } from "../../wire/protocol.ts";

/** Nothing that the page reads is larger, by far. */
const MOST_BYTES = 2 ** 27;

interface FileButtonProps {
  /** What the button says to those who do not see it. */
  readonly label?: string;
  readonly class?: string;
  readonly onFile: (bytes: Bytes, name: string) => void;
  readonly onProblem: (message: string) => void;
  readonly children: ComponentChildren;
}

/** A button that has a file chosen and read. */
export function FileButton({ label, class: name, onFile, onProblem, children }: FileButtonProps): VNode {
  const picker = useRef<HTMLInputElement>(null);
  const read = async (file: File): Promise<void> => {
    if (file.size > MOST_BYTES) throw new Error(`${file.name} is too large to be a key or a ciphertext`);
    onFile(new Uint8Array(await file.arrayBuffer()), file.name);
  };
  return (
    <>
      <button
        type="button"
        class={name}
        aria-label={label}
        title={label}
        onClick={() => picker.current?.click()}
      >
        {children}
      </button>
      <input
        ref={picker}
        type="file"
        hidden
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          currentTarget.value = "";
          if (file) read(file).catch((error: Error) => onProblem(error.message));
        }}
      />
    </>
  );
}
