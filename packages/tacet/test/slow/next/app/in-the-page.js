"use client";

import { useEffect, useState } from "react";
import { add } from "./add.js";

export function InThePage() {
  const [result, setResult] = useState("…");
  useEffect(() => {
    add(40, 2).then(setResult, (error) => setResult(String(error)));
  }, []);
  return <p id="in-the-page">{result}</p>;
}
