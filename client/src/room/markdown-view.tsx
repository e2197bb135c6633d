import { createMemo, For, Match, Switch } from "solid-js";
import { type Block, type Inline, parseMarkdown } from "./markdown.ts";
import "./markdown-view.css";

/**
 * The body of a message, as elements.
 * @param props.me the username of the reader, whose mentions are marked.
 */
export function MarkdownView(props: { body: string; me: string }) {
  const blocks = createMemo(() => parseMarkdown(props.body));
  return <For each={blocks()}>{(block) => <BlockView block={block} me={props.me} />}</For>;
}

function BlockView(props: { block: Block; me: string }) {
  return (
    <Switch>
      <Match when={props.block.kind === "paragraph" && props.block}>
        {(paragraph) => (
          <p dir="auto">
            <Inlines nodes={paragraph().children} me={props.me} />
          </p>
        )}
      </Match>
      <Match when={props.block.kind === "fence" && props.block}>
        {(fence) => (
          <pre tabindex="0">
            <code>{fence().text}</code>
          </pre>
        )}
      </Match>
    </Switch>
  );
}

function Inlines(props: { nodes: Inline[]; me: string }) {
  return <For each={props.nodes}>{(node) => inline(node, props.me)}</For>;
}

function inline(node: Inline, me: string) {
  switch (node.kind) {
    case "text":
      return node.text;
    case "code":
      return <code>{node.text}</code>;
    case "strong":
      return (
        <strong>
          <Inlines nodes={node.children} me={me} />
        </strong>
      );
    case "emphasis":
      return (
        <em>
          <Inlines nodes={node.children} me={me} />
        </em>
      );
    case "strike":
      return (
        <s>
          <Inlines nodes={node.children} me={me} />
        </s>
      );
    case "link":
      return (
        <a href={node.href} target="_blank" rel="noopener noreferrer">
          <Inlines nodes={node.children} me={me} />
        </a>
      );
    case "mention":
      return (
        <span class="mention" classList={{ me: node.name === me }}>
          {node.text}
        </span>
      );
  }
}
