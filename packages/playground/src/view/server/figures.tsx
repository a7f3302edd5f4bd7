import type { VNode } from "preact";
import type { Monitor } from "../../server/monitor.ts";
import { bytes, count, duration, integer } from "../format.ts";

/** What the computation takes, in figures. */
export function Figures({ monitor }: { monitor: Monitor }): VNode {
  const { done, total } = monitor.progress.value;
  const estimate = monitor.estimate.value;
  const elapsed = monitor.elapsed.value;
  const info = monitor.info.value;
  const computed = done > 0 && elapsed > 0;
  return (
    <dl class="figures">
      <Figure name="Bootstraps" value={total === 0 ? "–" : `${integer(done)} of ${integer(total)}`} />
      <Figure name="Longest chain" value={estimate === undefined ? "–" : integer(estimate.depth)} />
      <Figure name="Time" value={elapsed === 0 ? "–" : duration(elapsed)} />
      <Figure name="Expected" value={estimate === undefined ? "–" : duration(estimate.milliseconds)} />
      <Figure
        name="Per second"
        value={computed ? count(Math.round((done / elapsed) * 1000), "bootstrap") : "–"}
      />
      <Figure name="Engine’s memory" value={info === undefined ? "–" : bytes(info.memoryBytes)} />
      <Figure name="By thread" value={byThread(monitor)} />
    </dl>
  );
}

function byThread({ threads }: Monitor): string {
  const work = Array.from(threads.value, (bootstraps) => bootstraps ?? 0);
  return work.length === 0 ? "–" : work.map(integer).join(" · ");
}

function Figure({ name, value }: { name: string; value: string }): VNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
