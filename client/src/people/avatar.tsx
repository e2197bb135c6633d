import type { User } from "@parley/contracts/users";
import { Show } from "solid-js";
import { colourOf, initials } from "./initials.ts";
import "./avatar.css";

interface AvatarProps {
  user: Pick<User, "id" | "displayName" | "avatar" | "online"> | undefined;
  size?: "small" | "medium" | "large";
  /** Whether to show a dot if the user is online. */
  presence?: boolean;
}

/** A user's picture or initials; hidden from screen readers, because the name is beside it. */
export function Avatar(props: AvatarProps) {
  return (
    <span
      class="avatar"
      classList={{
        [props.size ?? "usual"]: true,
        online: props.presence === true && props.user?.online === true,
      }}
      aria-hidden="true"
    >
      <Show
        when={props.user?.avatar}
        fallback={
          <span class={`initials colour-${colourOf(props.user?.id ?? "")}`}>
            {initials(props.user?.displayName ?? "")}
          </span>
        }
      >
        {(source) => <img src={source()} alt="" decoding="async" draggable={false} />}
      </Show>
    </span>
  );
}
