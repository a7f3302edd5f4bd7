import type { Answer, Bytes, Request } from "./protocol.ts";

/** One thing that went over the wire, as somebody who listens has it. */
export interface Message {
  readonly id: number;
  readonly direction: "to server" | "to client";
  /** What it is, such as `alice: FheUint32`. */
  readonly label: string;
  /** How its bytes look: a text is readable by anybody, all others are not. */
  readonly form: "ciphertext" | "key" | "text";
  /** Number of bytes. */
  readonly size: number;
  /** When it was sent, in milliseconds since the page was opened. */
  readonly time: number;
  /** The bytes; of the server key only the beginning. */
  readonly bytes: Bytes;
}

/** A message before it has been sent. */
export type Draft = Pick<Message, "label" | "form" | "size" | "bytes">;

/** Bytes of a key that are kept to be looked at. */
const KEY_SAMPLE = 2 ** 16;

/** The messages that a request or an answer is made of. */
export function messagesIn(content: Request | Answer): Draft[] {
  switch (content.kind) {
    case "server key": {
      const { bytes } = content;
      return [{ label: "server key", form: "key", size: bytes.length, bytes: bytes.slice(0, KEY_SAMPLE) }];
    }
    case "program":
      return [text("program", content.javascript), ...content.inputs.map(ciphertext)];
    case "cancel":
      return [text("cancel", "cancel")];
    case "results":
      return content.results.map(ciphertext);
  }
}

function ciphertext({ name, type, bytes }: { name: string; type: string; bytes: Bytes }): Draft {
  return { label: `${name}: ${type}`, form: "ciphertext", size: bytes.length, bytes };
}

function text(label: string, content: string): Draft {
  const bytes = new TextEncoder().encode(content);
  return { label, form: "text", size: bytes.length, bytes };
}
