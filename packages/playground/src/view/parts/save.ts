import type { Bytes } from "../../wire/protocol.ts";

/** Has the browser save bytes as a file. */
export function save(name: string, bytes: Bytes): void {
  const url = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
