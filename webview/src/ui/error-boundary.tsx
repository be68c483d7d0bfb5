import { Component, type ErrorInfo, type ReactNode } from "react";

interface Props {
  readonly children: ReactNode;
  /** What stands there instead; `retry` draws the children again. */
  readonly fallback: (message: string, retry: () => void) => ReactNode;
  readonly onError: (message: string) => void;
}

/** Keeps a fault in one part of the panel from taking the rest with it. */
export class ErrorBoundary extends Component<Props, { message: string | undefined }> {
  override state: { message: string | undefined } = { message: undefined };

  static getDerivedStateFromError(thrown: unknown): { message: string } {
    return { message: thrown instanceof Error ? thrown.message : String(thrown) };
  }

  override componentDidCatch(thrown: unknown, info: ErrorInfo): void {
    const message = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    this.props.onError(`${message}\n${info.componentStack ?? ""}`.slice(0, 9000));
  }

  readonly #retry = (): void => this.setState({ message: undefined });

  override render(): ReactNode {
    const { message } = this.state;
    return message === undefined ? this.props.children : this.props.fallback(message, this.#retry);
  }
}
