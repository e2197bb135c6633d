import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";
import solid from "vite-plugin-solid";
import { precompress } from "./build/precompress.ts";
import { preloadHints } from "./build/preload-hints.ts";

const GATEWAY = "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [
    solid(),
    earlyTheme(),
    preloadHints({
      "/": page("app/chat-page"),
      "/chat": page("app/chat-page"),
      "/login": page("sign-in/login-page"),
      "/register": page("sign-in/register-page"),
    }),
    precompress(),
  ],
  build: {
    // The first versions with `light-dark()`, on which both themes rest.
    target: ["chrome123", "firefox121", "safari17.5"],
    modulePreload: { polyfill: false },
    // Data URLs would need a laxer CSP for styles' images and fonts.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // Without Solid's store, which is the chat's alone: the sign-in page must not wait for it.
          includeDependenciesRecursively: false,
          groups: [{ name: "solid", test: /node_modules[\\/](solid-js[\\/](?!store)|@solidjs)/ }],
        },
      },
    },
  },
  server: {
    proxy: {
      "/service": { target: GATEWAY },
      "/ws": { target: GATEWAY.replace("http", "ws"), ws: true },
    },
  },
});

function page(name: string): URL {
  return new URL(`src/${name}.tsx`, import.meta.url);
}

/** Puts `early-theme.js`, hashed, before everything else in the head. */
function earlyTheme(): Plugin {
  const source = readFileSync(new URL("early-theme.js", import.meta.url), "utf8");
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
