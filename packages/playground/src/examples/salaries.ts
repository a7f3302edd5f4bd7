import type { Example } from "./example.ts";

export const salaries: Example = {
  id: "salaries",
  title: "Who earns more?",
  description:
    "Alice and Bob want to know who of them earns more, and whether by more than 5000. The server compares their salaries without learning either of them, nor the answers. Whoever holds the key could open the salaries too.",
  program: {
    inputs: [
      { name: "alice", type: "FheUint32", value: 52_300 },
      { name: "bob", type: "FheUint32", value: 48_750 },
    ],
    text: `const aliceEarnsMore = alice.gt(bob);

// Nobody can branch on an encrypted value: both
// differences are computed, and one is selected.
const difference = aliceEarnsMore.select(alice.sub(bob), bob.sub(alice));

// With the difference itself, each of the two could
// work out what the other earns.
const byMoreThan5000 = difference.gt(5000);

return { aliceEarnsMore, byMoreThan5000 };
`,
  },
};
