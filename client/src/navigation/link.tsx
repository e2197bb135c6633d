import { type JSX, splitProps } from "solid-js";
import { address, navigate } from "./address.ts";

interface LinkProps extends JSX.AnchorHTMLAttributes<HTMLAnchorElement> {
  href: string;
}

/** A link to an address of the page, which is shown without a load; `aria-current` marks the present one. */
export function Link(props: LinkProps) {
  const [own, anchor] = splitProps(props, ["href"]);
  return (
    <a
      {...anchor}
      href={own.href}
      aria-current={address().path === own.href ? "page" : undefined}
      onClick={(event) => {
        if (!isPlainPress(event)) return;
        event.preventDefault();
        navigate(own.href);
      }}
    />
  );
}

/** With a modifier key, the browser opens a link in a tab or a window of its own. */
function isPlainPress(event: MouseEvent): boolean {
  return event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
}
