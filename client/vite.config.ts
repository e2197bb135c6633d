import { defineConfig } from "vite";
import solid from "vite-plugin-solid";
import { chunkGroups } from "./build/chunk-groups.ts";
import { earlyTheme } from "./build/early-theme.ts";
import { precompress } from "./build/precompress.ts";
import { preloadHints } from "./build/preload-hints.ts";

/** The styles of components that are shown after the sign-in. */
const CHAT_STYLES =
  /client[\\/]src[\\/](?!sign-in|ui[\\/](?:tokens|base|buttons|forms|logo)\.).*\.css$/;

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
    // The first versions with `light-dark()`, which both themes use.
    target: ["chrome123", "firefox121", "safari17.5"],
    modulePreload: { polyfill: false },
    // Data URLs would need a less strict CSP for images and fonts of styles.
    assetsInlineLimit: 0,
    rolldownOptions: {
      // A slow machine would report which plugin took how long, at its first start.
      checks: { bundlerTimings: false },
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            // Without Solid's store, which the chat alone needs.
            { name: "solid", test: /node_modules[\\/]solid-js[\\/](?!store)/ },
            { name: "store", test: /node_modules[\\/]solid-js[\\/]store/ },
            // One file for the chat and its dialogs: docs/decisions/lazy-dialogs.md says why.
            { name: "chat-styles", test: CHAT_STYLES },
            {
              name: chunkGroups({
                entry: new URL("src/main.tsx", import.meta.url),
                signIn: [page("sign-in/login-page"), page("sign-in/register-page")],
                chat: page("app/chat-page"),
              }),
            },
          ],
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
