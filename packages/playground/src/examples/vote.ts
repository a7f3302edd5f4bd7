import type { Example } from "./example.ts";

export const vote: Example = {
  id: "vote",
  title: "A private vote",
  description:
    "Five people vote for a park (1), a library (2) or a pool (3); whether a vote counts, the register says. The server counts without seeing a single ballot, who is registered, or who won. Whoever holds the key learns the three counts, and could open every ballot too.",
  program: {
    inputs: [
      { name: "ada", type: "FheUint8", value: 1 },
      { name: "ben", type: "FheUint8", value: 3 },
      { name: "cleo", type: "FheUint8", value: 1 },
      { name: "dan", type: "FheUint8", value: 2 },
      { name: "eve", type: "FheUint8", value: 3 },
      { name: "adaCounts", type: "FheBool", value: true },
      { name: "benCounts", type: "FheBool", value: true },
      { name: "cleoCounts", type: "FheBool", value: true },
      { name: "danCounts", type: "FheBool", value: true },
      { name: "eveCounts", type: "FheBool", value: false },
    ],
    text: `const ballots = engine.array([ada, ben, cleo, dan, eve]);
const register = engine.array([adaCounts, benCounts, cleoCounts, danCounts, eveCounts]);

// A vote for an option is worth 1 if the register has it, else 0.
const votesFor = (option: number) =>
  ballots.eq(option).and(register).dotProduct([1, 1, 1, 1, 1], FheUint8);

return { park: votesFor(1), library: votesFor(2), pool: votesFor(3) };
`,
  },
};
