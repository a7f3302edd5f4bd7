import { describe, expect, test } from "vitest";
import { freshNonce, headersOf } from "../scripts/policies.ts";

const policy = (path: string): string => headersOf(path, "N")["Content-Security-Policy"]!;

describe("content security policies", () => {
  test.each(["/index.html", "/assets/index-1.js", "/assets/editor-worker-1.js", "/somewhere"])(
    "%s may evaluate no text and reach nothing",
    (path) => {
      expect(policy(path)).not.toContain("'unsafe-eval'");
      expect(policy(path)).not.toContain("unsafe-inline");
      expect(policy(path)).toContain("default-src 'none'");
      expect(policy(path)).not.toContain("connect-src");
    },
  );

  test.each(["/assets/server-worker-1.js", "/assets/clear-worker-1.js"])(
    "%s may evaluate programs, which load nothing, not even from here",
    (path) => {
      expect(policy(path)).toContain("'unsafe-eval'");
      expect(policy(path)).not.toContain("'self'");
      expect(policy(path)).toContain("default-src 'none'");
    },
  );

  test("styles of the editor need the nonce", () => {
    expect(policy("/index.html")).toContain("style-src 'self' 'nonce-N'");
    expect(freshNonce()).not.toBe(freshNonce());
  });
});
