/** A line of a hex dump. */
export interface HexLine {
  readonly offset: string;
  readonly hex: string;
  /** The printable characters, with dots for all others. */
  readonly text: string;
}

/** Lines of a hex dump of `bytes` from `start` to `end`, as far as there are bytes. */
export function hexDump(bytes: Uint8Array, start: number, end: number, perLine: number): HexLine[] {
  const lines: HexLine[] = [];
  for (let offset = start; offset < Math.min(end, bytes.length); offset += perLine) {
    const line = bytes.subarray(offset, Math.min(offset + perLine, end));
    lines.push({
      offset: offset.toString(16).padStart(6, "0"),
      hex: Array.from(line, (byte) => byte.toString(16).padStart(2, "0")).join(" "),
      text: Array.from(line, (byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : "·")).join(""),
    });
  }
  return lines;
}
