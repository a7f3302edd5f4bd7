import type { Example } from "./index.ts";

export const salaries: Example = {
  id: "salaries",
  title: "Who earns more?",
  description:
    "Alice and Bob want to know who of them earns more, and by how much. The server compares their salaries without learning either of them, nor who earns more.",
  program: {
    inputs: [
      { name: "alice", type: "FheUint32", value: 52_300 },
      { name: "bob", type: "FheUint32", value: 48_750 },
    ],
    text: `const aliceEarnsMore = alice.gt(bob);

// Nobody can branch on an encrypted value: both
// differences are computed, and one is selected.
const difference = aliceEarnsMore.select(alice.sub(bob), bob.sub(alice));

return { aliceEarnsMore, difference };
`,
  },
};
