export interface PanelResources {
  readonly cspSource: string;
  /** 128 random bits, new for every load. */
  readonly nonce: string;
  readonly scriptUri: string;
  /** What the script imports at once: loaded beside it, not after it. */
  readonly sharedUri: string | undefined;
  readonly styleUri: string;
  readonly language: string;
  /** Translations by English text; undefined for English. */
  readonly translations: Readonly<Record<string, string>> | undefined;
  /** Shown until the script runs, and for good when it cannot. */
  readonly loading: string;
}

/** The panel's page. Nothing remote loads, and no script runs but ours. */
export function panelHtml({
  cspSource,
  nonce,
  scriptUri,
  sharedUri,
  styleUri,
  language,
  translations,
  loading,
}: PanelResources): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `font-src ${cspSource}`,
    `img-src ${cspSource} data:`,
    "connect-src 'none'",
    "frame-src 'none'",
    "worker-src 'none'",
    "object-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
  ].join("; ");
  const words = translations
    ? `<script type="application/json" id="plumb-l10n">${JSON.stringify(translations).replaceAll("<", "\\u003c")}</script>\n`
    : "";
  const shared =
    sharedUri === undefined
      ? ""
      : `<link rel="modulepreload" nonce="${nonce}" href="${escapeHtml(sharedUri)}">\n`;
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
${shared}<link rel="stylesheet" nonce="${nonce}" href="${escapeHtml(styleUri)}">
<title>Plumb</title>
</head>
<body>
<div id="root"><p role="status">${escapeHtml(loading)}</p></div>
${words}<script type="module" nonce="${nonce}" src="${escapeHtml(scriptUri)}"></script>
</body>
</html>`;
}

const escapeHtml = (value: string): string =>
  value.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
