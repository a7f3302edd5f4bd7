import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { CHOSEN, css, INKS, OUTLINE, RAISED, SELECTION, SURFACE } from "./palette.ts";

const MONOSPACE = 'ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace';
const WAVE = `underline wavy ${css(INKS.error)} 1.5px`;

const looks = EditorView.theme({
  "&": {
    color: css(INKS.text),
    backgroundColor: css(SURFACE),
    border: `1px solid ${css(OUTLINE)}`,
    borderRadius: "0.375rem",
    fontSize: "0.9375rem",
  },
  "&.cm-focused": { outline: `2px solid ${css(INKS.method)}`, outlineOffset: "1px" },
  ".cm-scroller": {
    fontFamily: MONOSPACE,
    lineHeight: "1.6",
    minHeight: "9.6em",
    maxHeight: "min(60vh, 32em)",
    overflow: "auto",
  },
  ".cm-content": { padding: "0.5rem 0", caretColor: css(INKS.text) },
  ".cm-line": { padding: "0 0.75rem" },
  ".cm-gutters": {
    backgroundColor: "transparent",
    color: css(INKS.comment),
    border: "none",
    paddingLeft: "0.25rem",
  },
  // On a phone, line numbers take what little width there is, descriptions cover the names that they are about, and
  // smaller text would have it zoom in.
  "@media (max-width: 40rem)": {
    "&": { fontSize: "1rem" },
    ".cm-gutters, .cm-tooltip.cm-completionInfo": { display: "none" },
  },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, ::selection":
    {
      backgroundColor: css(SELECTION),
    },
  ".cm-cursor": { borderLeftColor: css(INKS.text) },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: "transparent",
    outline: `1px solid ${css(OUTLINE)}`,
  },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: WAVE, textDecorationSkipInk: "none" },
  ".cm-lintPoint-error:after": { borderBottomColor: css(INKS.error) },
  ".cm-tooltip, .cm-panels": {
    color: css(INKS.text),
    backgroundColor: css(RAISED),
    border: `1px solid ${css(OUTLINE)}`,
    borderRadius: "0.375rem",
    maxWidth: "min(36rem, 92vw)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: MONOSPACE, maxHeight: "14em" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.25rem 0.5rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { color: css(INKS.text), backgroundColor: css(CHOSEN) },
  ".cm-tooltip.cm-completionInfo": { maxWidth: "22rem" },
  ".cm-completionIcon": { color: css(INKS.comment), opacity: "1" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "bold" },
  ".cm-diagnostic": { padding: "0.375rem 0.625rem", whiteSpace: "pre-wrap" },
  ".cm-diagnostic-error": { borderLeft: `4px solid ${css(INKS.error)}` },
  ".tacet-description": { padding: "0.375rem 0.625rem", whiteSpace: "pre-wrap", overflowWrap: "anywhere" },
  ".tacet-description code": { fontFamily: MONOSPACE, fontSize: "0.875em" },
  ".tacet-description p": { margin: "0.375rem 0 0" },
});

const syntax = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: css(INKS.keyword) },
  { tag: [tags.number, tags.bool, tags.null], color: css(INKS.literal) },
  { tag: [tags.string, tags.regexp, tags.special(tags.string)], color: css(INKS.string) },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], color: css(INKS.method) },
  { tag: [tags.typeName, tags.className], color: css(INKS.type) },
  { tag: tags.comment, color: css(INKS.comment), fontStyle: "italic" },
]);

/** How the editor looks, in light and in dark. */
export const theme: Extension = [looks, syntaxHighlighting(syntax)];
