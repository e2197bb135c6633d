import "./logo.css";

/** The logo of Parley. */
export function Logo(props: { class?: string }) {
  return (
    <svg class={`logo ${props.class ?? ""}`} viewBox="0 0 40 40" aria-hidden="true">
      <rect width="40" height="40" rx="12" />
      <path d="M11 24.5V20a6.5 6.5 0 0 1 6.5-6.5h5a6.5 6.5 0 0 1 0 13H13a2 2 0 0 1-2-2z" />
    </svg>
  );
}
