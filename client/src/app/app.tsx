import { type Component, createComponent, createEffect, createSignal, Show } from "solid-js";
import { type Address, address, navigate, type PageProps } from "../navigation/address.ts";
import { type PageName, pageOf } from "../navigation/page-of.ts";

type Page = Component<PageProps>;

/** The pages, each in a chunk of its own. */
const PAGES: Readonly<Record<PageName, () => Promise<{ default: Page }>>> = {
  chat: () => import("./chat-page.tsx"),
  login: () => import("../sign-in/login-page.tsx"),
  register: () => import("../sign-in/register-page.tsx"),
  not_found: () => import("./not-found-page.tsx"),
};

/** Shows the page of the address. The previous page stays until the chunk of the next one is loaded. */
export function App() {
  const [shown, setShown] = createSignal<{ page: Page; address: Address }>();
  const loaded = new Map<PageName, Page>();
  if (address().path === "/") navigate("/chat", { replace: true });
  createEffect(() => {
    const wanted = address();
    const name = pageOf(wanted.path).page;
    const page = loaded.get(name);
    if (page) setShown({ page, address: wanted });
    else void load(name, wanted);
  });

  async function load(name: PageName, wanted: Address): Promise<void> {
    try {
      const { default: page } = await PAGES[name]();
      loaded.set(name, page);
      if (address() === wanted) setShown({ page, address: wanted });
    } catch (error) {
      // The chunks of a newer deployment have other names, which a load of the whole page learns.
      if (!shown()) throw error;
      location.reload();
    }
  }

  return (
    <Show when={shown()?.page} keyed>
      {(page) =>
        createComponent(page, {
          get address() {
            return shown()?.address ?? address();
          },
        })
      }
    </Show>
  );
}
