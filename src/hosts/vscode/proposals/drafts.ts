import * as vscode from "vscode";
import type { Detail } from "../../../core/detail.ts";
import { AgentError } from "../../../core/errors.ts";
import type { Host } from "../../../core/ports.ts";
import type { OpenProposal } from "../engine.ts";
import type { WindowMemory } from "../window-memory.ts";
import { type ProposalName, proposalUri } from "./proposal-files.ts";
import { type ProposalView, viewOf } from "./proposal-view.ts";

/** More than anybody works on at once; the oldest is forgotten first. */
const MOST_KEPT = 20;

type DiffDetail = Extract<Detail, { kind: "diff" }>;

/** A proposal that was looked at, and what the user has made of it. */
export interface Draft {
  readonly proposal: OpenProposal;
  readonly uri: vscode.Uri;
  readonly view: ProposalView;
  /** What was saved last; what is being typed is in the document. */
  saved: string;
  version: number;
  /** False once its card is settled: nothing that is written here goes anywhere. */
  isOpen: boolean;
  /** It was accepted; what came of it is not known yet. */
  isBeingWritten: boolean;
  /** Its text is wanted no longer: it was written, or the user denied it here. */
  isDiscarded: boolean;
  /** What its card shows, when that is not the proposal itself. */
  shown: DiffDetail | undefined;
}

export const nameOf = ({ callId, hash }: ProposalName): string => `${callId} ${hash}`;

/** Proposals that were looked at, with what the user has written into them: in memory, and after a reload again. */
export class Drafts {
  readonly #host: Pick<Host, "blobs">;
  readonly #memory: Pick<WindowMemory, "drafts" | "keepDrafts">;
  readonly #drafts = new Map<string, Draft>();

  constructor(parts: { host: Pick<Host, "blobs">; memory: Pick<WindowMemory, "drafts" | "keepDrafts"> }) {
    this.#host = parts.host;
    this.#memory = parts.memory;
  }

  get all(): readonly Draft[] {
    return [...this.#drafts.values()];
  }

  /** Whether something was written into it before a reload. */
  isKept(name: ProposalName): boolean {
    return this.#memory.drafts.some((entry) => entry.name === nameOf(name));
  }

  get(name: ProposalName): Draft | undefined {
    return this.#drafts.get(nameOf(name));
  }

  /** Begins, or goes on with what was written before a reload. */
  async begin(proposal: OpenProposal): Promise<Draft> {
    const kept = await this.#kept(proposal);
    const view = await viewOf(proposal, this.#host);
    return this.get(proposal) ?? this.#add(proposal, { view, saved: kept ?? proposal.after, isOpen: true });
  }

  /** One whose card was settled while its tab was away: what the user wrote is still there, or else it is undefined. */
  async revive(name: ProposalName, uri: vscode.Uri): Promise<Draft | undefined> {
    const kept = await this.#kept(name);
    if (kept === undefined) return undefined;
    const path = uri.with({ scheme: "file", query: "" }).fsPath;
    const proposal = { ...name, path, before: undefined, after: "" };
    const view = await viewOf({ ...proposal, isPlan: true }, this.#host);
    return this.get(name) ?? this.#add(proposal, { view, saved: kept, isOpen: false });
  }

  #add(proposal: OpenProposal, begun: Pick<Draft, "view" | "saved" | "isOpen">): Draft {
    const draft: Draft = {
      proposal,
      uri: proposalUri(begun.view.path, proposal),
      ...begun,
      version: 1,
      isBeingWritten: false,
      isDiscarded: false,
      shown: undefined,
    };
    this.#drafts.set(nameOf(proposal), draft);
    return draft;
  }

  async #kept(name: ProposalName): Promise<string | undefined> {
    const kept = this.#memory.drafts.find((entry) => entry.name === nameOf(name));
    return kept && this.#host.blobs.get(kept.blob);
  }

  /** Undefined when what the editor shows cannot be told apart from its line ends. */
  textOf({ view, uri, saved }: Draft): string | undefined {
    const document = openDocument(uri);
    return document ? view.meant(document.getText()) : saved;
  }

  /** What an answer has to say of the text: nothing where it is as proposed. Throws `failed` where it cannot be told. */
  amended(draft: Draft): { amended?: string } {
    const text = this.textOf(draft);
    if (text === undefined)
      throw new AgentError(
        "failed",
        vscode.l10n.t(
          "The line ends of this file are mixed, and these lines cannot be told apart from them.",
        ),
      );
    return text === draft.proposal.after ? {} : { amended: text };
  }

  isChanged(draft: Draft): boolean {
    return this.textOf(draft) !== draft.proposal.after;
  }

  async save(draft: Draft, shown: string): Promise<void> {
    const text = draft.view.meant(shown) ?? shown;
    draft.version += 1;
    draft.saved = text;
    const others = this.#memory.drafts.filter(({ name }) => name !== nameOf(draft.proposal));
    if (text === draft.proposal.after) return this.#memory.keepDrafts(others);
    const blob = await this.#host.blobs.put(text);
    await this.#memory.keepDrafts([...others, { name: nameOf(draft.proposal), blob }].slice(-MOST_KEPT));
  }

  /** Not to be brought back after a reload. While something shows it, or stores it, its text has to be found. */
  async forget(draft: Draft): Promise<void> {
    const name = nameOf(draft.proposal);
    if (!openDocument(draft.uri)) this.#drafts.delete(name);
    await this.#memory.keepDrafts(this.#memory.drafts.filter((entry) => entry.name !== name));
  }
}

export const openDocument = (uri: vscode.Uri): vscode.TextDocument | undefined =>
  vscode.workspace.textDocuments.find(
    (document) => !document.isClosed && document.uri.toString() === uri.toString(),
  );
