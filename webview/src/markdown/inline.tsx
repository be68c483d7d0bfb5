import type { Token, Tokens } from "marked";
import type { MouseEvent, ReactNode } from "react";
import { makeVisible } from "../../../src/core/visible.ts";
import { t } from "../l10n.ts";
import { usePost } from "../state/panel.tsx";
import { Icon } from "../ui/icon.tsx";
import { decodeReferences } from "./decode.ts";
import { linkTarget } from "./links.ts";

/** Inline tokens as elements. Nothing here ever makes markup out of text. */
export function Inline({ tokens }: { tokens: readonly Token[] | undefined }): ReactNode {
  return tokens?.map((token, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: inline tokens have no identity; a block is drawn as a whole
    <InlineToken key={index} token={token} />
  ));
}

const readable = (text: string): string => makeVisible(decodeReferences(text));

function InlineToken({ token }: { token: Token }): ReactNode {
  switch (token.type) {
    case "text":
      return token.tokens ? <Inline tokens={token.tokens} /> : readable(token["text"]);
    case "escape":
      return makeVisible(token["text"]);
    case "strong":
      return (
        <strong>
          <Inline tokens={token.tokens} />
        </strong>
      );
    case "em":
      return (
        <em>
          <Inline tokens={token.tokens} />
        </em>
      );
    case "del":
      return (
        <del>
          <Inline tokens={token.tokens} />
        </del>
      );
    case "codespan":
      return <code className="inline-code">{makeVisible(token["text"])}</code>;
    case "br":
      return <br />;
    case "checkbox":
      return <Checkbox isChecked={token["checked"] === true} />;
    case "link":
      return <Link href={token["href"]} isLiteral={token["autolink"] === true} tokens={token.tokens} />;
    case "image":
      return <ImageLink token={token} />;
    default:
      // Markup the model wrote is text about markup.
      return makeVisible(token.raw);
  }
}

const Checkbox = ({ isChecked }: { isChecked: boolean }) => (
  <span className="task" role="img" aria-label={isChecked ? t("done") : t("not done")}>
    <Icon name={isChecked ? "pass-filled" : "circle-large-outline"} />
  </span>
);

/** An image would tell its server that it was looked at, so it becomes a link that says what it is. */
function ImageLink({ token }: { token: Token | Tokens.Image }) {
  const href: unknown = "href" in token ? token.href : "";
  const text: unknown = "text" in token ? token.text : "";
  const label = typeof text === "string" && text.trim() ? text : t("image");
  return (
    <span className="image-link">
      <Icon name="file-media" />
      <Link
        href={typeof href === "string" ? href : ""}
        isLiteral={false}
        tokens={[{ type: "text", raw: label, text: label }]}
      />
    </span>
  );
}

type LinkProps = { href: string; isLiteral: boolean; tokens: readonly Token[] | undefined };

function Link({ href, isLiteral, tokens }: LinkProps) {
  const post = usePost();
  const target = linkTarget(isLiteral ? href : decodeReferences(href));
  if (target.action === "block") {
    return (
      <span
        className="dead-link"
        title={t("Plumb does not open this address: {address}", { address: readable(href).slice(0, 300) })}
      >
        <Inline tokens={tokens} />
      </span>
    );
  }
  const open = (event: MouseEvent): void => {
    event.preventDefault();
    // Before the editor's own handler sees it: the host asks, and shows the real address.
    event.stopPropagation();
    if (target.action === "confirm") post({ type: "openLink", url: target.url });
    else post({ type: "openFile", path: target.path, ...(target.line && { line: target.line }) });
  };
  const shown = target.action === "confirm" ? target.url : `./${target.path.replace(/^(\.\/)+/, "")}`;
  return (
    <a
      href={encodeURI(decodeSafe(shown))}
      rel="noopener noreferrer"
      title={makeVisible(shown)}
      onClick={open}
      onAuxClick={open}
    >
      <Inline tokens={tokens} />
    </a>
  );
}

function decodeSafe(address: string): string {
  try {
    return decodeURI(address);
  } catch {
    return address;
  }
}
