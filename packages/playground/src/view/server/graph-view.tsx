import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Monitor } from "../../server/monitor.ts";
import { integer } from "../format.ts";
import { GraphPainter } from "./graph-painter.ts";

/** The graph of bootstraps as it is computed. */
export function GraphView({ monitor }: { monitor: Monitor }): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const painter = new GraphPainter(canvas.current!);
    const stop = monitor.revision.subscribe(() => painter.show(monitor.graph.peek()));
    return () => {
      stop();
      painter.dispose();
    };
  }, [monitor]);
  const { done, total } = monitor.progress.value;
  const { waiting, ready, cancelled } = monitor.graph.value.counts;
  return (
    <figure class="graph">
      <canvas ref={canvas} role="img" aria-label={describe(monitor)} />
      <figcaption>
        <ul class="legend">
          <li class="waiting">{integer(waiting)} waiting for others</li>
          <li class="ready">{integer(ready)} ready or running</li>
          <li class="done">{integer(done)} done</li>
          {cancelled > 0 && <li class="cancelled">{integer(cancelled)} cancelled</li>}
        </ul>
        <p class="soft">
          {total === 0
            ? "Here the program’s bootstraps appear: table lookups on encrypted digits, of which all computation consists."
            : "Each dot is a bootstrap, a table lookup on encrypted digits. It waits for those to its left that lines lead to."}
        </p>
      </figcaption>
    </figure>
  );
}

function describe({ graph, progress }: Monitor): string {
  const { done, total } = progress.value;
  if (total === 0) return "Graph of bootstraps: empty";
  return `Graph of bootstraps: ${total} in ${graph.value.columns.length} steps, ${done} done`;
}
