import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

/** Adds `early-theme.js`, with a hash in its name, at the beginning of the head. */
export function earlyTheme(): Plugin {
  const source = readFileSync(new URL("../early-theme.js", import.meta.url), "utf8");
  const hash = createHash("sha256").update(source).digest("base64url").slice(0, 8);
  let src = "/early-theme.js";
  return {
    name: "early-theme",
    configResolved({ command }) {
      if (command === "build") src = `/assets/early-theme-${hash}.js`;
    },
    generateBundle() {
      this.emitFile({ type: "asset", fileName: src.slice(1), source });
    },
    transformIndexHtml: () => [{ tag: "script", attrs: { src }, injectTo: "head-prepend" }],
  };
}
