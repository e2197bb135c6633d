import { render } from "solid-js/web";
import { App } from "./app.tsx";
import { deviceStorage } from "./connection/device-storage.ts";
import { startLanguage } from "./i18n/language.ts";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/forms.css";

startLanguage(deviceStorage());
const root = document.getElementById("app");
if (root) render(() => <App />, root);
