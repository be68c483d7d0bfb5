import { parentCallOf } from "./event.ts";
import type { Row, ToolRow } from "./rows.ts";

type Home = { readonly list: Row[]; readonly parentKey: string | undefined };
type Place = { readonly home: Home; readonly index: number };
type StreamKind = "reply" | "thinking";

/**
 * Where the rows of a conversation live: a sub-agent's below the call that runs it. Rows are replaced, never mutated,
 * and a parent is replaced with its child, so a view may compare them by identity. Adding and changing are O(1).
 */
export class RowStore {
  readonly #rows: Row[];
  /** Where a tool row lives, so that an update does not search. */
  readonly #tools = new Map<string, Place>();
  /** Open streaming rows, by agent and kind. */
  readonly #streams = new Map<string, Place>();

  constructor(rows: readonly Row[] = []) {
    this.#rows = [...rows];
    this.#index(this.#rows, undefined);
  }

  get rows(): readonly Row[] {
    return this.#rows;
  }

  /** Puts rows that are older than all others in front of them. */
  prepend(older: readonly Row[]): void {
    this.#rows.unshift(...older);
    this.#tools.clear();
    this.#streams.clear();
    this.#index(this.#rows, undefined);
  }

  #index(list: Row[], parentKey: string | undefined): void {
    for (const [index, row] of list.entries()) {
      this.#remember(row, { home: { list, parentKey }, index });
      if (row.kind === "tool") this.#index(row.children, row.key);
    }
  }

  #remember(row: Row, place: Place): void {
    if (row.kind === "tool") this.#tools.set(row.key, place);
    else if ((row.kind === "reply" || row.kind === "thinking") && row.isStreaming)
      this.#streams.set(`${row.agentId}:${row.kind}`, place);
  }

  #home(agentId: string): Home {
    const parentKey = parentCallOf(agentId);
    const parent = parentKey === undefined ? undefined : this.tool(parentKey);
    return parent ? { list: parent.children, parentKey } : { list: this.#rows, parentKey: undefined };
  }

  add(row: Row): void {
    const home = this.#home(row.agentId);
    home.list.push(row);
    this.#remember(row, { home, index: home.list.length - 1 });
    this.#touch(home.parentKey);
  }

  tool(key: string): ToolRow | undefined {
    const place = this.#tools.get(key);
    const row = place?.home.list[place.index];
    return row?.kind === "tool" ? row : undefined;
  }

  /** All tool rows, those of sub-agents included. */
  *tools(): Generator<ToolRow> {
    for (const key of this.#tools.keys()) {
      const row = this.tool(key);
      if (row) yield row;
    }
  }

  update(key: string, change: (row: ToolRow) => ToolRow): void {
    const place = this.#tools.get(key);
    const row = this.tool(key);
    if (!place || !row) return;
    place.home.list[place.index] = change(row);
    this.#touch(place.home.parentKey);
  }

  /** Puts another row in the place of the newest one of an agent that `change` has one for. False when there is none. */
  replaceLast(agentId: string, change: (row: Row) => Row | undefined): boolean {
    const { list, parentKey } = this.#home(agentId);
    for (let index = list.length - 1; index >= 0; index -= 1) {
      const row = list[index];
      const next = row?.agentId === agentId ? change(row) : undefined;
      if (!next) continue;
      list[index] = next;
      this.#touch(parentKey);
      return true;
    }
    return false;
  }

  /** As if it had never been; its place stays, so that no other row moves. */
  remove(key: string): void {
    const place = this.#tools.get(key);
    if (!place) return;
    this.#tools.delete(key);
    this.#empty(place);
  }

  /** The row that is streaming now, with a key for a new one when there is none. */
  streaming(agentId: string, kind: StreamKind): Row | { readonly newKey: string } {
    const place = this.#streams.get(`${agentId}:${kind}`);
    const row = place?.home.list[place.index];
    return (
      row ?? { newKey: `live:${agentId}:${kind}:${this.#tools.size}:${this.#home(agentId).list.length}` }
    );
  }

  /** Puts a longer row in the place of the one that is streaming. */
  stream(row: Row): void {
    const place = this.#streams.get(`${row.agentId}:${row.kind}`);
    if (!place) return this.add(row);
    place.home.list[place.index] = row;
    this.#touch(place.home.parentKey);
  }

  /** The durable row takes the place of the one that streamed; without one, that one goes. */
  settle(agentId: string, kind: StreamKind, row: Row | undefined): void {
    const place = this.#streams.get(`${agentId}:${kind}`);
    this.#streams.delete(`${agentId}:${kind}`);
    const streamed = place?.home.list[place.index];
    if (!place || !streamed) {
      if (row) this.add(row);
    } else if (row) {
      // The key stays, so that the view keeps the element, its scroll place and its selection.
      place.home.list[place.index] = { ...row, key: streamed.key };
      this.#touch(place.home.parentKey);
    } else {
      this.#empty(place);
    }
  }

  #empty({ home, index }: Place): void {
    const row = home.list[index];
    if (!row) return;
    const { key, agentId } = row;
    home.list[index] = { kind: "notice", key, agentId, notice: "empty", text: "" };
    this.#touch(home.parentKey);
  }

  /** A parent row is replaced when a row under it changes, so that identity tells the view what to draw again. */
  #touch(key: string | undefined): void {
    if (key !== undefined) this.update(key, (row) => ({ ...row }));
  }
}
