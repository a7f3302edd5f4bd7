import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { hexDump } from "../../wire/hex.ts";
import type { Message } from "../../wire/message.ts";
import { entropy, histogram } from "../../wire/statistics.ts";
import { Histogram } from "./histogram.tsx";
import { Noise } from "./noise.tsx";

/** Bytes in a line of the dump: a phone has room for so many. */
const PER_LINE = 8;
const HEADER_LINES = 7;
const LINES = 4;
/** Bytes that are left out of the pictures, as the format and the type are among them. */
const HEADER = 512;
/** Entropy of a byte below which something is to be explained. */
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
        <Noise bytes={body} label="The bytes as grey dots: even noise" />
        <Histogram counts={counts} />
      </div>
      <p class="soft">
        It begins with its format and type, in the open; the rest is{" "}
        {form === "key"
          ? "random masks and encryptions of the secret key"
          : "noise to anybody without the secret key"}
        : {bits.toFixed(2)} bits of entropy a byte, of 8.
        {bits < NOISE && form === "ciphertext" && ` ${ROUNDED}`}
      </p>
    </>
  );
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
