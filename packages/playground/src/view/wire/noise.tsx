import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** Dots in a line and lines of the picture. */
const SIDE = 96;

interface NoiseProps {
  readonly bytes: Uint8Array;
  readonly label: string;
  /** What a byte of 255 stands for; 255 unless given. */
  readonly largest?: number;
}

/** Bytes as a square of dots, dark to light. */
export function Noise({ bytes, label, largest = 255 }: NoiseProps): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const picture = context.createImageData(SIDE, SIDE);
    for (let i = 0; i < SIDE * SIDE; i++) {
      const level = i < bytes.length ? Math.round((bytes[i]! / largest) * 255) : 0;
      picture.data.set([level, level, level, i < bytes.length ? 255 : 0], 4 * i);
    }
    context.putImageData(picture, 0, 0);
  }, [bytes, largest]);
  return <canvas ref={canvas} class="noise" width={SIDE} height={SIDE} role="img" aria-label={label} />;
}
