import { mkdirSync, writeFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import { type KernelVariant, kernelFlavours } from "../src/kernel/variant.ts";
import { assembleModule } from "./module.ts";

// Writes src/kernel/generated/modules.ts. The modules differ in little but offsets, so they compress to less than a tenth if the
// same functions of all modules lie together: each module is cut into pieces, its functions, and the stream holds the
// first pieces of all modules, then the second pieces, and so on.

/** Reads an unsigned LEB128 number; returns it and the position after it. */
function readNumber(bytes: Uint8Array, position: number): [value: number, next: number] {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[position++]!;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return [value, position];
  }
}

/** Cuts a module before each of its functions. */
function cutIntoPieces(bytes: Uint8Array): Uint8Array[] {
  const codeSection = 10;
  let position = 8;
  while (bytes[position] !== codeSection) {
    const [length, content] = readNumber(bytes, position + 1);
    position = content + length;
  }
  let count: number;
  [, position] = readNumber(bytes, position + 1);
  [count, position] = readNumber(bytes, position);
  const pieces = [bytes.subarray(0, position)];
  for (; count > 0; count--) {
    const [length, body] = readNumber(bytes, position);
    pieces.push(bytes.subarray(position, body + length));
    position = body + length;
  }
  if (position !== bytes.length) throw new Error("the code section is expected to be the last");
  return pieces;
}

const modules: (KernelVariant & { pieces: Uint8Array[] })[] = [];
// Sizes with the same kinds of passes are neighbours, which compresses better.
for (const smallest of [256, 512]) {
  for (let polynomialSize = smallest; polynomialSize <= 65536; polynomialSize *= 4) {
    for (const paired of [true, false]) {
      for (const flavour of kernelFlavours) {
        const variant = { polynomialSize, flavour, paired };
        modules.push({ ...variant, pieces: cutIntoPieces(assembleModule(variant)) });
      }
    }
  }
}

const stream = modules[0]!.pieces.flatMap((_, i) => modules.map(({ pieces }) => pieces[i]!));
const compressed = deflateRawSync(Buffer.concat(stream), { level: 9 });
const entries = modules.map(({ pieces, ...variant }) => {
  const lengths = pieces.map((piece) => piece.length);
  return `  ${JSON.stringify({ ...variant, pieces: lengths })},`;
});

const directory = new URL("../src/kernel/generated/", import.meta.url);
mkdirSync(directory, { recursive: true });
writeFileSync(
  new URL("modules.ts", directory),
  `// Written by packages/tacet/kernel/build.ts.
import type { KernelVariant } from "../variant.ts";

/** The modules in the order of the stream, with the lengths of their pieces. */
export const moduleIndex: readonly (KernelVariant & { readonly pieces: readonly number[] })[] = [
${entries.join("\n")}
];

/** The first pieces of all modules, then the second pieces, and so on: deflated (raw), in base64. */
export const modulesDeflated: string =
  "${compressed.toString("base64")}";
`,
);
console.log(`kernel: ${modules.length} modules, ${compressed.length} bytes compressed`);
