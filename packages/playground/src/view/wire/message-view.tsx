import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { hexDump } from "../../wire/hex.ts";
import { trivialPart } from "../../wire/look.ts";
import type { Message } from "../../wire/message.ts";
import { entropy, histogram } from "../../wire/statistics.ts";
import { percent } from "../format.ts";
import { Histogram } from "./histogram.tsx";
import { Noise } from "./noise.tsx";

/** Bytes in a line of the dump: a phone has room for so many. */
const PER_LINE = 8;
const HEADER_LINES = 7;
const LINES = 4;
/** Bytes that are left out of the pictures, as the format and the type are among them. */
const HEADER = 512;
/** Entropy of a byte, in bits, from which on bytes are even noise; below, something is to be explained. */
const NOISE = 7.5;

/** One message as somebody who listens sees it. */
export function MessageView({ message }: { message: Message }): VNode {
  return (
    <section class="part" aria-labelledby="message-title">
      <h3 id="message-title">
        What is seen of <q>{message.label}</q>
      </h3>
      {message.form === "text" ? <Readable message={message} /> : <Unreadable message={message} />}
    </section>
  );
}

function Readable({ message }: { message: Message }): VNode {
  return (
    <>
      <pre class="text">{new TextDecoder().decode(message.bytes)}</pre>
      <p class="soft">All of it: programs are not encrypted, only the values are that they compute on.</p>
    </>
  );
}

function Unreadable({ message: { bytes, form } }: { message: Message }): VNode {
  const middle = Math.floor((bytes.length * 0.4) / PER_LINE) * PER_LINE;
  const body = useMemo(() => bytes.subarray(Math.min(HEADER, middle)), [bytes]);
  const counts = useMemo(() => histogram(body), [body]);
  const trivial = useMemo(() => trivialPart(body), [body]);
  const bits = entropy(counts);
  return (
    <>
      <div class="seen">
        <Dump bytes={bytes} start={0} lines={HEADER_LINES} label="The first bytes: format and type" />
        <p class="ellipsis" aria-hidden="true">
          ⋮
        </p>
        <Dump bytes={bytes} start={middle} lines={LINES} label="Bytes from the middle" />
      </div>
      <div class="pictures">
        <Noise bytes={body} label={`The bytes as grey dots: ${picture(bits, trivial)}`} />
        <Histogram counts={counts} even={bits >= NOISE} />
      </div>
      {form === "key" ? <KeyNoise bits={bits} /> : <CiphertextNoise bits={bits} trivial={trivial} />}
    </>
  );
}

function KeyNoise({ bits }: { bits: number }): VNode {
  return (
    <p class="soft">
      It begins with its format, in the open; the rest is encryptions of the secret key, whose masks come from
      a seed in the open: {entropyOf(bits)}.
    </p>
  );
}

function CiphertextNoise({ bits, trivial }: { bits: number; trivial: number }): VNode {
  if (trivial === 1) {
    return (
      <p>
        <strong>This is not encrypted.</strong> The program makes it from constants, so its value is in the
        open: {entropyOf(bits)}.
      </p>
    );
  }
  return (
    <p class="soft">
      It begins with its format and type, in the open; the rest is noise to anybody without the secret key:{" "}
      {entropyOf(bits)}.
      {trivial > 0
        ? ` But ${percent(trivial)} of it is not encrypted: digits that the program makes from constants.`
        : bits < NOISE && ` ${ROUNDED}`}
    </p>
  );
}

function entropyOf(bits: number): string {
  return `${bits.toFixed(2)} bits of entropy a byte, of 8`;
}

function picture(bits: number, trivial: number): string {
  if (trivial === 1) return "nearly all zeros";
  if (trivial > 0) return "noise, and zeros";
  return bits < NOISE ? "noise with stripes" : "even noise";
}

const ROUNDED =
  "What a bootstrap has computed is rounded, far below the noise: of each word of 64 bits, the lower bytes are zeros or nearly so. Those are the stripes.";

interface DumpProps {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly lines: number;
  readonly label: string;
}

function Dump({ bytes, start, lines, label }: DumpProps): VNode {
  return (
    <pre class="dump" role="img" aria-label={label}>
      {hexDump(bytes, start, start + lines * PER_LINE, PER_LINE).map(({ offset, hex, text }) => (
        <span key={offset} class="dump-line">
          <span class="soft">{offset}</span> {hex.padEnd(3 * PER_LINE - 1)}{" "}
          <span class="characters">{text}</span>
          {"\n"}
        </span>
      ))}
    </pre>
  );
}
