// The two headers that let the pages of a site share memory with their threads; here, one page has them.
const headers = [
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Cross-Origin-Embedder-Policy", value: "require-corp" },
];

export default { headers: async () => [{ source: "/isolated", headers }] };
