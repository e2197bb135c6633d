import { createSignal } from "solid-js";
import { ApiError, type FailureCode } from "../engine/api/request.ts";
import { entryWords } from "../i18n/entry-words.ts";

/** Runs one thing at a time that may be refused, and says in words what went wrong. */
export function createAttempt() {
  const [busy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<FailureCode | null>(null);

  /** @returns whether it went well. */
  async function run(work: () => Promise<void>): Promise<boolean> {
    if (busy()) return false;
    setBusy(true);
    setFailure(null);
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setFailure(error.code);
      return false;
    } finally {
      setBusy(false);
    }
  }

  const problem = () => {
    const code = failure();
    return code === null ? undefined : entryWords().problems[code];
  };

  return { busy, problem, run };
}
