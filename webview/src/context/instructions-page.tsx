import { makeVisible } from "../../../src/core/visible.ts";
import type { ContextReport } from "../../../src/protocol/context-report.ts";
import { t, tn } from "../l10n.ts";
import { usePost, useView } from "../state/panel.tsx";
import { formatTokens, shortPath, splitPath } from "../text/format.ts";
import { Icon } from "../ui/icon.tsx";

/** Which instruction files the model has, from where and why; and what was found and does not count. */
export function InstructionsPage({ report: { instructions, tokens: used } }: { report: ContextReport }) {
  const { files, left } = instructions;
  if (used === 0)
    return <p className="context-note">{t("Which files count is known with the first message.")}</p>;
  const tokens = files.reduce((sum, file) => sum + file.tokens, 0);
  return (
    <>
      <p className="context-fact">
        {files.length === 0
          ? t(
              "No instruction file is loaded. CLAUDE.md and AGENTS.md in your workspace count, once it is trusted.",
            )
          : tn(files.length, "{n} file, {tokens} tokens", "{n} files, {tokens} tokens", {
              tokens: formatTokens(tokens),
            })}
      </p>
      <ul className="context-files">
        {files.map((file) => (
          <FileLine key={file.path} path={file.path} note={noteOf(file)} tokens={file.tokens} />
        ))}
      </ul>
      {left.length > 0 && (
        <>
          <h3 className="context-title">{t("Left out")}</h3>
          <ul className="context-files">
            {left.map(({ path, because }) => (
              <FileLine key={path} path={path} note={because} tokens={undefined} />
            ))}
          </ul>
        </>
      )}
    </>
  );
}

const noteOf = ({ scope, because, copies }: ContextReport["instructions"]["files"][number]): string =>
  [t(scope), because, copies > 1 && t("sent {n} times", { n: copies })].filter(Boolean).join(" · ");

function FileLine({ path, note, tokens }: { path: string; note: string; tokens: number | undefined }) {
  const post = usePost();
  const roots = useView((view) => view.surroundings.roots);
  const { folder, name } = splitPath(makeVisible(shortPath(path, roots)));
  return (
    <li>
      <button
        type="button"
        className="context-file"
        title={path}
        onClick={() => post({ type: "openFile", path })}
      >
        <Icon name="file" />
        <span className="context-label">
          <bdi>{name}</bdi> {folder && <bdi className="line-folder">{folder}</bdi>}
        </span>
        {tokens !== undefined && <span className="context-tokens">{formatTokens(tokens)}</span>}
      </button>
      <p className="context-why">{makeVisible(note)}</p>
    </li>
  );
}
