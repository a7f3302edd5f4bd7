import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Page } from "./page.tsx";
import "./page.css";

createRoot(document.querySelector("#page")!).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
