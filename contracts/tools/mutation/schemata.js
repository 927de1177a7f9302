// Writes all mutants of a source into one source, in which the number of the running mutant chooses between them.
//
// One build then serves every mutant. The number is the coinbase of the block, which forge sets from the environment and
// which nothing here reads otherwise; 0 is the source as it was. Reading it from a pure function takes a cast of the
// function's type, since the compiler holds pure functions to it and the virtual machine does not.
"use strict";

const SELECTOR = `
function mutantIs__view(uint256 number) view returns (bool) {
    return uint160(address(block.coinbase)) == number;
}

function mutantIs(uint256 number) pure returns (bool) {
    function (uint256) pure returns (bool) asked;
    function (uint256) view returns (bool) answered = mutantIs__view;
    assembly { asked := answered }
    return asked(number);
}
`;

/** Text that is written piece by piece, and which mutants each stretch of it belongs to. */
class Writer {
  constructor() {
    this.text = "";
    this.spans = [];
  }

  put(text) {
    this.text += text;
  }

  /** Writes what `write` writes, and notes that it belongs to the mutants. */
  span(numbers, write) {
    const from = this.text.length;
    write();
    this.spans.push({ numbers, from, to: this.text.length });
  }
}

/** The places of all mutants by where they are, outermost first. */
function groupsOf(mutants) {
  const groups = new Map();
  for (const mutant of mutants) {
    for (const place of mutant.places) {
      const key = `${place.start}:${place.end}`;
      if (!groups.has(key)) groups.set(key, { start: place.start, end: place.end, kind: place.kind, choices: [] });
      groups.get(key).choices.push({ number: mutant.number, place });
    }
  }
  return [...groups.values()].sort((a, b) => a.start - b.start || b.end - a.end);
}

/** `mutantIs(1) ? one : mutantIs(2) ? other : rest` in brackets. */
function writeExpression(writer, choices, rest) {
  const numbers = choices.map(({ number }) => number);
  const write = ([choice, ...later]) => {
    if (!choice) return rest();
    return writer.span([choice.number], () => {
      writer.put(`mutantIs(${choice.number}) ? `);
      writer.span([choice.number], () => writer.put(choice.text ?? choice.place.text));
      writer.put(" : ");
      write(later);
    });
  };
  writer.span(numbers, () => {
    writer.put("(");
    write(choices);
    writer.put(")");
  });
}

/** `if (mutantIs(1)) { one } else { rest }` in a block of its own. */
function writeStatement(writer, choices, rest) {
  writer.span(choices.map(({ number }) => number), () => {
    writer.put("{ ");
    for (const { number, place } of choices) {
      writer.span([number], () => writer.put(`if (mutantIs(${number})) { ${place.text} } else `));
    }
    writer.put("{ ");
    rest();
    writer.put(" } }");
  });
}

/** A public constant as a function, since what a constant is cannot depend on the mutant. */
function writeGetter(writer, choices) {
  const { name, type, value } = choices[0].place;
  const changed = choices.map(({ number, place }) => ({ number, text: `${name}__value ${place.change}` }));
  writer.span(choices.map(({ number }) => number), () => {
    writer.put(`function ${name}() public pure returns (${type}) { return `);
    writeExpression(writer, changed, () => writer.put(`${name}__value`));
    writer.put(`; } ${type} internal constant ${name}__value = ${value};`);
  });
}

/** A function's modifier, replaced by one that the mutant switches off. */
function writeModifier(writer, choices) {
  const [{ number, place }] = choices;
  writer.span([number], () => writer.put(`switched__${number}(${place.given})`));
}

/** The switched modifiers that belong at the end of a contract; `writeBody` writes a body with its own mutants. */
function writeSwitched(writer, mutants, writeBody) {
  for (const { number, places } of mutants) {
    const [{ parameters, body, bodyRange }] = places;
    writer.span([number], () => {
      writer.put(`\n    modifier switched__${number}${parameters} { if (mutantIs(${number})) { _; } else `);
      if (bodyRange) writeBody(...bodyRange);
      else writer.put(body);
      writer.put(" }\n");
    });
  }
}

/** The source with every mutant in it: {text, spans}; spans say which mutants a stretch of the text belongs to. */
function schemataOf(source, mutants) {
  const groups = groupsOf(mutants);
  const ends = new Map();
  for (const mutant of mutants.filter((one) => one.places[0].kind === "modifier")) {
    const at = mutant.places[0].insertAt;
    ends.set(at, [...(ends.get(at) ?? []), mutant]);
  }
  const stops = [...ends.keys()].sort((a, b) => a - b);
  const writer = new Writer();

  /** Copies the source between two offsets, with the modifiers that belong there. */
  const copy = (from, to) => {
    for (const stop of stops.filter((one) => from <= one && one < to)) {
      writer.put(source.slice(from, stop));
      writeSwitched(writer, ends.get(stop), (start, end) =>
        write(start, end, groups.filter((one) => start <= one.start && one.end <= end)),
      );
      from = stop;
    }
    writer.put(source.slice(from, to));
  };

  /** Writes the source between two offsets with the groups in it. */
  const write = (from, to, inside) => {
    let at = from;
    let rest = inside;
    while (rest.length > 0) {
      const [group] = rest;
      const below = rest.slice(1).filter((one) => one.start < group.end);
      rest = rest.slice(1).filter((one) => one.start >= group.end);
      copy(at, group.start);
      const unchanged = group.choices[0].place.rest;
      const original = () => (unchanged === undefined ? write(group.start, group.end, below) : writer.put(unchanged));
      if (group.kind === "statement") writeStatement(writer, group.choices, original);
      else if (group.kind === "getter") writeGetter(writer, group.choices);
      else if (group.kind === "modifier") writeModifier(writer, group.choices);
      else writeExpression(writer, group.choices, original);
      at = group.end;
    }
    copy(at, to);
  };

  write(0, source.length, groups);
  writer.put(SELECTOR);
  return { text: writer.text, spans: writer.spans };
}

/** The source with one mutant in it and nothing else changed. */
function aloneOf(source, mutant) {
  const places = [...mutant.alone].sort((a, b) => b.start - a.start);
  return places.reduce((text, { start, end, text: mutated }) => text.slice(0, start) + mutated + text.slice(end), source);
}

module.exports = { aloneOf, schemataOf };
