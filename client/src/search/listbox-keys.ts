import { type Accessor, createEffect, createSignal, createUniqueId, on } from "solid-js";

/**
 * The keys of a search field whose arrows choose among the options below it (WAI-ARIA Authoring
 * Practices: combobox with a listbox).
 * @returns the ID of the list, the props of the field, and the props of each option.
 */
export function createListboxKeys<Item>(
  query: Accessor<string>,
  items: Accessor<readonly Item[]>,
  onChoose: (item: Item) => void,
) {
  const listId = createUniqueId();
  const [chosen, setChosen] = createSignal(0);
  createEffect(on(query, () => setChosen(0)));

  function pressed(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const item = items()[chosen()];
    if (step) move(step);
    else if (event.key !== "Enter") return;
    else if (item !== undefined) onChoose(item);
    event.preventDefault();
  }

  function move(step: number): void {
    const count = items().length;
    if (count === 0) return;
    setChosen((now) => (now + step + count) % count);
    document.getElementById(optionId(chosen()))?.scrollIntoView({ block: "nearest" });
  }

  const optionId = (index: number) => `${listId}-${index}`;

  const field = {
    "aria-controls": listId,
    get "aria-activedescendant"() {
      return items().length > 0 ? optionId(chosen()) : undefined;
    },
    onKeyDown: pressed,
  };

  const option = (item: Item, index: Accessor<number>) => ({
    role: "option" as const,
    tabIndex: -1,
    get id() {
      return optionId(index());
    },
    get "aria-selected"() {
      return index() === chosen();
    },
    onPointerMove: () => setChosen(index()),
    onClick: () => onChoose(item),
    onKeyDown: pressed,
  });

  return { listId, field, option };
}
