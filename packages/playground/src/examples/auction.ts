import type { Example } from "./example.ts";

export const auction: Example = {
  id: "auction",
  title: "A sealed-bid auction",
  description:
    "Four bids, and the highest wins at the price of the second highest, so that it pays to bid what a thing is worth to one. The auctioneer's server finds the winner's place among the bidders and the price, and sees neither them nor the bids. Losing bids stay secret from it; whoever holds the key could open them.",
  program: {
    inputs: [
      { name: "ada", type: "FheUint16", value: 310 },
      { name: "ben", type: "FheUint16", value: 295 },
      { name: "cleo", type: "FheUint16", value: 402 },
      { name: "dan", type: "FheUint16", value: 350 },
    ],
    text: `const bids = engine.array([ada, ben, cleo, dan]);
const ranked = bids.sort({ descending: true });

// Indices begin at 0, and places at 1. Of equal bids, the first one wins.
const [index] = bids.indexOf(ranked.get(0));
const winningPlace = index.add(1);
const price = ranked.get(1);

return { winningPlace, price };
`,
  },
};
