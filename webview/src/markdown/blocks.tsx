import type { Token, Tokens } from "marked";
import { memo, type ReactNode } from "react";
import { makeVisible } from "../../../src/core/visible.ts";
import { t, tn } from "../l10n.ts";
import { ScrollBox } from "../ui/scroll-box.tsx";
import { CodeBlock } from "./code-block.tsx";
import { Inline } from "./inline.tsx";

type BlockProps = { readonly token: Token; readonly refs: number };

const MAX_COLUMNS = 30;
const MAX_ROWS = 500;

/** One block. Drawn again only if its source, or the number of known link definitions, changed. */
export const Block = memo(
  function Block({ token, refs }: BlockProps): ReactNode {
    if (isList(token)) return <List list={token} refs={refs} />;
    if (isTable(token)) return <Table table={token} />;
    return <Simple token={token} refs={refs} />;
  },
  (a, b) =>
    a.refs === b.refs &&
    (a.token === b.token || (a.token.type === b.token.type && a.token.raw === b.token.raw)),
);

const isList = (token: Token): token is Tokens.List => token.type === "list";
const isTable = (token: Token): token is Tokens.Table => token.type === "table";
const isHeading = (token: Token): token is Tokens.Heading => token.type === "heading";

export function Blocks({ tokens, refs }: { tokens: readonly Token[]; refs: number }): ReactNode {
  return tokens.map((token, index) =>
    token.type === "space" || token.type === "def" ? null : (
      // biome-ignore lint/suspicious/noArrayIndexKey: blocks are only added at the end
      <Block key={index} token={token} refs={refs} />
    ),
  );
}

function Simple({ token, refs }: BlockProps): ReactNode {
  if (isHeading(token)) return <Heading heading={token} />;
  switch (token.type) {
    case "paragraph":
      return (
        <p>
          <Inline tokens={token.tokens} />
        </p>
      );
    case "code":
      return <CodeBlock text={String(token["text"])} lang={String(token["lang"] ?? "")} />;
    case "blockquote":
      return (
        <blockquote>
          <Blocks tokens={token.tokens ?? []} refs={refs} />
        </blockquote>
      );
    case "hr":
      return <hr />;
    case "html":
      return <p className="raw">{makeVisible(token.raw.trimEnd())}</p>;
    default:
      return <Inline tokens={[token]} />;
  }
}

/** Sized by its depth, but one level for screen readers: a reply is one section of the conversation. */
function Heading({ heading }: { heading: Tokens.Heading }) {
  return (
    <h3 className="md-heading" data-depth={heading.depth}>
      <Inline tokens={heading.tokens} />
    </h3>
  );
}

function List({ list, refs }: { list: Tokens.List; refs: number }) {
  const items = list.items.map((item, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: items are only added at the end
    <Item key={index} item={item} isLoose={list.loose} refs={refs} />
  ));
  if (!list.ordered) return <ul>{items}</ul>;
  return <ol {...(typeof list.start === "number" && list.start !== 1 && { start: list.start })}>{items}</ol>;
}

const Item = memo(
  function Item({ item, refs }: { item: Tokens.ListItem; isLoose: boolean; refs: number }) {
    return (
      <li className={item.task ? "task-item" : undefined}>
        <Blocks tokens={item.tokens} refs={refs} />
      </li>
    );
  },
  (a, b) => a.refs === b.refs && a.isLoose === b.isLoose && a.item.raw === b.item.raw,
);

function Table({ table }: { table: Tokens.Table }) {
  const columns = Math.min(table.header.length, MAX_COLUMNS);
  const left = [table.header.length - columns, table.rows.length - MAX_ROWS];
  return (
    <ScrollBox className="table-scroll" label={t("Table")}>
      <table>
        <thead>
          <Cells cells={table.header} columns={columns} />
        </thead>
        <tbody>
          {table.rows.slice(0, MAX_ROWS).map((cells, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows are only added at the end
            <Cells key={index} cells={cells} columns={columns} />
          ))}
        </tbody>
      </table>
      {(left[0] ?? 0) > 0 && (
        <p className="cut-note">
          {tn(left[0] ?? 0, "{n} column is not shown.", "{n} columns are not shown.")}
        </p>
      )}
      {(left[1] ?? 0) > 0 && (
        <p className="cut-note">{tn(left[1] ?? 0, "{n} row is not shown.", "{n} rows are not shown.")}</p>
      )}
    </ScrollBox>
  );
}

const Cells = memo(
  function Cells({ cells, columns }: { cells: readonly Tokens.TableCell[]; columns: number }) {
    return (
      <tr>
        {cells.slice(0, columns).map((cell, index) => {
          const Tag = cell.header ? "th" : "td";
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: cells of a row never move
            <Tag key={index} className={cell.align ? `align-${cell.align}` : undefined}>
              <Inline tokens={cell.tokens} />
            </Tag>
          );
        })}
      </tr>
    );
  },
  (a, b) =>
    a.columns === b.columns &&
    a.cells.length === b.cells.length &&
    a.cells.every(
      (cell, index) => cell.text === b.cells[index]?.text && cell.align === b.cells[index]?.align,
    ),
);
