import type { Node } from "oxc-parser";

/** The code of each declared name; a name may be declared more than once in a file. */
export function declarations(program: Node): Map<string, Node[]> {
  const found = new Map<string, Node[]>();
  walk(program, (node) => {
    for (const [name, code] of declaredBy(node))
      if (name !== undefined && code !== null) found.getOrInsertComputed(name, () => []).push(code);
    return true;
  });
  return found;
}

function declaredBy(node: Node): (readonly [name: string | undefined, code: Node | null])[] {
  switch (node.type) {
    case "FunctionDeclaration":
    case "FunctionExpression":
      return [[node.id?.name, node]];
    case "VariableDeclarator":
      return boundNames(node.id).map((name) => [name, node.init] as const);
    case "ClassDeclaration":
      return node.body.body.filter(isInInstance).map((member) => [node.id?.name, member] as const);
    case "MethodDefinition":
    case "PropertyDefinition":
      return [[keyName(node.key), node.value]];
    case "Property":
      return isFunction(node.value) ? [[keyName(node.key), node.value]] : [];
    default:
      return [];
  }
}

/** Whether a member runs when its class is instantiated. */
function isInInstance(member: Node): boolean {
  return member.type !== "MethodDefinition" || member.kind === "constructor";
}

function keyName(key: Node): string | undefined {
  if (key.type === "PrivateIdentifier") return `#${key.name}`;
  return key.type === "Identifier" ? key.name : undefined;
}

/** The names that a parameter or a variable declares. */
function boundNames(pattern: Node): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "AssignmentPattern":
      return boundNames(pattern.left);
    case "RestElement":
      return boundNames(pattern.argument);
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => (element ? boundNames(element) : []));
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        boundNames(property.type === "Property" ? property.value : property),
      );
    default:
      return [];
  }
}

/** The identifiers that some code uses, its parameters left out, and the members of `this`. */
export function namesIn(code: Node): string[] {
  const names: string[] = [];
  walk(code, (node) => {
    if (node.type.startsWith("TS") && !("expression" in node)) return false;
    if (node.type === "Identifier") names.push(node.name);
    if (isFunction(node)) {
      names.push(...namesInFunction(node));
      return false;
    }
    if (node.type === "MemberExpression" && !node.computed) {
      const ofThis = node.object.type === "ThisExpression" && keyName(node.property);
      names.push(...(ofThis ? [ofThis] : namesIn(node.object)));
      return false;
    }
    if (isKeyed(node)) {
      if (node.value) names.push(...namesIn(node.value));
      return false;
    }
    return true;
  });
  return names;
}

type KeyedNode = Extract<Node, { type: "Property" | "PropertyDefinition" | "MethodDefinition" }>;

/** Whether a node has a name that is no use of the name. */
function isKeyed(node: Node): node is KeyedNode {
  return /^(Property|PropertyDefinition|MethodDefinition)$/.test(node.type) && !isComputed(node);
}

function isComputed(node: Node): boolean {
  return "computed" in node && node.computed === true;
}

type FunctionNode = Extract<Node, { type: "FunctionExpression" | "ArrowFunctionExpression" }>;

function isFunction(node: Node): node is FunctionNode {
  return /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);
}

function namesInFunction({ params, body }: FunctionNode): string[] {
  const own = new Set(params.flatMap(boundNames));
  const defaults = params.filter(({ type }) => type === "AssignmentPattern");
  const used = [...defaults, ...(body ? [body] : [])].flatMap(namesIn);
  return used.filter((name) => !own.has(name));
}

/** Calls `visit` for a node and, unless `visit` returns false, for the nodes that it holds. */
function walk(node: Node, visit: (node: Node) => boolean): void {
  if (!visit(node)) return;
  for (const child of Object.values(node).flat()) if (isNode(child)) walk(child, visit);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value;
}
