import { createSignal } from "solid-js";
import { ApiError } from "../engine/api/request.ts";
import { navigate } from "../navigation/address.ts";
import { nextPage } from "./next-page.ts";

/** Error texts by field; those of `form` belong to no field. */
export type Problems<Name extends string> = Partial<Record<Name | "form", string>>;

interface SignInFormOptions<Name extends string> {
  /** The errors that need no server. */
  check: () => Problems<Name>;
  send: () => Promise<void>;
  explain: (error: ApiError) => Problems<Name>;
}

/** The state of a sign-in or registration form: checks, sends, then goes to the `next` page. */
export function createSignInForm<Name extends string>(options: SignInFormOptions<Name>) {
  const [busy, setBusy] = createSignal(false);
  const [problems, setProblems] = createSignal<Problems<Name>>({});

  async function submit(): Promise<void> {
    const found = options.check();
    setProblems(() => found);
    if (Object.keys(found).length > 0) return focusProblem();
    setBusy(true);
    try {
      await options.send();
      navigate(nextPage(location.search, location.origin), { replace: true });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblems(() => options.explain(error));
      focusProblem();
    } finally {
      setBusy(false);
    }
  }

  return { busy, problems, submit };
}

function focusProblem(): void {
  document.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
}
