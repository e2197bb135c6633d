import { expect, test } from "bun:test";
import { mentionedNames } from "./mentions.ts";

test.each([
  ["@Mira can you?", ["mira"]],
  ["ask @tomas.kral, @tomas.kral or @anna-v.", ["tomas.kral", "anna-v"]],
  ["mail me at mira@example.org", []],
  ["`@mira` and ```\n@tomas\n``` are code", []],
  ["@miranda is not mira", ["miranda"]],
  ["nobody", []],
])("The body %j mentions %j", (body, names) => {
  expect([...mentionedNames(body)]).toEqual(names);
});
