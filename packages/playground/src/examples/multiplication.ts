import type { Example } from "./example.ts";

export const multiplication: Example = {
  id: "multiplication",
  title: "A 64-bit multiplication",
  description:
    "Two numbers of 64 bits are multiplied under encryption: about a thousand bootstraps, as many at once as there are threads. The server learns nothing of them but their width.",
  program: {
    inputs: [
      { name: "x", type: "FheUint64", value: 3_141_592_653n },
      { name: "y", type: "FheUint64", value: 2_718_281_828n },
    ],
    text: `x.mul(y)
`,
  },
};
