import type { VNode } from "preact";
import { useMemo } from "preact/hooks";

const WIDTH = 256;
const HEIGHT = 96;

/** How often each byte occurs, from 00 to ff; twice the mean reaches the top. */
export function Histogram({ counts, even }: { counts: Uint32Array; even: boolean }): VNode {
  const path = useMemo(() => {
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    return Array.from(counts, (count, byte) => {
      const height = mean === 0 ? 0 : Math.min(HEIGHT, (count / mean / 2) * HEIGHT);
      return `M${byte} ${HEIGHT}v${-height.toFixed(1)}h1V${HEIGHT}z`;
    }).join("");
  }, [counts]);
  return (
    <svg
      class="histogram"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`How often each byte occurs: ${even ? "all about equally often" : "some far more often than others"}`}
    >
      <path d={path} fill="currentColor" />
    </svg>
  );
}
