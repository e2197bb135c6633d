import { render } from "solid-js/web";
import { App } from "./app/app.tsx";
import { deviceStorage } from "./engine/storage/device-storage.ts";
import { startLanguage } from "./i18n/language.ts";
import "./ui/tokens.css";
import "./ui/base.css";
import "./ui/buttons.css";
import "./ui/forms.css";

async function main(root: HTMLElement): Promise<void> {
  await startLanguage(deviceStorage());
  render(() => <App />, root);
}

const root = document.getElementById("app");
if (root) void main(root);
