import { Language, Parser } from "web-tree-sitter";

/** The runtime and the grammar as they lie on the disk: whoever may read files hands them in. */
export interface GrammarFiles {
  readonly runtime: Uint8Array;
  readonly grammar: Uint8Array;
}

/** One node of the syntax tree, as far as it matters. Places are UTF-16 code units. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly children: readonly SyntaxNode[];
}

/** Undefined when the text does not parse, or is too much. */
export type Parse = (text: string) => SyntaxNode | undefined;

const MAX_NODES = 8_000;
/**
 * With more steps than this the parser is fighting with a text nobody means. Counted as it reports them and not as time,
 * so that the same text has the same answer on a slow machine.
 */
const MAX_REPORTS = 100;

/** Starts the runtime, once. Rejects when the files are not what they should be. */
export async function loadGrammar({ runtime, grammar }: GrammarFiles): Promise<Parse> {
  await Parser.init({ wasmBinary: runtime, printErr: () => undefined });
  const parser = new Parser();
  parser.setLanguage(await Language.load(grammar));
  // The first text makes the runtime compile itself, which nobody should wait for later.
  parser.parse("c0 (c1 { $_.a -gt 1 })")?.delete();
  return (text) => {
    let reports = 0;
    parser.reset();
    const progressCallback = (): boolean => {
      reports += 1;
      return reports > MAX_REPORTS;
    };
    const tree = parser.parse(text, undefined, { progressCallback });
    if (!tree) return undefined;
    try {
      const { rootNode } = tree;
      if (rootNode.hasError || rootNode.descendantCount > MAX_NODES) return undefined;
      return copy(tree.walk());
    } finally {
      tree.delete();
    }
  };
}

/** Out of the memory of the runtime. Wrappers with one child and nothing to say are left out. */
function copy(cursor: ReturnType<NonNullable<ReturnType<Parser["parse"]>>["walk"]>): SyntaxNode {
  const build = (): SyntaxNode => {
    const type = cursor.nodeType;
    const start = cursor.startIndex;
    const end = cursor.endIndex;
    const children: SyntaxNode[] = [];
    if (cursor.gotoFirstChild()) {
      do if (cursor.nodeIsNamed) children.push(build());
      while (cursor.gotoNextSibling());
      cursor.gotoParent();
    }
    const [only] = children;
    return only && children.length === 1 && WRAPPERS.has(type) ? only : { type, start, end, children };
  };
  try {
    return build();
  } finally {
    cursor.delete();
  }
}

const WRAPPERS: ReadonlySet<string> = new Set(
  (
    "logical_expression bitwise_expression comparison_expression additive_expression multiplicative_expression " +
    "format_expression range_expression array_literal_expression unary_expression"
  ).split(" "),
);
