import type { User } from "@parley/contracts/users";
import { createSignal, For, Show } from "solid-js";
import { dialogWords as d } from "../i18n/dialog-words.ts";
import { Icon } from "../ui/icon.tsx";
import { SearchField } from "../ui/search-field.tsx";
import { Avatar } from "./avatar.tsx";
import { createPeopleSearch } from "./people-search.ts";
import "../ui/option-list.css";
import "./people-picker.css";

interface PeoplePickerProps {
  /** The users that are chosen already. */
  chosen: readonly User[];
  /** The IDs of users that can’t be chosen. */
  without?: ReadonlySet<string>;
  onPick: (user: User) => void;
}

/** Finds users by name; a press on one picks them, or takes the choice back. */
export function PeoplePicker(props: PeoplePickerProps) {
  const [query, setQuery] = createSignal("");
  const found = createPeopleSearch(query);
  const people = () => found()?.filter((user) => !props.without?.has(user.id));
  const isChosen = (user: User) => props.chosen.some(({ id }) => id === user.id);
  return (
    <div class="picker">
      <SearchField
        label={d().findPeople}
        value={query()}
        onQuery={setQuery}
        onKeyDown={(event) => {
          const first = people()?.[0];
          if (event.key !== "Enter") return;
          event.preventDefault();
          if (first) props.onPick(first);
        }}
      />
      <Show when={props.chosen.length > 0}>
        <ul class="chosen">
          <For each={props.chosen}>
            {(user) => (
              <li>
                <button
                  type="button"
                  class="chip"
                  aria-label={d().remove(user.displayName)}
                  onClick={() => props.onPick(user)}
                >
                  {user.displayName}
                  <Icon name="close" />
                </button>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <ul class="options">
        <For each={people()}>
          {(user) => (
            <li>
              <button
                type="button"
                class="option"
                aria-pressed={isChosen(user)}
                onClick={() => props.onPick(user)}
              >
                <Avatar user={user} size="medium" presence />
                <span class="option-name">{user.displayName}</span>
                <span class="soft">@{user.username}</span>
                <Show when={isChosen(user)}>
                  <Icon name="check" />
                </Show>
              </button>
            </li>
          )}
        </For>
      </ul>
      <Show when={people()?.length === 0}>
        <p class="none">{query().trim() === "" ? d().nobodyYet : d().nobodyFound}</p>
      </Show>
    </div>
  );
}
