import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import type { Client } from "../../client/client.ts";
import { clearValueOf } from "../../client/rows.ts";
import type { Bytes } from "../../wire/protocol.ts";
import { agreement } from "../../wire/statistics.ts";
import { clearValue, integer, percent } from "../format.ts";
import { Noise } from "./noise.tsx";

/** Two encryptions of one value. */
interface Pair {
  readonly what: string;
  readonly first: Bytes;
  readonly second: Bytes;
}

/** The same value, encrypted twice: two ciphertexts that have nothing in common but what is in the open. */
export function Twice({ client }: { client: Client }): VNode {
  const pair = useSignal<Pair | undefined>(undefined);
  const row = client.inputs.rows.value.find(
    (row) => row.loaded === undefined && clearValueOf(row) !== undefined,
  );
  const ready = row !== undefined && client.keyRing.state.value.kind === "made";
  const encryptTwice = (): void => {
    if (row === undefined || !ready) return;
    const { client: key } = client.keyRing.keys;
    pair.value = {
      what: `${row.name} = ${clearValue(clearValueOf(row)!)}`,
      first: client.inputs.encrypted(row, key).bytes,
      second: client.inputs.encrypted(row, key).bytes,
    };
  };
  return (
    <section class="part" aria-labelledby="twice-title">
      <h3 id="twice-title">One value, encrypted twice</h3>
      {pair.value && <Comparison pair={pair.value} />}
      <button type="button" class="quiet" disabled={!ready} onClick={encryptTwice}>
        {pair.value ? "Once more" : `Encrypt ${row?.name ?? "a value"} twice`}
      </button>
    </section>
  );
}

function Comparison({ pair: { what, first, second } }: { pair: Pair }): VNode {
  const same = agreement(first, second);
  const places = same.reduce((sum, one) => sum + one, 0);
  const chance = Math.round(same.length / 256);
  return (
    <>
      <div class="pictures three">
        <figure>
          <Noise bytes={first} label={`One encryption of ${what}`} />
          <figcaption>once</figcaption>
        </figure>
        <figure>
          <Noise bytes={second} label={`Another encryption of ${what}`} />
          <figcaption>again</figcaption>
        </figure>
        <figure>
          <Noise bytes={same} largest={1} label="Where the two agree: at the beginning, and here and there" />
          <figcaption>light where they agree</figcaption>
        </figure>
      </div>
      <p class="soft">
        {what}: of {integer(same.length)} bytes, {integer(places)} agree ({percent(places / same.length)}).
        That is the format in the open, and the {integer(chance)} bytes or so that agree by chance.
      </p>
    </>
  );
}
