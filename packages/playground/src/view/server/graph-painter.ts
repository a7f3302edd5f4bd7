import { type Layout, layOut, type Place } from "../../graph/layout.ts";
import { type LookupGraph, type State, states } from "../../graph/lookup-graph.ts";

const MARGIN = 10;
const LARGEST_RADIUS = 6;
const SMALLEST_RADIUS = 1.2;
/** Below this radius discs are drawn as squares, which nobody can tell apart and which take less time. */
const SQUARE_RADIUS = 2;
/** Lines that are drawn in one frame, which leaves the page time for all else. */
const LINES_A_FRAME = 1500;

/**
 * Draws a graph on a canvas, at most once a frame. Lines are drawn anew only when nodes or the size have changed, and
 * where there are many, over several frames.
 */
export class GraphPainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #lines = document.createElement("canvas");
  readonly #resizes: ResizeObserver;
  readonly #scheme = matchMedia("(prefers-color-scheme: dark)");
  #graph: LookupGraph | undefined;
  #layout: Layout | undefined;
  /** The lines that are not drawn yet, by their ends. */
  #undrawn: Iterator<[from: Place, to: Place]> = [].values();
  #size = 0;
  #frame = 0;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#resizes = new ResizeObserver(() => this.#changed());
    this.#resizes.observe(canvas);
    this.#scheme.addEventListener("change", this.#changed);
  }

  /** Shows a graph as it is now; to be called again when it has changed. */
  show(graph: LookupGraph): void {
    if (graph !== this.#graph || graph.size !== this.#size) this.#layout = undefined;
    this.#graph = graph;
    this.#size = graph.size;
    this.#ask();
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    this.#resizes.disconnect();
    this.#scheme.removeEventListener("change", this.#changed);
  }

  readonly #changed = (): void => {
    this.#layout = undefined;
    this.#ask();
  };

  #ask(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  #paint(): void {
    const { clientWidth, clientHeight } = this.#canvas;
    const context = this.#canvas.getContext("2d");
    if (this.#graph === undefined || context === null || clientWidth === 0) return;
    const colors = colorsOf(this.#canvas);
    if (this.#layout === undefined) {
      this.#layout = layOut(this.#graph.columns, clientWidth / clientHeight);
      fit(this.#canvas);
      this.#beginLines(this.#layout, colors.line);
    }
    if (this.#drawLines()) this.#ask();
    const { places, columns, rows } = this.#layout;
    const scale = devicePixelRatio;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    context.drawImage(this.#lines, 0, 0);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    const room = Math.min((clientWidth - 2 * MARGIN) / columns, (clientHeight - 2 * MARGIN) / rows);
    const radius = Math.max(SMALLEST_RADIUS, Math.min(LARGEST_RADIUS, room * 0.36));
    const paths = Object.fromEntries(states.map((state) => [state, new Path2D()])) as Record<State, Path2D>;
    for (const [{ state }, place] of places) {
      addMark(paths[state], state, this.#x(place), this.#y(place), radius);
    }
    for (const state of states) {
      context.fillStyle = state === "waiting" ? colors.paper : colors[state];
      context.fill(paths[state]);
      if (state !== "waiting" && state !== "cancelled") continue;
      context.strokeStyle = colors[state];
      context.lineWidth = Math.min(1.25, radius / 2);
      context.stroke(paths[state]);
    }
  }

  #beginLines(layout: Layout, color: string): void {
    this.#lines.width = this.#canvas.width;
    this.#lines.height = this.#canvas.height;
    const context = this.#lines.getContext("2d");
    if (context === null) return;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    // The more there are, the fainter: they are the background.
    const count = [...layout.places.keys()].reduce((sum, { parents }) => sum + parents.length, 0);
    context.strokeStyle = color;
    context.lineWidth = count > 500 ? 0.5 : 0.8;
    context.globalAlpha = Math.max(0.25, Math.min(0.8, 400 / count));
    this.#undrawn = linesOf(layout);
  }

  /** Draws as many lines as a frame has time for. @returns whether there may be more. */
  #drawLines(): boolean {
    const path = new Path2D();
    let drawn = 0;
    for (; drawn < LINES_A_FRAME; drawn++) {
      const next = this.#undrawn.next();
      if (next.done) break;
      const [from, to] = next.value;
      const [x0, x1] = [this.#x(from), this.#x(to)];
      const [y0, y1] = [this.#y(from), this.#y(to)];
      const bend = (x1 - x0) / 2;
      path.moveTo(x0, y0);
      path.bezierCurveTo(x0 + bend, y0, x1 - bend, y1, x1, y1);
    }
    this.#lines.getContext("2d")?.stroke(path);
    return drawn === LINES_A_FRAME;
  }

  #x({ x }: Place): number {
    return MARGIN + x * (this.#canvas.clientWidth - 2 * MARGIN);
  }

  #y({ y }: Place): number {
    return MARGIN + y * (this.#canvas.clientHeight - 2 * MARGIN);
  }
}

/** Shapes differ as well as colours: rings wait, squares are ready, discs are done. */
function addMark(path: Path2D, state: State, x: number, y: number, radius: number): void {
  if (state === "ready" || radius < SQUARE_RADIUS) {
    path.rect(x - radius, y - radius, 2 * radius, 2 * radius);
    return;
  }
  path.moveTo(x + radius, y);
  path.arc(x, y, radius, 0, 2 * Math.PI);
}

function* linesOf({ places }: Layout): Generator<[from: Place, to: Place]> {
  for (const [{ parents }, to] of places) {
    for (const parent of parents) {
      const from = places.get(parent);
      if (from !== undefined) yield [from, to];
    }
  }
}

function fit(canvas: HTMLCanvasElement): void {
  canvas.width = Math.round(canvas.clientWidth * devicePixelRatio);
  canvas.height = Math.round(canvas.clientHeight * devicePixelRatio);
}

function colorsOf(canvas: HTMLCanvasElement): Record<State | "line" | "paper", string> {
  const style = getComputedStyle(canvas);
  const color = (name: string): string => style.getPropertyValue(`--graph-${name}`);
  return {
    waiting: color("waiting"),
    ready: color("ready"),
    done: color("done"),
    cancelled: color("cancelled"),
    line: color("line"),
    paper: color("paper"),
  };
}
