// The mutants of a Solidity source: each a small change that a good test suite notices.
//
// Works on the AST that solc writes. A mutant changes one or more places of the source; a place is
// {kind, start, end, text}: kind "expression" or "statement", byte offsets, and what would stand there instead.
"use strict";

const BINARY = {
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "==": ["!="],
  "!=": ["=="],
  "+": ["-", "*"],
  "-": ["+"],
  "*": ["/", "+"],
  "/": ["*"],
  "%": ["/"],
  "**": ["*"],
  "&": ["|"],
  "|": ["&"],
  "^": ["&"],
  "<<": [">>"],
  ">>": ["<<"],
};
const ASSIGNING = { "+=": "-=", "-=": "+=", "*=": "/=", "/=": "*=", "|=": "&=", "&=": "|=", "<<=": ">>=", ">>=": "<<=" };
const DELETABLE = new Set(["ExpressionStatement", "EmitStatement", "RevertStatement", "Return", "Break", "Continue"]);
const CONSTANT_PARTS = new Set(["ArrayTypeName", "ElementaryTypeName", "UserDefinedTypeName", "InlineAssembly"]);

/** [start, end] of a node, in bytes. */
function rangeOf(node) {
  const [start, length] = node.src.split(":").map(Number);
  return [start, start + length];
}

/** Whether a value is a node of the AST. */
function isNode(value) {
  return value !== null && typeof value === "object" && typeof value.nodeType === "string";
}

/** The children of a node, in the order in which solc writes them. */
function childrenOf(node) {
  return Object.values(node)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter(isNode);
}

/** Calls `visit` for the node and everything below it, with the chain of its ancestors, nearest last. */
function walk(node, visit, ancestors = []) {
  if (visit(node, ancestors) === false) return;
  for (const child of childrenOf(node)) walk(child, visit, [...ancestors, node]);
}

/** Whether an expression is a number that the compiler itself works out. */
function isNumber(node) {
  return Boolean(node?.typeDescriptions?.typeIdentifier?.startsWith("t_rational_"));
}

/** Whether an expression is written as text in quotes. */
function isText(node) {
  return Boolean(node?.typeDescriptions?.typeIdentifier?.startsWith("t_stringliteral"));
}

/** Collects the mutants of one source file. */
class Collector {
  constructor(file, text) {
    this.file = file;
    this.text = text;
    this.mutants = [];
  }

  textOf(node) {
    const [start, end] = rangeOf(node);
    return this.text.slice(start, end);
  }

  /** Adds a mutant of one or more places; `alone` are its places when it is compiled by itself. */
  add(operator, node, ancestors, mutated, places, alone = places) {
    const [start] = rangeOf(node);
    const within = ancestors.find((one) => one.nodeType === "FunctionDefinition" || one.nodeType === "ModifierDefinition");
    const line = this.text.slice(0, start).split("\n").length;
    const original = this.textOf(node).replace(/\s+/g, " ");
    const where = within ? within.name || within.kind : "";
    this.mutants.push({ file: this.file, line, where, operator, original, mutated: mutated.replace(/\s+/g, " "), places, alone });
  }

  expression(operator, node, ancestors, mutated) {
    const [start, end] = rangeOf(node);
    if (mutated === this.text.slice(start, end)) return;
    this.add(operator, node, ancestors, mutated, [{ kind: "expression", start, end, text: mutated }]);
  }

  /** A statement's range with its semicolon. */
  statementRange(node) {
    const [start, end] = rangeOf(node);
    return [start, this.text.indexOf(";", end - 1) + 1];
  }

  statement(operator, node, ancestors, mutated) {
    const [start, end] = this.statementRange(node);
    const place = { kind: "statement", start, end, text: mutated };
    this.add(operator, node, ancestors, mutated || "(deleted)", [place], [{ ...place, text: mutated || "{}" }]);
  }
}

/** The text of a binary operation with another operator. */
function withOperator(collector, node, operator) {
  const { leftExpression: left, rightExpression: right } = node;
  return `${collector.textOf(left)} ${operator} ${collector.textOf(right)}`;
}

/** Comparisons, arithmetic, bits; of && and || either half alone. */
function binaryMutants(collector, node, ancestors) {
  if (node.operator === "&&" || node.operator === "||") {
    collector.expression("logic", node, ancestors, collector.textOf(node.leftExpression));
    collector.expression("logic", node, ancestors, collector.textOf(node.rightExpression));
    return;
  }
  const name = /[<>=]=?$/.test(node.operator) && !/<<|>>/.test(node.operator) ? "comparison" : "arithmetic";
  for (const operator of BINARY[node.operator] ?? []) {
    collector.expression(name, node, ancestors, withOperator(collector, node, operator));
  }
}

/** ! is dropped, ++ and -- turned round. */
function unaryMutants(collector, node, ancestors) {
  const inner = collector.textOf(node.subExpression);
  if (["!", "-", "~"].includes(node.operator)) collector.expression("unary", node, ancestors, inner);
  const turned = { "++": "--", "--": "++" }[node.operator];
  if (!turned || ancestors.at(-1).nodeType === "ExpressionStatement") return;
  collector.expression("unary", node, ancestors, node.prefix ? `${turned}${inner}` : `${inner}${turned}`);
}

/** The type that a number takes where it stands, if the place says so. */
function typeAt(node, parent) {
  if (parent.nodeType !== "BinaryOperation") return "";
  const isPower = ["**", "<<", ">>"].includes(parent.operator);
  if (isPower) return parent.leftExpression === node ? "uint256" : "";
  const common = parent.commonType?.typeString ?? "";
  if (common === "bytes32") return "bytes32(uint256";
  return /^u?int\d+$/.test(common) ? common : "";
}

/** Numbers one more and one less; zero only more. */
function numberMutants(collector, node, ancestors) {
  const parent = ancestors.at(-1);
  const isConversion = parent.nodeType === "FunctionCall" && parent.kind === "typeConversion";
  const type = typeAt(node, parent);
  const text = collector.textOf(node);
  const isZero = node.typeDescriptions.typeString === "int_const 0";
  for (const change of isZero ? ["+ 1"] : ["+ 1", "- 1"]) {
    if (isConversion) {
      const target = collector.textOf(parent.expression);
      collector.expression("number", parent, ancestors.slice(0, -1), `${target}(${text} ${change})`);
    } else {
      const closing = ")".repeat(type.split("(").length);
      collector.expression("number", node, ancestors, type ? `${type}(${text} ${change}${closing}` : `(${text} ${change})`);
    }
  }
}

/** Text with a letter more; as bytes32 where the place takes that. */
function textMutants(collector, node, ancestors) {
  const parent = ancestors.at(-1);
  const longer = collector.textOf(node).replace(/(["'])$/, "~$1");
  if (parent.nodeType === "FunctionCall" && parent.kind === "typeConversion") {
    const target = collector.textOf(parent.expression);
    collector.expression("text", parent, ancestors.slice(0, -1), `${target}(${longer})`);
  } else if (parent.nodeType === "FunctionCall") {
    const types = parent.expression.typeDescriptions?.typeString?.match(/\((.*?)\)/)?.[1].split(",") ?? [];
    const isBytes = types[parent.arguments.indexOf(node)] === "bytes32";
    const [start, end] = rangeOf(node);
    const mutated = isBytes ? `bytes32(${longer})` : longer;
    const place = { kind: "expression", start, end, text: mutated, rest: isBytes ? `bytes32(${collector.textOf(node)})` : undefined };
    collector.add("text", node, ancestors, mutated, [place]);
  }
}

/** The text of a call with two neighbouring arguments swapped. */
function swapped(collector, call, index) {
  const [first, second] = [call.arguments[index], call.arguments[index + 1]];
  const [start, end] = rangeOf(call);
  const [[a, b], [c, d]] = [rangeOf(first), rangeOf(second)];
  const text = collector.text;
  return text.slice(start, a) + text.slice(c, d) + text.slice(b, c) + text.slice(a, b) + text.slice(d, end);
}

/** Neighbouring arguments of one type change places. */
function swapMutants(collector, node, ancestors) {
  if (node.kind === "typeConversion") return;
  for (let index = 0; index + 1 < node.arguments.length; index += 1) {
    const [first, second] = [node.arguments[index], node.arguments[index + 1]];
    const isSame = first.typeDescriptions.typeString === second.typeDescriptions.typeString;
    if (!isSame || collector.textOf(first) === collector.textOf(second)) continue;
    const parent = ancestors.at(-1);
    const [start, end] = rangeOf(parent);
    if (["ExpressionStatement", "EmitStatement", "RevertStatement"].includes(parent.nodeType)) {
      const [from, to] = rangeOf(node);
      const text = collector.text;
      const mutated = text.slice(start, from) + swapped(collector, node, index) + text.slice(to, end);
      collector.statement("swap", parent, ancestors.slice(0, -1), `${mutated};`);
    } else {
      collector.expression("swap", node, ancestors, swapped(collector, node, index));
    }
  }
}

/** Conditions turned round, always met, never met. */
function conditionMutants(collector, node, ancestors) {
  const { condition } = node;
  const below = [...ancestors, node];
  const isComparison = condition.nodeType === "BinaryOperation" && condition.operator in BINARY;
  if (!isComparison) collector.expression("condition", condition, below, `!(${collector.textOf(condition)})`);
  if (node.nodeType === "Conditional") return;
  if (node.nodeType === "IfStatement" && node.falseBody == null && isAbort(node.trueBody)) return;
  collector.expression("condition", condition, below, "false");
  if (node.nodeType === "IfStatement") collector.expression("condition", condition, below, "true");
}

/** Whether a statement does nothing but end the call, so that deleting it is the same as never meeting its condition. */
function isAbort(node) {
  const inner = node?.nodeType === "Block" && node.statements.length === 1 ? node.statements[0] : node;
  return DELETABLE.has(inner?.nodeType);
}

/** require() passes whatever happens. */
function requireMutants(collector, node, ancestors) {
  if (node.expression?.name !== "require" && node.expression?.name !== "assert") return;
  collector.expression("condition", node.arguments[0], [...ancestors, node], "true");
}

/** A function runs without one of its modifiers; the copy of the modifier lets it through. */
function modifierMutants(collector, node, ancestors, definitions) {
  const definition = definitions.get(node.modifierName.referencedDeclaration);
  if (definition?.node.nodeType !== "ModifierDefinition") return;
  const [start, end] = rangeOf(node);
  const given = node.arguments?.length ? node.arguments.map((one) => collector.textOf(one)).join(", ") : "";
  const slice = (part) => definition.text.slice(...rangeOf(part));
  const contract = ancestors.find((one) => one.nodeType === "ContractDefinition");
  const place = {
    kind: "modifier",
    start,
    end,
    given,
    insertAt: rangeOf(contract)[1] - 1,
    parameters: slice(definition.node.parameters),
    body: slice(definition.node.body),
    bodyRange: definition.file === collector.file ? rangeOf(definition.node.body) : null,
  };
  collector.add("modifier", node, ancestors, "(removed)", [place], [{ kind: "expression", start, end, text: "" }]);
}

/** How a constant's value is changed, by its type. */
function changesOf(type) {
  if (/^u?int\d+$/.test(type)) return ["+ 1", "- 1"];
  if (type === "bytes32") return ["^ bytes32(uint256(1))"];
  return [];
}

/** Named constants one more and one less, wherever they are used, and in what their getter answers. */
function constantMutants(collector, node, ancestors, references) {
  if (!node.constant || !node.value || node.overrides) return;
  const type = node.typeDescriptions.typeString;
  const [start, end] = rangeOf(node);
  const value = collector.textOf(node.value);
  const [from, to] = rangeOf(node.value);
  for (const change of changesOf(type)) {
    const name = node.visibility === "public" ? `${node.name}__value` : node.name;
    const uses = (references.get(node.id) ?? []).map((one) => ({
      kind: "expression", start: one[0], end: one[1], text: `(${name} ${change})`, rest: name,
    }));
    const getter = { kind: "getter", start, end: collector.text.indexOf(";", end - 1) + 1, name: node.name, type, value, change };
    const places = node.visibility === "public" ? [getter, ...uses] : uses;
    const alone = [{ kind: "expression", start: from, end: to, text: `${type}(${value}) ${change}` }];
    if (places.length) collector.add("constant", node, ancestors, `${node.name} ${change}`, places, alone);
  }
}

/** Where each declaration is used by name outside of constant expressions, by the declaration's id. */
function referencesIn(contracts) {
  const references = new Map();
  for (const contract of contracts) {
    walk(contract, (node, ancestors) => {
      if (node.nodeType === "VariableDeclaration" && node.constant) return false;
      if (CONSTANT_PARTS.has(node.nodeType)) return false;
      if (node.nodeType !== "Identifier") return true;
      if (ancestors.some((one) => isNumber(one))) return true;
      references.set(node.referencedDeclaration, [...(references.get(node.referencedDeclaration) ?? []), rangeOf(node)]);
      return true;
    });
  }
  return references;
}

/** Everything that can be changed about one node. */
function mutantsOfNode(collector, node, ancestors, { definitions, references }) {
  const parent = ancestors.at(-1);
  const isLoopPart = parent?.nodeType === "ForStatement" && parent.body !== node;
  if (DELETABLE.has(node.nodeType) && !isLoopPart) collector.statement("deletion", node, ancestors, "");
  switch (node.nodeType) {
    case "BinaryOperation":
      binaryMutants(collector, node, ancestors);
      break;
    case "UnaryOperation":
      unaryMutants(collector, node, ancestors);
      break;
    case "Assignment":
      if (!(node.operator in ASSIGNING) || isLoopPart || parent.nodeType !== "ExpressionStatement") break;
      collector.statement(
        "arithmetic", parent, ancestors.slice(0, -1),
        `${collector.textOf(node.leftHandSide)} ${ASSIGNING[node.operator]} ${collector.textOf(node.rightHandSide)};`,
      );
      break;
    case "FunctionCall":
      requireMutants(collector, node, ancestors);
      swapMutants(collector, node, ancestors);
      break;
    case "IfStatement":
    case "WhileStatement":
    case "Conditional":
      conditionMutants(collector, node, ancestors);
      break;
    case "ModifierInvocation":
      modifierMutants(collector, node, ancestors, definitions);
      break;
    case "VariableDeclaration":
      if (node.stateVariable) constantMutants(collector, node, ancestors, references);
      break;
    default:
  }
}

/** Numbers and texts, of which the outermost that the compiler works out counts; false if nothing below counts. */
function literalMutants(collector, node, ancestors) {
  if (isNumber(node)) numberMutants(collector, node, ancestors);
  else if (isText(node)) textMutants(collector, node, ancestors);
  else return true;
  return false;
}

/** Every mutant of the given contracts of one file. `definitions`: modifiers by their id, with their file's text. */
function mutantsOf(file, text, contracts, definitions) {
  const collector = new Collector(file, text);
  const known = { definitions, references: referencesIn(contracts) };
  for (const contract of contracts) {
    walk(contract, (node, ancestors) => {
      if (CONSTANT_PARTS.has(node.nodeType)) return false;
      mutantsOfNode(collector, node, ancestors, known);
      if (node.nodeType === "VariableDeclaration" && node.constant) return false;
      return literalMutants(collector, node, ancestors);
    });
  }
  return collector.mutants;
}

module.exports = { mutantsOf, rangeOf, walk };
