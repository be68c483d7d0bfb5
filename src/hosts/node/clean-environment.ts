import { delimiter, isAbsolute } from "node:path";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a command may know. Everything else stays with us: an allow-list cannot forget the name of a new secret. */
const KEPT = new Set(
  [
    "PATH HOME USER LOGNAME SHELL LANG LANGUAGE TZ TMPDIR TEMP TMP XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME",
    "XDG_RUNTIME_DIR XDG_STATE_HOME HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY FTP_PROXY SSL_CERT_FILE",
    "SSL_CERT_DIR NODE_EXTRA_CA_CERTS REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO CI",
    // Where tool chains are.
    "JAVA_HOME GOPATH GOROOT GOPROXY GOFLAGS CARGO_HOME RUSTUP_HOME NVM_DIR PNPM_HOME VOLTA_HOME PYENV_ROOT",
    "VIRTUAL_ENV CONDA_PREFIX CONDA_EXE ANDROID_HOME DOTNET_ROOT RBENV_ROOT GEM_HOME GEM_PATH MAVEN_HOME",
    "GRADLE_USER_HOME SDKMAN_DIR DENO_DIR BUN_INSTALL HOMEBREW_PREFIX NPM_CONFIG_REGISTRY NPM_CONFIG_CAFILE",
    // Windows.
    "SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT USERPROFILE USERNAME USERDOMAIN APPDATA LOCALAPPDATA OS",
    "PROGRAMDATA PROGRAMFILES PROGRAMFILES(X86) PROGRAMW6432 COMMONPROGRAMFILES HOMEDRIVE HOMEPATH",
    "PUBLIC ALLUSERSPROFILE NUMBER_OF_PROCESSORS PROCESSOR_ARCHITECTURE PSMODULEPATH COMPUTERNAME",
  ]
    .join(" ")
    .split(" "),
);

/**
 * Nobody is at a terminal: pagers would wait, prompts would hang, colours would be stripped again. Git takes no folder for a
 * repository because it holds the files of one (from 2.38 on): its settings name programs, and anybody may have made it.
 */
const ADDED = {
  TERM: "dumb",
  PAGER: "cat",
  GIT_PAGER: "cat",
  GIT_TERMINAL_PROMPT: "0",
  GIT_CONFIG_COUNT: "1",
  GIT_CONFIG_KEY_0: "safe.bareRepository",
  GIT_CONFIG_VALUE_0: "explicit",
  PLUMB: "1",
};

/** What is looked for in the current folder, or below it, is whatever the workspace put there, also where `ls` was meant. */
const withoutRelative = (path: string): string =>
  path
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .join(delimiter);

/** The environment of a command: neither our keys nor what would change how the editor's own Node behaves. */
export function cleanEnvironment(environment: Environment): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    const upper = name.toUpperCase();
    const isLocale = /^LC_[A-Z]+$/.test(upper);
    if (value !== undefined && (KEPT.has(upper) || isLocale))
      kept[name] = upper === "PATH" ? withoutRelative(value) : value;
  }
  return { ...kept, ...ADDED };
}
